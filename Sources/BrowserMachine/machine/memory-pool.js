// Memories of processes. They are scarce: Chromium allows a page about 124, whatever their size, and one is only freed when
// every worker that has seen it has collected its garbage. So they are used again.
//
// A table shared by all workers counts the tasks that use each memory, by a number that is never used again. A memory has one
// owner: the worker that made it, or the machine's thread between two tasks. Only its owner may hand it out again, once nobody
// uses it and the maximum fits.

/** Memories that can ever be told apart. One without a number is simply not used again. */
const NUMBERS = 8192;
/** Workers whose current memory is known: what a worker used when it was ended. */
const WORKERS = 8192;
const LAST_NUMBER = 0;

/**
 * @typedef {{memory: WebAssembly.Memory, maximum: number, id: number}} ProcessMemory id 0: has no number
 */

/** @returns {SharedArrayBuffer} the table, all zeroes */
export function newMemoryTable() {
  return new SharedArrayBuffer((NUMBERS + WORKERS) * 4);
}

export class MemoryPool {
  /**
   * @param {SharedArrayBuffer} table
   * @param {number} worker index of the worker that uses this pool
   * @param {ProcessMemory[]} owned
   */
  constructor(table, worker, owned = []) {
    this.uses = new Int32Array(table);
    this.current = NUMBERS + worker;
    this.owned = owned;
  }

  /**
   * A memory of these limits, used once by the caller. `dirty`: pages from the start that may hold other than zeroes.
   * Throws RangeError when the engine has none.
   * @param {number} initial
   * @param {number} maximum
   * @returns {ProcessMemory & {dirty: number}}
   */
  take(initial, maximum) {
    for (const record of this.owned) {
      if (!record.id || record.maximum !== maximum) continue;
      if (Atomics.compareExchange(this.uses, record.id, 0, 1) !== 0) continue;
      const pages = record.memory.buffer.byteLength / 65536;
      try {
        if (pages < initial) record.memory.grow(initial - pages);
      } catch {
        Atomics.store(this.uses, record.id, 0); // too small for this one; another may do
        continue;
      }
      return { ...record, dirty: pages };
    }
    const memory = new WebAssembly.Memory({ initial, maximum, shared: true });
    let id = Atomics.add(this.uses, LAST_NUMBER, 1) + 1;
    if (id >= NUMBERS) id = 0;
    else Atomics.store(this.uses, id, 1);
    const record = { memory, maximum, id };
    this.owned.push(record);
    return { ...record, dirty: 0 };
  }

  /** @param {number} id */
  addUse(id) {
    if (id) Atomics.add(this.uses, id, 1);
  }

  /** @param {number} id */
  dropUse(id) {
    if (id) Atomics.sub(this.uses, id, 1);
  }

  /** @param {number} id */
  isUsedOnce(id) {
    return id !== 0 && Atomics.load(this.uses, id) === 1;
  }

  /**
   * Notes what the worker uses from now on; the use itself was counted by who took it.
   * @param {number} id
   */
  startWith(id) {
    Atomics.store(this.uses, this.current, id);
  }

  /**
   * Goes over to another memory, or with 0 to none; the old one is used once less.
   * @param {number} id
   */
  change(id) {
    this.dropUse(Atomics.exchange(this.uses, this.current, id));
  }

  /**
   * Drops what another worker used, which has ended.
   * @param {number} worker
   */
  workerEnded(worker) {
    this.dropUse(Atomics.exchange(this.uses, NUMBERS + worker, 0));
  }

  /**
   * Up to `most` memories that nobody uses, for the pool of another thread.
   * @param {number} most
   */
  giveFree(most) {
    /** @type {ProcessMemory[]} */
    const free = [];
    for (let i = 0; i < this.owned.length && free.length < most;) {
      if (Atomics.load(this.uses, this.owned[i].id) === 0) free.push(...this.owned.splice(i, 1));
      else i++;
    }
    return free;
  }

  /** All that this pool owns; it owns nothing afterwards. Those without a number are let go. */
  giveAll() {
    return this.owned.splice(0).filter((record) => record.id);
  }
}
