// What browsers have and the checker's own library does not know yet.
declare class DecompressionStream {
  constructor(format: 'gzip');
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}
declare class CompressionStream {
  constructor(format: 'gzip');
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** Of service-worker.js: the site's files with the digests of their contents, by make-site. */
declare const SITE: Record<string, string>;
