// The machine's disk, in a worker that owns its file: takes the requests that the kernel's driver (drivers/disk_wasm.c) has
// put into the control block's ring, carries them out one after the other, and raises the disk's interrupt.
import { DISK_SLOTS, IRQ, WORD, raise } from './control-block.js';

export const SECTOR_BYTES = 512;

/** As in drivers/disk_wasm.c. */
const OPERATION = { read: 0, write: 1, flush: 2 };
/** Words of a request in the kernel's memory; pairs of address and bytes begin at `piece`. */
const REQUEST = { operation: 0, error: 1, sector: 2, pieces: 3, piece: 4 };
const ERRNO = { IO: 5, NOSPC: 28, ROFS: 30 };

/**
 * A disk's bytes, which may lie in memory shared between workers. Each function returns when it is done and throws when it
 * cannot; after `flush` everything that was written before survives the machine's end.
 * @typedef {object} DiskFile
 * @property {(to: Uint8Array, at: number) => void} read all of `to`
 * @property {(from: Uint8Array, at: number) => void} write all of `from`
 * @property {() => void} flush
 *
 * What a machine is given of a disk.
 * @typedef {object} Disk
 * @property {number} bytes its size, a multiple of SECTOR_BYTES
 * @property {(machine: {control: SharedArrayBuffer, memory: WebAssembly.Memory}) => void} serve has `serveDisk` run in the
 *   worker that owns the file
 */

/**
 * Serves one machine until it has ended. Blocks its worker.
 * @param {DiskFile} file
 * @param {{control: SharedArrayBuffer, memory: WebAssembly.Memory}} machine
 * @param {(trouble: string) => void} tell what the file refused, for people; the kernel gets an error besides
 */
export function serveDisk(file, machine, tell) {
  const words = new Int32Array(machine.control);
  const kernelWords = new Int32Array(machine.memory.buffer);
  const kernelBytes = new Uint8Array(machine.memory.buffer);
  for (;;) {
    const bell = Atomics.load(words, WORD.diskBell);
    const taken = Atomics.load(words, WORD.diskTaken);
    if (taken === Atomics.load(words, WORD.diskAsked)) {
      if (Atomics.load(words, WORD.diskOver)) return;
      Atomics.wait(words, WORD.diskBell, bell);
      continue;
    }
    const request = Atomics.load(words, WORD.diskAskedRing + (taken & (DISK_SLOTS - 1)));
    Atomics.store(words, WORD.diskTaken, (taken + 1) | 0);
    kernelWords[(request >>> 2) + REQUEST.error] = carryOut(file, kernelWords, kernelBytes, request >>> 2, tell);
    const done = Atomics.load(words, WORD.diskDone);
    Atomics.store(words, WORD.diskDoneRing + (done & (DISK_SLOTS - 1)), request);
    Atomics.store(words, WORD.diskDone, (done + 1) | 0);
    raise(words, kernelWords, IRQ.disk);
  }
}

/**
 * @param {DiskFile} file @param {Int32Array} words @param {Uint8Array} bytes of the kernel's memory
 * @param {number} at index of the request's first word
 * @param {(trouble: string) => void} tell
 * @returns {number} 0 or an error
 */
function carryOut(file, words, bytes, at, tell) {
  const operation = words[at + REQUEST.operation];
  try {
    if (operation === OPERATION.flush) file.flush();
    let place = (words[at + REQUEST.sector] >>> 0) * SECTOR_BYTES;
    for (let i = 0; i < words[at + REQUEST.pieces]; i++) {
      const from = words[at + REQUEST.piece + 2 * i] >>> 0;
      const piece = bytes.subarray(from, from + words[at + REQUEST.piece + 2 * i + 1]);
      if (operation === OPERATION.read) file.read(piece, place);
      else file.write(piece, place);
      place += piece.length;
    }
    return 0;
  } catch (error) {
    const { name, code } = /** @type {{name?: string, code?: string}} */ (error);
    tell(`${error}`);
    if (name === 'QuotaExceededError' || code === 'ENOSPC') return ERRNO.NOSPC;
    return code === 'EROFS' ? ERRNO.ROFS : ERRNO.IO;
  }
}

/**
 * The driver's imports: a task's side.
 * @param {Int32Array} words of the control block
 */
export function diskImports(words) {
  return {
    disk_sectors: () => Atomics.load(words, WORD.diskSectors),
    disk_submit: (/** @type {number} */ request) => {
      const asked = Atomics.load(words, WORD.diskAsked);
      Atomics.store(words, WORD.diskAskedRing + (asked & (DISK_SLOTS - 1)), request);
      Atomics.store(words, WORD.diskAsked, (asked + 1) | 0);
      ringDiskBell(words);
    },
    disk_done: () => {
      const reaped = Atomics.load(words, WORD.diskReaped);
      if (reaped === Atomics.load(words, WORD.diskDone)) return 0;
      const request = Atomics.load(words, WORD.diskDoneRing + (reaped & (DISK_SLOTS - 1)));
      Atomics.store(words, WORD.diskReaped, (reaped + 1) | 0);
      return request;
    },
  };
}

/**
 * The machine has ended: `serveDisk` returns after what it does at the moment.
 * @param {Int32Array} words of the control block
 */
export function endDisk(words) {
  Atomics.store(words, WORD.diskOver, 1);
  ringDiskBell(words);
}

/** @param {Int32Array} words */
function ringDiskBell(words) {
  Atomics.add(words, WORD.diskBell, 1);
  Atomics.notify(words, WORD.diskBell);
}
