// A disk that outlives the tab: an image in the origin's private file system (OPFS), in this browser and nowhere else.
//
//   const disk = await Disk.open({ blanks: site.disks });
//   const machine = await Machine.boot({ files, disk });
import { DISK_FOLDER, fileName, withDiskLock } from './disk-names.js';
import { loadBytes } from './download.js';

const NAME = /^[a-z0-9-]+$/i;
/** What of the storage that the browser still gives a new disk leaves to others. */
const LEFT_OVER_BYTES = 16 << 20;

/**
 * An empty file system, as make-site packs it: records of little-endian words {offset, length} and that many bytes.
 * @typedef {import('./download.js').SiteFile & {bytes: number}} BlankDisk bytes: of the disk that it makes
 */

/** Why there is no disk; `message` says it to people, with what helps. */
export class NoDisk extends Error {
  /** @param {'in-use' | 'refused' | 'full' | 'broken'} reason @param {string} message */
  constructor(reason, message) {
    super(message);
    this.name = 'NoDisk';
    this.reason = reason;
  }
}

/** Events: `trouble` (detail: text for people): the browser refused to read or write. */
export class Disk extends EventTarget {
  /**
   * Opens a disk of this origin; makes it if there is none.
   * @param {{blanks: BlankDisk[], name?: string}} options blanks: what a new one is made of; the biggest that fits is taken
   * @returns {Promise<Disk>} Throws NoDisk.
   */
  static async open({ blanks, name = 'root' }) {
    const disk = await Disk.openFile(name);
    if (disk.bytes) return disk;
    try {
      await disk.make(blanks);
    } catch (error) {
      await disk.close();
      throw noDisk(/** @type {Error} */ (error));
    }
    return disk;
  }

  /**
   * Makes the disk of an image, whose bytes may be packed by gzip; what it had is lost.
   * @param {{image: Blob, name?: string}} options
   */
  static async import({ image, name = 'root' }) {
    const disk = await Disk.openFile(name);
    try {
      disk.bytes = (await disk.ask({ type: 'import', image })).bytes;
    } catch (error) {
      await disk.close();
      throw noDisk(/** @type {Error} */ (error));
    }
    return disk;
  }

  /**
   * The disk's size, 0: there is none (yet).
   * @param {string} [name]
   * @returns {Promise<number>}
   */
  static async size(name = 'root') {
    const file = await imageFile(name);
    return file ? file.size : 0;
  }

  /**
   * The whole image, packed by gzip; throws NoDisk while a machine has the disk.
   * @param {string} [name]
   * @returns {Promise<Blob>}
   */
  static async export(name = 'root') {
    return alone(name, async () => {
      const file = await imageFile(name);
      if (!file) throw new NoDisk('broken', 'there is no disk to export');
      return new Response(file.stream().pipeThrough(new CompressionStream('gzip'))).blob();
    });
  }

