// The kernel's imports of its drivers, by the names of asm/wasm_devices.h: the worker's side of the devices.
import { WORD } from './control-block.js';
import { diskImports } from './disk.js';
import { ProxyRings } from './proxy-rings.js';

/**
 * @param {SharedArrayBuffer} control
 * @param {Uint8Array} kernelBytes the kernel's memory
 * @param {(message: object) => void} post to the machine's thread
 */
export function deviceImports(control, kernelBytes, post) {
  const words = new Int32Array(control);
  const rings = new ProxyRings(control);
  return {
    console_size: () => Atomics.load(words, WORD.consoleSize),
    proxy_open: () => rings.open(),
    proxy_write: (/** @type {number} */ connection, /** @type {number} */ at, /** @type {number} */ n) =>
      post({
        type: 'proxy', connection, place: rings.nextPlace(connection),
        bytes: kernelBytes.slice(at >>> 0, (at >>> 0) + n),
      }),
    proxy_read: (/** @type {number} */ connection, /** @type {number} */ to, /** @type {number} */ n) => {
      const got = rings.read(connection, kernelBytes.subarray(to >>> 0, (to >>> 0) + n));
      if (got > 0 && rings.isRoomAwaited(connection)) post({ type: 'proxy-room', connection });
      return got;
    },
    proxy_ready: (/** @type {number} */ connection) => (rings.isReady(connection) ? 1 : 0),
    proxy_close: (/** @type {number} */ connection) => {
      rings.close(connection);
      post({ type: 'proxy', connection, place: rings.nextPlace(connection), bytes: null });
    },
    ...diskImports(words),
  };
}
