// A computing program is to notice that a signal's handler is due. It makes no system call, and nothing can interrupt it from
// outside, so programs are rewritten when they are loaded: every loop begins with
//   if (memory[LOOP_WORD]) table[slot]()
// where `slot` is one that is added to the program's function table, for a function of the host's.

/** Address in the program's memory. wasm-ld leaves the first 1,024 bytes free, or has the far end of the stack there. */
export const LOOP_WORD = 16;

const SECTION = { types: 1, table: 4, code: 10 };
const FUNCTION_TYPE = 0x60;
const LOOP = 0x03;

/** Reads a module's bytes. */
class Cursor {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** Throws at the end: a cut module must not be read on for ever. */
  byte() {
    if (this.at >= this.bytes.length) throw new Error('the module ends too early');
    return this.bytes[this.at++];
  }

  number() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (!(byte & 128)) return value;
    }
  }

  /** @param {number} [times] */
  skipNumbers(times = 1) {
    for (; times > 0; times--) while (this.byte() & 128);
  }

  skipMemoryArgument() {
    if (this.number() & 64) this.skipNumbers(); // names a memory
    this.skipNumbers();
  }

  /**
   * Goes behind the next `loop` and its type.
   * @returns {boolean} false: there is none before `end`
   */
  toLoop(/** @type {number} */ end) {
    while (this.at < end) {
      const code = this.byte();
      if (code === LOOP) {
        this.skipNumbers();
        return true;
      }
      this.skipOperands(code);
    }
    return false;
  }

  /** @param {number} code of an instruction */
  skipOperands(code) {
    if (code >= 0x28 && code <= 0x3e) return this.skipMemoryArgument(); // loads and stores
    if (code >= 0x20 && code <= 0x26) return this.skipNumbers(); // locals, globals, tables
    switch (code) {
      case 0x02: case 0x04: case 0x06: case 0x07: case 0x08: case 0x09: case 0x0c: case 0x0d: case 0x10: case 0x12:
      case 0x14: case 0x15: case 0x18: case 0x3f: case 0x40: case 0x41: case 0x42: case 0xd0: case 0xd2:
        return this.skipNumbers();
      case 0x0e: return this.skipNumbers(this.number() + 1); // br_table
      case 0x11: case 0x13: return this.skipNumbers(2); // call_indirect
      case 0x1c: return this.skipNumbers(this.number()); // select
      case 0x1f: // try_table
        this.skipNumbers();
        for (let left = this.number(); left > 0; left--) this.skipNumbers(this.byte() < 2 ? 2 : 1);
        return;
      case 0x43: this.at += 4; return;
      case 0x44: this.at += 8; return;
      case 0xfc: {
        const kind = this.number();
        if (kind >= 8) this.skipNumbers(kind === 8 || kind === 10 || kind === 12 || kind === 14 ? 2 : 1);
        return;
      }
      case 0xfe:
        if (this.number() === 3) this.at++; // atomic.fence
        else this.skipMemoryArgument();
        return;
      case 0xfd: return this.skipVectorOperands(this.number());
    }
  }

  /** @param {number} kind of a vector instruction */
  skipVectorOperands(kind) {
    if (kind <= 11 || kind === 92 || kind === 93) this.skipMemoryArgument();
    else if (kind === 12 || kind === 13) this.at += 16; // a constant, a shuffle's lanes
    else if (kind >= 21 && kind <= 34) this.at++; // a lane
    else if (kind >= 84 && kind <= 91) {
      this.skipMemoryArgument();
      this.at++;
    }
  }
}

/** @param {number} value */
function encoded(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

/** @param {(Uint8Array | number[])[]} pieces */
function joined(pieces) {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/**
 * As an operand of i32.const.
 * @param {number} value
 */
function signed(value) {
  const bytes = [];
  for (; value > 63; value = Math.floor(value / 128)) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

/**
 * Adds the checks.
 * @param {Uint8Array} source a module
 * @returns {{bytes: Uint8Array, slot: number}} slot 0: the module is as it was, as it has no table of its own or has
 *   instructions that are not known here
 */
export function withLoopChecks(source) {
  try {
    return rewritten(source);
  } catch {
    return { bytes: source, slot: 0 }; // such a program runs, but handlers wait for its next system call
  }
}

/** @param {Uint8Array} source */
function rewritten(source) {
  const cursor = new Cursor(source);
  /** @type {(Uint8Array | number[])[]} */
  const pieces = [source.subarray(0, 8)];
  let type = -1;
  let slot = 0;
  for (cursor.at = 8; cursor.at < source.length;) {
    const begin = cursor.at;
    const id = cursor.byte();
    const size = cursor.number();
    const end = cursor.at + size;
    /** @type {Uint8Array | null} */
    let body = null;
    if (id === SECTION.types) [body, type] = withType(cursor, end);
    if (id === SECTION.table) [body, slot] = withSlot(cursor, end);
    if (id === SECTION.code && slot && type >= 0) body = withChecks(cursor, checkOf(slot, type));
    if (id === SECTION.code && !body) throw new Error('there is no table');
    if (body) pieces.push([id, ...encoded(body.length)], body);
    else pieces.push(source.subarray(begin, end));
    cursor.at = end;
  }
  return { bytes: joined(pieces), slot };
}

/** @param {number} slot @param {number} type */
function checkOf(slot, type) {
  const load = [0x41, LOOP_WORD, 0x28, 2, 0];
  return [...load, 0x04, 0x40, 0x41, ...signed(slot), 0x11, ...encoded(type), 0, 0x0b];
}

/**
 * The types with one more, of functions without parameters and results.
 * @param {Cursor} cursor
 * @param {number} end
 * @returns {[Uint8Array, number]}
 */
function withType(cursor, end) {
  const count = cursor.number();
  return [joined([encoded(count + 1), cursor.bytes.subarray(cursor.at, end), [FUNCTION_TYPE, 0, 0]]), count];
}

/**
 * The first table with one more slot, and which it is.
 * @param {Cursor} cursor
 * @param {number} end
 * @returns {[Uint8Array, number]}
 */
function withSlot(cursor, end) {
  const count = cursor.number();
  const element = cursor.byte();
  const flags = cursor.byte();
  if (flags > 1) throw new Error('a table of another kind');
  const initial = cursor.number();
  const limits = flags ? [...encoded(initial + 1), ...encoded(Math.max(cursor.number(), initial + 1))] : encoded(initial + 1);
  return [joined([encoded(count), [element, flags], limits, cursor.bytes.subarray(cursor.at, end)]), initial];
}

/** @param {Cursor} cursor @param {number[]} check */
function withChecks(cursor, check) {
  const { bytes } = cursor;
  const count = cursor.number();
  /** @type {(Uint8Array | number[])[]} */
  const pieces = [encoded(count)];
  for (let left = count; left > 0; left--) {
    const size = cursor.number();
    const end = cursor.at + size;
    /** @type {(Uint8Array | number[])[]} */
    const parts = [];
    let from = cursor.at;
    for (let groups = cursor.number(); groups > 0; groups--) cursor.skipNumbers(2); // locals: how many, of which type
    while (cursor.toLoop(end)) {
      parts.push(bytes.subarray(from, cursor.at), check);
      from = cursor.at;
    }
    parts.push(bytes.subarray(from, end));
    pieces.push(encoded(parts.reduce((sum, part) => sum + part.length, 0)), ...parts);
    cursor.at = end;
  }
  return joined(pieces);
}
