// node serve.js --site FOLDER [--repository FOLDER] [--port N]
//
// Serves a folder of make-site on 127.0.0.1, with the headers of cross-origin isolation, and beside it, as /edge and /keys,
// the farm's repository for the machine's apk. Prints the page's address on standard output.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';

const TYPES = new Map(Object.entries({
  '.css': 'text/css; charset=utf-8', '.gz': 'application/octet-stream', '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8', '.json': 'application/json', '.svg': 'image/svg+xml',
}));
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; " +
    "style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

const { values } = parseArgs({
  options: {
    site: { type: 'string' },
    repository: { type: 'string' },
    port: { type: 'string', default: '8790' },
  },
});
if (!values.site || !fs.existsSync(path.join(values.site, 'page/site.json'))) {
  process.stderr.write(`serve: ${values.site ?? '--site'} is no folder of make-site: run 'make browser'\n`);
  process.exit(2);
}
const site = fs.realpathSync(values.site);
const repository = values.repository && fs.realpathSync(values.repository);

/**
 * The file that an address means; null: none.
 * @param {string} address
 */
function fileOf(address) {
  const parts = decodeURIComponent(address.split('?')[0]).split('/').filter(Boolean);
  if (parts.some((part) => part.startsWith('.') || part.includes('\0'))) return null;
  const folder = repository && (parts[0] === 'edge' || parts[0] === 'keys') ? repository : site;
  return path.join(folder, ...parts);
}

const server = http.createServer((request, response) => {
  /** @param {number} status @param {http.OutgoingHttpHeaders} headers @param {string} [text] */
  const answer = (status, headers, text = '') => response.writeHead(status, { ...HEADERS, ...headers }).end(text);
  if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, { Allow: 'GET, HEAD' });
  if (request.url === '/') return answer(302, { Location: '/page/' });
  let file;
  try {
    file = fileOf(request.url ?? '');
  } catch {
    return answer(400, {}, 'not well formed\n');
  }
  if (file && request.url?.split('?')[0].endsWith('/')) file = path.join(file, 'index.html');
  const stat = file ? fs.statSync(file, { throwIfNoEntry: false }) : undefined;
  if (!file || !stat?.isFile()) return answer(404, { 'Content-Type': 'text/plain' }, 'no such file\n');
  const tag = `"${stat.size.toString(36)}-${stat.mtimeMs.toString(36)}"`;
  const isContentNamed = file.startsWith(path.join(site, 'files') + path.sep);
  const headers = {
    'Content-Type': TYPES.get(path.extname(file)) ?? 'application/octet-stream',
    ETag: tag,
    'Cache-Control': isContentNamed ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (request.headers['if-none-match'] === tag) return answer(304, headers);
  response.writeHead(200, { ...HEADERS, ...headers, 'Content-Length': stat.size });
  if (request.method === 'HEAD') return response.end();
  fs.createReadStream(file).on('error', () => response.destroy()).pipe(response);
});
server.on('error', (error) => {
  process.stderr.write(`serve: 127.0.0.1:${values.port}: ${error.message}; --port names another\n`);
  process.exit(1);
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.stdout.write(`http://127.0.0.1:${address.port}/page/\n`);
});
