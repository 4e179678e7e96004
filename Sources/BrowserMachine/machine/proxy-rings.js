// The connections of /dev/http-proxy in the control block: of each, a ring with what the guest has yet to read. A task
// opens and closes connections and reads; the machine's thread fills rings and, as it hears of a close last, frees slots.
//
// What the guest writes comes as messages, from different workers of one connection too, whose messages may overtake each
// other: each has its place in the connection's order, the close too. A connection's number holds a generation, so that
// what comes too late in spite of that (http-proxy.js) is known.
import { PROXY_AT, PROXY_RING_BYTES, PROXY_SLOTS, WORD } from './control-block.js';

const STATE = { free: 0, open: 1, closed: 2 };
/** Words of a slot. */
const AT = { state: 0, generation: 1, head: 2, tail: 3, ended: 4, roomAwaited: 5, sent: 6 };
const SLOT_WORDS = 8;
const GENERATIONS = 1 << 24;
const ERROR = { AGAIN: -11, BUSY: -16, NODEV: -19 };

export class ProxyRings {
  /** @param {SharedArrayBuffer} control */
  constructor(control) {
    this.control = control;
    this.words = new Int32Array(control);
  }

  /**
   * Index of a slot's word.
   * @param {number} connection
   * @param {number} word
   */
  at(connection, word) {
    return WORD.proxy + (connection % PROXY_SLOTS) * SLOT_WORDS + word;
  }

  /** @param {number} connection */
  ring(connection) {
    return new Uint8Array(
      this.control, PROXY_AT + (connection % PROXY_SLOTS) * PROXY_RING_BYTES, PROXY_RING_BYTES);
  }

  /**
   * Whether the number is that of a connection that is not over.
   * @param {number} connection
   */
  isCurrent(connection) {
    return Atomics.load(this.words, this.at(connection, AT.generation)) === Math.floor(connection / PROXY_SLOTS);
  }

  // The task's side.

  /** @returns {number} the connection's number, or a negative error */
  open() {
    if (!Atomics.load(this.words, WORD.hasProxy)) return ERROR.NODEV;
    for (let slot = 0; slot < PROXY_SLOTS; slot++) {
      if (Atomics.compareExchange(this.words, this.at(slot, AT.state), STATE.free, STATE.open) !== STATE.free) continue;
      return Atomics.load(this.words, this.at(slot, AT.generation)) * PROXY_SLOTS + slot;
    }
    return ERROR.BUSY;
  }

  /** @param {number} connection @param {Uint8Array} to @returns {number} bytes; 0 at the end; a negative error */
  read(connection, to) {
    const ended = Atomics.load(this.words, this.at(connection, AT.ended)); // before the head: what came first counts
    const head = Atomics.load(this.words, this.at(connection, AT.head));
    const tail = Atomics.load(this.words, this.at(connection, AT.tail));
    const n = Math.min((head - tail) | 0, to.length);
    if (n === 0) return ended ? 0 : ERROR.AGAIN;
    const ring = this.ring(connection);
    for (let i = 0; i < n; i++) to[i] = ring[(tail + i) & (PROXY_RING_BYTES - 1)];
    Atomics.store(this.words, this.at(connection, AT.tail), (tail + n) | 0);
    return n;
  }

  /** @param {number} connection */
  isReady(connection) {
    return Atomics.load(this.words, this.at(connection, AT.ended)) !== 0 ||
      Atomics.load(this.words, this.at(connection, AT.head)) !== Atomics.load(this.words, this.at(connection, AT.tail));
  }

  /**
   * Whether the machine waits for room; asked once after each read.
   * @param {number} connection
   */
  isRoomAwaited(connection) {
    return Atomics.exchange(this.words, this.at(connection, AT.roomAwaited), 0) !== 0;
  }

  /**
   * The place of the next message of a connection.
   * @param {number} connection
   */
  nextPlace(connection) {
    return Atomics.add(this.words, this.at(connection, AT.sent), 1);
  }

  /** @param {number} connection */
  close(connection) {
    Atomics.store(this.words, this.at(connection, AT.state), STATE.closed);
  }

  // The machine's side.

  /** @param {number} connection @param {Uint8Array} bytes @returns {number} how many had room */
  put(connection, bytes) {
    const head = Atomics.load(this.words, this.at(connection, AT.head));
    const room = PROXY_RING_BYTES - ((head - Atomics.load(this.words, this.at(connection, AT.tail))) | 0);
    const n = Math.min(room, bytes.length);
    const ring = this.ring(connection);
    for (let i = 0; i < n; i++) ring[(head + i) & (PROXY_RING_BYTES - 1)] = bytes[i];
    Atomics.store(this.words, this.at(connection, AT.head), (head + n) | 0);
    return n;
  }

  /**
   * Asks for a message at the next read.
   * @param {number} connection
   * @returns {boolean} false: there is room already
   */
  awaitRoom(connection) {
    Atomics.store(this.words, this.at(connection, AT.roomAwaited), 1);
    const head = Atomics.load(this.words, this.at(connection, AT.head));
    return ((head - Atomics.load(this.words, this.at(connection, AT.tail))) | 0) >= PROXY_RING_BYTES;
  }

  /**
   * Nothing more will come.
   * @param {number} connection
   */
  end(connection) {
    Atomics.store(this.words, this.at(connection, AT.ended), 1);
  }

  /**
   * The guest has closed it: its slot may be used again, under another number.
   * @param {number} connection
   */
  free(connection) {
    for (const word of [AT.head, AT.tail, AT.ended, AT.roomAwaited, AT.sent]) Atomics.store(this.words, this.at(connection, word), 0);
    const generation = Math.floor(connection / PROXY_SLOTS) + 1;
    Atomics.store(this.words, this.at(connection, AT.generation), generation % GENERATIONS);
    Atomics.store(this.words, this.at(connection, AT.state), STATE.free);
  }
}
