// node boot.js --kernel FILE --parts FOLDER [--initrd FILE] [--disk FILE] [--append TEXT] [--memory MIB] [--pool N]
//   [--loop-checks] [--disk-server MODULE] [--verbose]
//
// Boots a machine with its console on standard input and output. PARTS holds user-memory.wasm and system-call.wasm; the
// disk's file is /dev/disk0, and it is the caller's matter that no other machine has it. MODULE stands in for
// disk-file.js, for tests of what happens when a disk fails. Exit status: 0 powered off, 1 the kernel failed, 2 wrong usage,
// 3 restart was asked for.
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { SECTOR_BYTES } from '../machine/disk.js';
import { Machine } from '../machine/machine.js';

const STATUS = { 'power-off': 0, trap: 1, restart: 3 };

/** @param {string} text @returns {never} */
function fail(text) {
  fs.writeSync(2, `boot: ${text}\n`);
  process.exit(2);
}

const { values } = parseArgs({
  options: {
    kernel: { type: 'string' },
    parts: { type: 'string' },
    initrd: { type: 'string' },
    disk: { type: 'string' },
    'disk-server': { type: 'string' },
    append: { type: 'string', default: '' },
    memory: { type: 'string', default: '128' },
    pool: { type: 'string', default: '8' },
    'loop-checks': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) fail(`node ${process.versions.node} is too old: exceptions and memories need node 24`);
if (!values.kernel || !values.parts) fail('--kernel and --parts are wanted');

/** @param {string} file */
const module = async (file) => {
  try {
    return await WebAssembly.compile(fs.readFileSync(file));
  } catch (error) {
    return fail(`${file}: ${error}`);
  }
};

/**
 * Over shared memory, so that it is not copied into each worker.
 * @param {string} file
 */
function sharedFile(file) {
  const bytes = fs.readFileSync(file);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

/** Of a terminal on standard output; none without one. */
function terminalSize() {
  const { rows, columns } = process.stdout;
  return process.stdout.isTTY && rows && columns ? { rows, columns } : undefined;
}

const started = performance.now();
const epoch = Number(process.hrtime.bigint());
const workerURL = new URL('./worker.js', import.meta.url);
const log = (/** @type {string} */ text) =>
  fs.writeSync(2, `[host ${(performance.now() - started).toFixed(1)} ms] ${text}\n`);

/** Resolved when the disk's file has been let go. */
let diskIsFree = Promise.resolve();

/**
 * @param {string} path
 * @returns {import('../machine/disk.js').Disk}
 */
function diskOf(path) {
  let bytes = 0;
  try {
    const fd = fs.openSync(path, 'r+');
    bytes = fs.fstatSync(fd).size;
    fs.closeSync(fd);
  } catch (error) {
    fail(`the disk cannot be opened: ${/** @type {Error} */ (error).message}`);
  }
  if (bytes < SECTOR_BYTES) fail(`${path} is no disk: it is empty; 'mke2fs -q -t ext4 ${path} 256M' makes one`);
  return {
    bytes: bytes - bytes % SECTOR_BYTES,
    serve({ control, memory }) {
      const server = values['disk-server'] && pathToFileURL(values['disk-server']).href;
      const worker = new Worker(workerURL, { workerData: { epoch, disk: { path, server, control, memory } } });
      worker.on('error', (error) => log(`the disk's worker failed: ${error.stack ?? error}`));
      diskIsFree = new Promise((resolve) => worker.on('exit', () => resolve()));
    },
  };
}

/** @type {import('../machine/machine.js').Platform} */
const platform = {
  log,
  write: (bytes) => fs.writeSync(1, bytes),
  makeWorker(shared, onMessage) {
    const worker = new Worker(workerURL, { workerData: shared });
    worker.on('message', onMessage);
    worker.on('error', (error) => log(`a worker failed: ${error.stack ?? error}`));
    return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
  },
  startTimer(shared) {
    new Worker(workerURL, { workerData: { ...shared, isTimer: true } });
  },
  ended(end) {
    if (values.verbose || end.how === 'trap') {
      log(`${end.how}: ${end.workersMade} workers made, ${end.workersAtMost} in use at most, ` +
        `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident`);
    }
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    diskIsFree.then(() => process.exit(STATUS[end.how]));
  },
};

const machine = new Machine(platform, {
  kernel: await module(values.kernel),
  userMemory: await module(`${values.parts}/user-memory.wasm`),
  systemCall: await module(`${values.parts}/system-call.wasm`),
  initrd: values.initrd ? sharedFile(values.initrd) : new Uint8Array(new SharedArrayBuffer(0)),
  commandLine: `console=hvc0 ${values.append}`.trim(),
  memoryMiB: Number(values.memory),
  poolSize: Number(values.pool),
  verbose: values.verbose,
  loopChecks: values['loop-checks'],
  disk: values.disk === undefined ? undefined : diskOf(values.disk),
  size: terminalSize(),
  surroundings: { epoch },
});
if (process.stdin.isTTY) process.stdin.setRawMode(true);
process.stdout.on('resize', () => machine.resize(terminalSize() ?? { rows: 24, columns: 80 }));
process.stdin.on('data', (bytes) => machine.input(bytes));
