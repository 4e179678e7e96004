// The worker that owns a disk's file: an image in the origin's private file system, open through a handle that only a
// worker may have and that no other tab gets meanwhile. Answers each message once, in their order.
import { serveDisk } from '../machine/disk.js';
import { DISK_FOLDER, fileName, withDiskLock } from './disk-names.js';

const BLOCK_BYTES = 4096;
/** Bytes 56 and 57 of ext4's superblock, which begins at byte 1,024. */
const MAGIC_AT = 1024 + 56;
const MAGIC = [0x53, 0xef];
const HANDLE_TRIES = 15;

const scope = /** @type {any} */ (globalThis);
/** @type {any} */
let handle = null;
/** Gives the lock back. */
let release = () => {};

/** As `DiskFile` of machine/disk.js says. */
const file = {
  /** @param {Uint8Array} to @param {number} at */
  read(to, at) {
    const n = handle.read(to, { at });
    if (n !== to.length) throw new Error(`the browser gave ${n} of ${to.length} bytes at ${at}`);
  },
  /** @param {Uint8Array} from @param {number} at */
  write(from, at) {
    const n = handle.write(from, { at });
    if (n !== from.length) throw new Error(`the browser took ${n} of ${from.length} bytes at ${at}`);
  },
  flush() {
    handle.flush();
  },
};

/** Whether there is a file system; its first block is written last. */
function isMade() {
  const magic = new Uint8Array(MAGIC.length);
  handle.read(magic, { at: MAGIC_AT });
  return MAGIC.every((byte, i) => magic[i] === byte);
}

/**
 * Fills the file with an image that comes in pieces; what is zero in it is not written. A tab that is closed meanwhile leaves
 * no image: the first block comes last.
 * @param {ReadableStream<Uint8Array>} image
 */
async function fill(image) {
  handle.truncate(0);
  const first = new Uint8Array(BLOCK_BYTES);
  const block = new Uint8Array(BLOCK_BYTES);
  const words = new Uint32Array(block.buffer);
  let filled = 0;
  let at = 0;
  const reader = image.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    for (let from = 0; from < value.length;) {
      const n = Math.min(BLOCK_BYTES - filled, value.length - from);
      block.set(value.subarray(from, from + n), filled);
      filled += n;
      from += n;
      if (filled < BLOCK_BYTES) continue;
      if (at === 0) first.set(block);
      else if (words.some((word) => word !== 0)) file.write(block, at);
      at += BLOCK_BYTES;
      filled = 0;
    }
  }
  if (filled || !at || !MAGIC.every((byte, i) => first[MAGIC_AT + i] === byte)) {
    throw new Error('it is no image of a disk: there is no ext4 file system in it');
  }
  handle.truncate(at);
  handle.flush();
  file.write(first, 0);
  handle.flush();
}

/**
 * The handle of a worker that was just ended may still be closing.
 * @param {any} entry
 */
async function openedHandle(entry) {
  for (let left = HANDLE_TRIES; ; left--) {
    try {
      return await entry.createSyncAccessHandle();
    } catch (error) {
      if (!left || /** @type {Error} */ (error).name !== 'NoModificationAllowedError') throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** @type {Record<string, (message: any) => Promise<object>>} */
const answers = {
  /** Opens the file, or makes an empty one. */
  async open({ name }) {
    await new Promise((resolve, reject) => {
      withDiskLock(name, () => new Promise((end) => {
        release = () => end(undefined);
        resolve(undefined);
      })).catch(reject);
    });
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(DISK_FOLDER, { create: true });
    handle = await openedHandle(await folder.getFileHandle(fileName(name), { create: true }));
    return { isMade: isMade(), bytes: handle.getSize() };
  },
  /** Fills it with a blank file system: `bytes`, and `pieces` of it that are not zero, each with its place. */
  async make({ bytes, pieces }) {
    handle.truncate(0);
    handle.truncate(bytes);
    for (const { at, content } of pieces) if (at !== 0) file.write(content, at);
    handle.flush();
    for (const { at, content } of pieces) if (at === 0) file.write(content, at);
    handle.flush();
    return { bytes };
  },
  /** Fills it with an image, which may be packed by gzip. */
  async import({ image }) {
    const start = new Uint8Array(await image.slice(0, 2).arrayBuffer());
    const isPacked = start[0] === 0x1f && start[1] === 0x8b;
    await fill(isPacked ? image.stream().pipeThrough(new DecompressionStream('gzip')) : image.stream());
    return { bytes: handle.getSize() };
  },
  /** Serves a machine; answered when it has ended, and the disk is closed: the page may be gone then. */
  async serve({ control, memory }) {
    serveDisk(file, { control, memory }, (trouble) => scope.postMessage({ trouble }));
    return close();
  },
  close,
};

/** Lets other tabs have the disk. */
async function close() {
  handle?.close();
  handle = null;
  release();
  return {};
}

let last = Promise.resolve();
scope.onmessage = (/** @type {MessageEvent} */ { data }) => {
  last = last.then(async () => {
    try {
      scope.postMessage({ answer: await answers[data.type](data) });
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      scope.postMessage({ error: { name, message } });
    }
  });
};
