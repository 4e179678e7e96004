// A disk whose computer fails: of what was written since the last flush a part is lost, down to single sectors, and the
// machine is killed. For `boot.js --disk-server`. LOSSY_SEED says which part, LOSSY_WRITES after how many writes.
import fs from 'node:fs';
import { SECTOR_BYTES, serveDisk } from '../../../Sources/BrowserMachine/machine/disk.js';

let state = Number(process.env.LOSSY_SEED ?? 1) >>> 0;

/** A number below 1, from the seed (mulberry32). */
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

class LossyFile {
  /** @param {number} fd @param {number} writesLeft */
  constructor(fd, writesLeft) {
    this.fd = fd;
    this.writesLeft = writesLeft;
    /**
     * Sectors that the last flush does not cover, by number.
     * @type {Map<number, Uint8Array>}
     */
    this.pending = new Map();
  }

  /** @param {Uint8Array} to @param {number} at */
  read(to, at) {
    fs.readSync(this.fd, to, 0, to.length, at);
    for (let i = 0; i < to.length; i += SECTOR_BYTES) {
      const sector = this.pending.get((at + i) / SECTOR_BYTES);
      if (sector) to.set(sector, i);
    }
  }

  /** @param {Uint8Array} from @param {number} at */
  write(from, at) {
    for (let i = 0; i < from.length; i += SECTOR_BYTES) {
      this.pending.set((at + i) / SECTOR_BYTES, from.slice(i, i + SECTOR_BYTES));
    }
    if (this.writesLeft-- === 0) this.fail();
  }

  flush() {
    for (const [number, sector] of this.pending) fs.writeSync(this.fd, sector, 0, sector.length, number * SECTOR_BYTES);
    this.pending.clear();
  }

  fail() {
    const survives = random();
    for (const number of [...this.pending.keys()]) if (random() > survives) this.pending.delete(number);
    this.flush();
    process.kill(process.pid, 'SIGKILL');
  }
}

/**
 * As node/disk-file.js.
 * @param {{path: string, control: SharedArrayBuffer, memory: WebAssembly.Memory}} disk
 * @param {(text: string) => void} log
 */
export function serveFile(disk, log) {
  const file = new LossyFile(fs.openSync(disk.path, 'r+'), Number(process.env.LOSSY_WRITES ?? 100));
  serveDisk(file, disk, log);
  file.flush();
}
