// What a browser must have so that the machine runs, each with what a person can do about its absence.

/** @typedef {{feature: string, cure: string}} MissingFeature */

/** A module with two memories and one with `exnref`: the shortest that need those features. */
const TWO_MEMORIES = [0, 97, 115, 109, 1, 0, 0, 0, 5, 5, 2, 0, 0, 0, 0];
const EXCEPTIONS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 10, 1, 8, 0, 0x1f, 0x40, 1, 2, 0, 11, 11];
const NEWER = 'use Chromium 137, Firefox 131 or newer (with their defaults)';

/** @param {number[]} bytes */
function isValid(bytes) {
  return WebAssembly.validate(new Uint8Array(bytes));
}

/**
 * What this page lacks; empty: the machine can boot.
 * @param {any} [scope] stands in for globalThis in tests
 * @returns {MissingFeature[]}
 */
export function missingFeatures(scope = globalThis) {
  if (!scope.isSecureContext) {
    return [{ feature: 'a secure context', cure: 'serve the page by https, or from 127.0.0.1 or localhost' }];
  }
  /** @type {[boolean, string, string][]} */
  const wanted = [
    [
      scope.crossOriginIsolated, 'cross-origin isolation',
      "the server must send 'Cross-Origin-Opener-Policy: same-origin' and 'Cross-Origin-Embedder-Policy: require-corp' " +
        'with the page and its files; a page inside a frame of another site is never isolated: open it by itself',
    ],
    [typeof scope.WebAssembly === 'object', 'WebAssembly', 'switch it on (a locked-down mode may have switched it off)'],
  ];
  if (scope.crossOriginIsolated) {
    wanted.push([typeof scope.SharedArrayBuffer === 'function', 'memory shared between workers', NEWER]);
  }
  if (typeof scope.WebAssembly === 'object') {
    wanted.push(
      [isValid(TWO_MEMORIES), 'WebAssembly with several memories', NEWER],
      [isValid(EXCEPTIONS), 'WebAssembly exceptions', NEWER]);
  }
  wanted.push(
    [typeof scope.DecompressionStream === 'function', 'unpacking of streams', NEWER],
    [Boolean(scope.navigator?.locks), 'Web Locks', NEWER]);
  return wanted.filter(([has]) => !has).map(([, feature, cure]) => ({ feature, cure }));
}
