// A machine in a page: the library that the page itself, and other pages, boot it with.
//
//   const machine = await Machine.boot({ console: { write: (bytes) => terminal.write(bytes) } });
//   const { status, text } = await machine.run(['uname', '-a']);
import { Agent } from '../machine/agent.js';
import { Machine as Host } from '../machine/machine.js';
import { missingFeatures } from './browser-features.js';
import { pagePlatform } from './page-platform.js';
import { Prepared, loadFiles } from './prepared.js';

/**
 * The browser or the server lacks something. `message` says what, and the cure of each.
 */
export class CannotBoot extends Error {
  /** @param {import('./browser-features.js').MissingFeature[]} missing */
  constructor(missing) {
    super(missing.map(({ feature, cure }) => `${feature} is missing: ${cure}`).join('; '));
    this.name = 'CannotBoot';
    this.missing = missing;
  }
}

/**
 * @typedef {import('./download.js').SiteFile} SiteFile
 *
 * The files of a machine, as a site's site.json names them.
 * @typedef {{kernel: SiteFile, root: SiteFile, userMemory: SiteFile, systemCall: SiteFile}} MachineFiles
 *
 * @typedef {object} BootOptions
 * @property {MachineFiles} files `(await readSite(URL)).files`
 * @property {{write: (bytes: Uint8Array) => void, size?: {rows: number, columns: number}}} [console]
 * @property {import('./disk.js').Disk} [disk] /dev/disk0; with `apkfarm.root=disk` in `append` it is the root
 * @property {number} [memoryMiB] of the kernel, 32 to 1024; each process has its own besides
 * @property {string} [append] what the kernel's command line has besides the console
 * @property {boolean} [loopChecks] whether handlers interrupt loops that make no system call (^C of a shell's own loop): costs
 *   a look at memory at each turn of a loop; true, if nothing else is said
 * @property {(url: URL) => {url: string} | {refusal: string}} [resolve] where addresses of the guest lead: to this page's
 *   origin only, if nothing else is said
 * @property {(loaded: number, size: number) => void} [onProgress] bytes of the download
 * @property {AbortSignal} [signal] ends the download
 * @property {Prepared} [prepared] `Machine.prepare()` of before: its workers are this machine's from now on
 *
 * Events: `log` (detail: text for people), `ended` (detail: MachineEnd).
 */
export class Machine extends EventTarget {
  /**
   * Starts the workers that a boot takes ahead of it, for `boot`'s option `prepared`.
   * @param {MachineFiles} [files] loads and compiles them, too
   */
  static prepare(files) {
    return new Prepared(files);
  }

  /**
   * Loads the files and boots.
   * @param {BootOptions} options
   * @returns {Promise<Machine>} as soon as the kernel runs
   * Throws CannotBoot, or Error for a file that cannot be loaded.
   */
  static async boot(options) {
    const missing = missingFeatures();
    if (missing.length) throw new CannotBoot(missing);
    const { files, memoryMiB = 128 } = options;
    if (!(memoryMiB >= 32 && memoryMiB <= 1024)) throw new RangeError('memoryMiB is 32 to 1024');
    const size = Object.values(files).reduce((sum, file) => sum + file.size, 0);
    let loaded = 0;
    const count = (/** @type {number} */ bytes) => options.onProgress?.(loaded += bytes, size);
    const prepared = options.prepared ?? Machine.prepare();
    try {
      const parts = await prepared.files ?? await loadFiles(files, count, options.signal);
      return new Machine(options, { ...parts, memoryMiB }, prepared);
    } catch (error) {
      prepared.end();
      throw error;
    }
  }

  /**
   * @private
   * @param {BootOptions} options
   * @param {import('./prepared.js').LoadedFiles & {memoryMiB: number}} parts
   * @param {Prepared} prepared
   */
  constructor(options, parts, prepared) {
    super();
    this.agent = new Agent();
    /** @type {import('../machine/machine.js').MachineEnd | null} */
    this.end = null;
    /** Typed bytes that the kernel had no room for yet. */
    this.typed = new Uint8Array(0);
    const { platform, surroundings, endAll } = pagePlatform({
      write: (bytes) => options.console?.write(bytes),
      log: (text) => this.dispatchEvent(new CustomEvent('log', { detail: text })),
      ended: (end) => {
        this.end = end;
        this.agent.end();
        endAll();
        this.dispatchEvent(new CustomEvent('ended', { detail: end }));
      },
    }, prepared.workers);
    this.endAll = endAll;
    this.host = new Host(platform, {
      ...parts,
      commandLine: `console=hvc0 ${options.append ?? 'loglevel=4'}`.trim(),
      size: options.console?.size,
      disk: options.disk,
      loopChecks: options.loopChecks ?? true,
      surroundings,
      proxy: {
        fetch: (url, init) => fetch(url, init),
        resolve: options.resolve ?? ownOrigin,
        agent: (connection) => this.agent.offer(connection),
      },
    });
  }

  /**
   * Types at the console.
   * @param {string | Uint8Array} input
   */
  type(input) {
    const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
    const waits = this.typed.length > 0;
    const all = new Uint8Array(this.typed.length + bytes.length);
    all.set(this.typed);
    all.set(bytes, this.typed.length);
    this.typed = all;
    if (!waits) this.offerTyped();
  }

  /** @private */
  offerTyped() {
    this.typed = this.typed.subarray(this.host.input(this.typed));
    if (this.typed.length && !this.end) setTimeout(() => this.offerTyped(), 20);
  }

  /**
   * The console's window has another size.
   * @param {number} columns
   * @param {number} rows
   */
  resize(columns, rows) {
    this.host.resize({ columns, rows });
  }

  /**
   * Runs a program in the machine, as root in /root, and waits for its end.
   * @param {string[]} argv
   * @param {{input?: Uint8Array, onOutput?: (bytes: Uint8Array) => void}} [options] `output` has both of its streams
   */
  run(argv, options) {
    if (this.end) return Promise.reject(new Error('the machine is off'));
    return this.agent.run(argv, options);
  }

  /** @param {string} path @returns {Promise<Uint8Array>} */
  async readFile(path) {
    const { status, output, text } = await this.run(['cat', '--', path]);
    if (status !== 0) throw new Error(text.trim());
    return output;
  }

  /**
   * Makes or replaces a file.
   * @param {string} path
   * @param {string | Uint8Array} content
   */
  async writeFile(path, content) {
    const input = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const { status, text } = await this.run(['sh', '-c', 'cat >"$1"', 'sh', path], { input });
    if (status !== 0) throw new Error(text.trim());
  }

  /** Ends the machine at once, as pulling the plug does. */
  close() {
    this.host.end('power-off');
  }
}

/**
 * What a folder made by `make-site` holds.
 * @param {string | URL} url of its site.json
 * @returns {Promise<{files: MachineFiles, disks: import('./disk.js').BlankDisk[], packages: string[], repository: string}>} repository:
 *   the address above its channels, without a slash at the end
 */
export async function readSite(url) {
  const response = await fetch(url, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${url} cannot be loaded: the server says ${response.status} ${response.statusText}`);
  const site = await response.json();
  site.repository = new URL(site.repository, response.url).href.replace(/\/$/, '');
  for (const file of [...Object.values(site.files), ...site.disks]) file.url = new URL(file.url, response.url).href;
  return site;
}

/** @param {URL} url */
function ownOrigin(url) {
  if (url.host === location.host) return { url: location.origin + url.pathname + url.search };
  return { refusal: `${url.host} is not reached from here: this page lets its machine ask ${location.host} only` };
}
