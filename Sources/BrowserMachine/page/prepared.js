// What of a start can be done before it: workers begun, and files that are in this browser already compiled.
import { loadModule, loadShared } from './download.js';

const WORKER = new URL('./worker.js', import.meta.url);
/** The machine's pool, for the tasks that it has at its prompt, most of them the kernel's own; and the timer. */
const WORKERS_AFTER_BOOT = 25;

/**
 * Workers that start while the machine's files are loaded and compiled, or while a person still reads the page: the start of
 * one takes longer than what its task does at boot. They know of no machine until one takes them.
 */
export class PreparedWorkers {
  /** @param {() => Worker} [make] */
  constructor(make = () => new Worker(WORKER, { type: 'module' })) {
    this.make = make;
    /** @type {Worker[]} */
    this.idle = [];
    for (let i = 0; i < WORKERS_AFTER_BOOT; i++) {
      const worker = make();
      // The one made in its stead fails again, and is heard then.
      worker.onerror = () => { this.idle = this.idle.filter((other) => other !== worker); };
      this.idle.push(worker);
    }
  }

  /** @returns {Worker} one that was prepared, while there are any */
  take() {
    return this.idle.shift() ?? this.make();
  }

  end() {
    for (const worker of this.idle.splice(0)) worker.terminate();
  }
}

/**
 * A machine's files, loaded and compiled.
 * @typedef {Required<Pick<import('../machine/machine.js').MachineOptions, 'kernel' | 'userMemory' | 'systemCall' | 'initrd'>>} LoadedFiles
 */

/**
 * @param {import('./machine.js').MachineFiles} files
 * @param {(bytes: number) => void} onBytes called with each piece's length
 * @param {AbortSignal} [signal]
 * @returns {Promise<LoadedFiles>}
 */
export async function loadFiles(files, onBytes, signal) {
  const [kernel, userMemory, systemCall, initrd] = await Promise.all([
    loadModule(files.kernel, onBytes, signal),
    loadModule(files.userMemory, onBytes, signal),
    loadModule(files.systemCall, onBytes, signal),
    loadShared(files.root, onBytes, signal),
  ]);
  return { kernel, userMemory, systemCall, initrd };
}

/** For `Machine.boot`, by `Machine.prepare`. Whoever boots no machine of it ends it. */
export class Prepared {
  /** @param {import('./machine.js').MachineFiles} [files] to load already; none: they are loaded by the boot, which counts them */
  constructor(files) {
    this.workers = new PreparedWorkers();
    /** null: not loaded, or they could not be, which the boot's own attempt will say. @type {Promise<LoadedFiles | null>} */
    this.files = files ? loadFiles(files, () => {}).catch(() => null) : Promise.resolve(null);
  }

  end() {
    this.workers.end();
  }
}
