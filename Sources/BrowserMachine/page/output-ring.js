// The console's output on its way from the workers to the page. Messages of different workers may overtake each other;
// this ring keeps the order in which the kernel wrote. Only one worker at a time writes: there is one virtual CPU.

const RING_BYTES = 65536;
const WORDS_BYTES = 16;
const WORD = { head: 0, tail: 1, told: 2 };

export class OutputRing {
  /** @param {SharedArrayBuffer} [shared] */
  constructor(shared = new SharedArrayBuffer(WORDS_BYTES + RING_BYTES)) {
    this.shared = shared;
    this.words = new Int32Array(shared, 0, WORDS_BYTES / 4);
    this.bytes = new Uint8Array(shared, WORDS_BYTES);
  }

  /**
   * Puts bytes in, waiting while the page has not taken the earlier ones. A page that is gone takes none ever: after a
   * second without any, what has no room is dropped.
   * @param {Uint8Array} bytes
   * @param {() => void} tell has the page call `take`
   */
  put(bytes, tell) {
    for (let done = 0; done < bytes.length;) {
      const head = Atomics.load(this.words, WORD.head);
      const tail = Atomics.load(this.words, WORD.tail);
      const n = Math.min(RING_BYTES - ((head - tail) | 0), bytes.length - done);
      if (n === 0) {
        if (Atomics.wait(this.words, WORD.tail, tail, 1000) === 'timed-out') return;
        continue;
      }
      for (let i = 0; i < n; i++) this.bytes[(head + i) & (RING_BYTES - 1)] = bytes[done + i];
      Atomics.store(this.words, WORD.head, (head + n) | 0);
      done += n;
      if (Atomics.exchange(this.words, WORD.told, 1) === 0) tell();
    }
  }

  /** Takes all that is there. */
  take() {
    Atomics.store(this.words, WORD.told, 0);
    const head = Atomics.load(this.words, WORD.head);
    const tail = Atomics.load(this.words, WORD.tail);
    const taken = new Uint8Array((head - tail) | 0);
    for (let i = 0; i < taken.length; i++) taken[i] = this.bytes[(tail + i) & (RING_BYTES - 1)];
    Atomics.store(this.words, WORD.tail, head);
    Atomics.notify(this.words, WORD.tail);
    return taken;
  }
}
