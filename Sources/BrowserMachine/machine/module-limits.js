/**
 * The limits of a module's imported memory, in pages of 64 KiB. WebAssembly has no way to ask a module for them.
 * @param {Uint8Array} bytes a module
 * @returns {{initial: number, maximum: number} | null} null: it imports no memory
 */
export function memoryLimits(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (!(byte & 128)) return value;
    }
  };
  const skipName = () => {
    const length = number(); // read first: `at += number()` would use the old `at`
    at += length;
  };
  const limits = () => {
    const flags = bytes[at++];
    const initial = number();
    return { initial, maximum: flags & 1 ? number() : 65536 };
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const size = number();
    const end = at + size;
    if (section === IMPORTS) {
      for (let left = number(); left > 0; left--) {
        skipName();
        skipName();
        switch (bytes[at++]) {
          case 0: number(); break; // function: its type
          case 1: at++; limits(); break; // table
          case 2: return limits();
          case 3: at += 2; break; // global
          case 4: at++; number(); break; // tag
          default: return null;
        }
      }
      return null;
    }
    at = end;
  }
  return null;
}

const IMPORTS = 2;
