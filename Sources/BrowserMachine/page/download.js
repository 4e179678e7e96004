// The machine's files over HTTP, with the count of bytes as they come. Files of the site are packed by gzip and unpacked
// here, so that any server of static files will do; their sizes stand in the site's list (site.json).

/** @typedef {{url: string, size: number, packed: boolean}} SiteFile size: bytes to load */

/**
 * @param {SiteFile} file
 * @param {(bytes: number) => void} onBytes called with each piece's length
 * @param {AbortSignal} [signal]
 * @returns {Promise<ReadableStream<Uint8Array>>} the unpacked file
 */
async function open(file, onBytes, signal) {
  let response;
  try {
    response = await fetch(file.url, { signal });
  } catch (error) {
    throw new Error(`${file.url} cannot be loaded: ${error}; is the server still there?`);
  }
  if (!response.ok || !response.body) {
    throw new Error(`${file.url} cannot be loaded: the server says ${response.status} ${response.statusText}`);
  }
  const counted = response.body.pipeThrough(new TransformStream({
    transform(piece, controller) {
      onBytes(piece.length);
      controller.enqueue(piece);
    },
  }));
  return file.packed ? counted.pipeThrough(new DecompressionStream('gzip')) : counted;
}

/** @param {SiteFile} file @param {(bytes: number) => void} onBytes @param {AbortSignal} [signal] */
export async function loadModule(file, onBytes, signal) {
  const body = await open(file, onBytes, signal);
  return WebAssembly.compileStreaming(new Response(body, { headers: { 'Content-Type': 'application/wasm' } }));
}

/** @param {SiteFile} file @param {(bytes: number) => void} onBytes @param {AbortSignal} [signal] */
export async function loadBytes(file, onBytes, signal) {
  return new Uint8Array(await new Response(await open(file, onBytes, signal)).arrayBuffer());
}

/**
 * Over shared memory, so that it is not copied into each worker.
 * @param {SiteFile} file
 * @param {(bytes: number) => void} onBytes
 * @param {AbortSignal} [signal]
 */
export async function loadShared(file, onBytes, signal) {
  const bytes = await loadBytes(file, onBytes, signal);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
