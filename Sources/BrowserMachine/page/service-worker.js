// Keeps the site's own files, so that it starts without its server. `SITE`, which make-site puts before this, names them
// with the digests of their contents: a copy is kept and given out under its digest only, and what is not in the list, the
// repository above all, is none of this script's business. A new version takes over when no tab uses the old one.

const CACHE = 'apkfarm-site';
const base = new URL('./', location.href);
const scope = /** @type {any} */ (globalThis);
/** Of a response only these are kept: the body is kept unpacked. */
const KEPT_HEADERS = [
  'Content-Type', 'Content-Security-Policy', 'Cross-Origin-Embedder-Policy', 'Cross-Origin-Opener-Policy',
  'Cross-Origin-Resource-Policy', 'Referrer-Policy', 'X-Content-Type-Options',
];

/** @param {string} path */
function keyOf(path) {
  return new URL(`kept/${SITE[path]}/${path}`, base).href;
}

/** @param {ArrayBuffer} bytes */
async function digestOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function keepAll() {
  const cache = await caches.open(CACHE);
  for (const path of Object.keys(SITE)) {
    if (await cache.match(keyOf(path))) continue;
    const response = await fetch(new URL(path, base), { cache: 'no-cache' });
    const bytes = await response.arrayBuffer();
    if (!response.ok || await digestOf(bytes) !== SITE[path]) {
      throw new Error(`${path} is not what the site's list says (${response.status}): it is being changed, or damaged`);
    }
    const headers = new Headers();
    for (const name of KEPT_HEADERS) {
      const value = response.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    await cache.put(keyOf(path), new Response(bytes, { headers }));
  }
}

async function dropOthers() {
  const cache = await caches.open(CACHE);
  const kept = new Set(Object.keys(SITE).map(keyOf));
  for (const request of await cache.keys()) if (!kept.has(request.url)) await cache.delete(request);
}

/**
 * The file of the site that an address means; null: none.
 * @param {string} address
 */
function pathOf(address) {
  const url = new URL(address);
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return null;
  const path = url.pathname.slice(base.pathname.length).replace(/(^|\/)$/, '$1index.html');
  return path in SITE ? path : null;
}

/** @param {string} path @param {Request} request */
async function answer(path, request) {
  const kept = await (await caches.open(CACHE)).match(keyOf(path));
  return kept ?? fetch(request); // the browser may have dropped it
}

scope.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(keepAll()));
// It does not claim the page that brought it: Firefox would wait for an answer of each worker of the machine, which never comes
// as they sleep in Atomics.wait, and give out no file meanwhile.
scope.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(dropOthers()));
scope.addEventListener('fetch', (/** @type {any} */ event) => {
  const path = event.request.method === 'GET' ? pathOf(event.request.url) : null;
  if (path !== null) event.respondWith(answer(path, event.request));
});
// A page that has not booted yet, and is the only one, need not go on with the old version.
scope.addEventListener('message', (/** @type {any} */ event) => {
  event.waitUntil(scope.clients.matchAll().then((/** @type {object[]} */ pages) => {
    if (event.data === 'take-over' && pages.length <= 1) return scope.skipWaiting();
  }));
});