  /**
   * Erases the disk; throws NoDisk while a machine has it.
   * @param {string} [name]
   */
  static async erase(name = 'root') {
    await alone(name, async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(DISK_FOLDER, { create: true });
      await folder.removeEntry(fileName(name)).catch((error) => {
        if (error.name !== 'NotFoundError') throw error;
      });
    });
  }

  /** @private @param {string} name */
  static async openFile(name) {
    if (!NAME.test(name)) throw new RangeError(`'${name}' is no name of a disk: letters, digits and - only`);
    if (!navigator.storage?.getDirectory) throw refused('it has none that is private to a page');
    const disk = new Disk(name);
    try {
      const { isMade, bytes } = await disk.ask({ type: 'open', name });
      /** Its size; 0: it is not made yet. */
      disk.bytes = isMade ? bytes : 0;
      return disk;
    } catch (error) {
      await disk.close();
      throw noDisk(/** @type {Error} */ (error));
    }
  }

  /** @private @param {string} name */
  constructor(name) {
    super();
    this.name = name;
    this.bytes = 0;
    /** Whether this session made it. */
    this.isNew = false;
    this.worker = new Worker(new URL('./disk-worker.js', import.meta.url), { type: 'module' });
    /** @type {{resolve: (answer: any) => void, reject: (error: Error) => void}[]} */
    this.asked = [];
    this.worker.onmessage = ({ data }) => {
      if (data.trouble) {
        this.dispatchEvent(new CustomEvent('trouble', { detail: data.trouble }));
        return;
      }
      const { resolve, reject } = /** @type {Disk['asked'][0]} */ (this.asked.shift());
      if (data.error) reject(Object.assign(new Error(data.error.message), { name: data.error.name }));
      else resolve(data.answer);
    };
    this.worker.onerror = (event) => {
      const error = new NoDisk('broken', `the disk's worker failed: ${event.message || 'its script cannot be read'}`);
      for (const { reject } of this.asked.splice(0)) reject(error);
    };
  }

  /** @private @param {object} message */
  ask(message) {
    return new Promise((resolve, reject) => {
      this.asked.push({ resolve, reject });
      this.worker.postMessage(message);
    });
  }

  /** @private @param {BlankDisk[]} blanks */
  async make(blanks) {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    const room = quota - usage - LEFT_OVER_BYTES;
    const blank = blanks.filter(({ bytes }) => bytes <= room).sort((a, b) => b.bytes - a.bytes)[0];
    if (!blank) {
      const least = Math.min(...blanks.map(({ bytes }) => bytes));
      throw new NoDisk('full', `this browser gives the page ${megabytes(Math.max(room, 0))} of storage, and the smallest disk ` +
        `has ${megabytes(least)}: free some of the computer's storage, or that of other pages in the browser's settings`);
    }
    const packed = await loadBytes(blank, () => {});
    await this.ask({ type: 'make', bytes: blank.bytes, pieces: piecesOf(packed) });
    this.bytes = blank.bytes;
    this.isNew = true;
    // Not awaited: a browser may ask a person. Without it the browser may erase the disk when storage gets short.
    navigator.storage.persist();
  }

  /**
   * As machine/disk.js wants it. The disk is closed when the machine has ended.
   * @param {{control: SharedArrayBuffer, memory: WebAssembly.Memory}} machine
   */
  serve(machine) {
    this.ask({ type: 'serve', ...machine }).then(
      () => this.worker.terminate(),
      (error) => this.dispatchEvent(new CustomEvent('trouble', { detail: error.message })));
  }

  /** Lets the disk go: another tab may have it. A machine that still runs loses it at once. */
  async close() {
    if (!this.asked.length) await this.ask({ type: 'close' });
    this.worker.terminate();
  }
}

/** @param {string} name @returns {Promise<File | null>} */
async function imageFile(name) {
  try {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(DISK_FOLDER);
    return await (await folder.getFileHandle(fileName(name))).getFile();
  } catch (error) {
    if (/** @type {Error} */ (error).name === 'NotFoundError') return null;
    throw noDisk(/** @type {Error} */ (error));
  }
}

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function alone(name, work) {
  return withDiskLock(name, work).catch((error) => { throw noDisk(error); });
}

/** @param {Uint8Array} packed */
function piecesOf(packed) {
  const words = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const pieces = [];
  for (let at = 0; at < packed.length;) {
    const length = words.getUint32(at + 8, true);
    const place = Number(words.getBigUint64(at, true));
    pieces.push({ at: place, content: packed.slice(at + 12, at + 12 + length) });
    at += 12 + length;
  }
  return pieces;
}

function inUse() {
  return new NoDisk('in-use', "the disk is in use: another tab of this browser runs a machine on it. Close that tab, or end its machine with 'poweroff'");
}

/** @param {string} why */
function refused(why) {
  return new NoDisk('refused', `this browser refuses the page storage (${why}); a private window, or a setting that forbids pages to keep data, does that`);
}

/** @param {Error} error @returns {NoDisk} */
function noDisk(error) {
  if (error instanceof NoDisk) return error;
  switch (error.name) {
    case 'QuotaExceededError':
      return new NoDisk('full', "this browser gives the page no more storage: free some of the computer's, or that of other pages in the browser's settings");
    case 'AbortError': case 'NoModificationAllowedError': return inUse();
    case 'SecurityError': case 'NotAllowedError': return refused(error.message);
    default: return new NoDisk('broken', error.message);
  }
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}
