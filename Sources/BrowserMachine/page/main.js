// The page: says what will be loaded, boots, shows the console.
import { ConsoleTerminal } from './console-terminal.js';
import { fillKeyRow } from './key-row.js';
import { missingFeatures } from './browser-features.js';
import { Disk, NoDisk } from './disk.js';
import { DiskPanel, save } from './disk-panel.js';
import { areKept, keepSite, takeNewest } from './offline.js';
import { CannotBoot, Machine, readSite } from './machine.js';

const PHONE = matchMedia('(max-width: 700px)');
const ENDS = {
  'power-off': 'The machine is off.',
  restart: 'The machine asked for a restart.',
  trap: "The kernel failed: a bug of apkfarm's. What it said is on the console.",
};

/** @template {HTMLElement} T @param {string} id @returns {T} */
const find = (id) => /** @type {T} */ (document.getElementById(id));
const state = find('state');
const start = /** @type {HTMLButtonElement} */ (find('start'));
const startDiskless = /** @type {HTMLButtonElement} */ (find('start-diskless'));
const progress = /** @type {HTMLProgressElement} */ (find('progress'));

/** @type {Machine | null} */
let machine = null;
/** @type {ConsoleTerminal | null} */
let terminal = null;
/** @type {Awaited<ReturnType<typeof readSite>> | null} */
let site = null;
/** @type {ReturnType<typeof Machine.prepare> | undefined} the next machine's workers */
let prepared;
/** Whether the machine that runs, or ran last, has a disk. */
let hasDisk = false;
const panel = new DiskPanel(find, (text) => { state.textContent = text; });

/** A package that a link to this page names; it is installed once the machine runs. */
const wanted = /^[a-z0-9][a-z0-9+_.-]*$/.exec(new URLSearchParams(location.search).get('install') ?? '')?.[0];

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** @param {string} text */
function trouble(text) {
  find('trouble').textContent = text;
  state.textContent = 'Not started.';
}

async function offer() {
  const missing = missingFeatures();
  if (missing.length) {
    trouble(missing.map(({ feature, cure }) => `This browser or its server lacks ${feature}. Cure: ${cure}.`).join('\n'));
    return;
  }
  try {
    await takeNewest();
    site = await readSite(new URL('site.json', location.href));
  } catch (error) {
    trouble(`${error}`);
    return;
  }
  const size = Object.values(site.files).reduce((sum, file) => sum + file.size, 0);
  find('packages').textContent = `In it: ${site.packages.join(', ')}.` +
    (wanted ? ` After the start ${wanted} is installed from this farm's repository, and what it needs.` : '');
  find('size').textContent = `loads ${megabytes(size)}`;
  await panel.show();
  // What is here already costs no download; the rest waits for the person's word.
  const isKept = await areKept(Object.values(site.files).map(({ url }) => url)).catch(() => false); // then it is loaded at the start
  if (isKept) find('size').textContent = `loads nothing: its ${megabytes(size)} are in this browser`;
  prepared = Machine.prepare(isKept ? site.files : undefined);
  state.textContent = 'Ready to start.';
  ready();
  start.focus();
}

function ready() {
  prepared ??= Machine.prepare();
  start.disabled = startDiskless.disabled = false;
}

/** @param {boolean} withDisk */
async function boot(withDisk) {
  if (!site) return;
  start.disabled = startDiskless.disabled = true;
  progress.hidden = false;
  state.textContent = 'Loading …';
  find('trouble').textContent = '';
  const began = performance.now();
  hasDisk = withDisk;
  /** @type {Disk | undefined} */
  let disk;
  try {
    if (withDisk) {
      state.textContent = 'Opening the disk …';
      disk = await Disk.open({ blanks: site.disks });
      state.textContent = 'Loading …';
      disk.addEventListener('trouble', (event) => {
        state.textContent = `The browser refuses to work on the disk: ${/** @type {CustomEvent} */ (event).detail}. Save what you need.`;
      });
    }
    // The terminal must be visible to know its size.
    find('welcome').hidden = true;
    find('console').hidden = false;
    find('keys').hidden = false;
    terminal ??= newTerminal();
    find('welcome').hidden = false;
    const workers = prepared;
    prepared = undefined;
    machine = await Machine.boot({
      prepared: workers,
      files: site.files,
      append: (new URLSearchParams(location.search).get('append') ?? `loglevel=4 apkfarm.origin=${site.repository}`) +
        (disk ? ' apkfarm.root=disk' : ''),
      disk,
      console: { write: (bytes) => terminal?.write(bytes), size: terminal.size },
      onProgress: (loaded, size) => {
        progress.value = loaded / size;
        state.textContent = `Loading: ${megabytes(loaded)} of ${megabytes(size)}`;
      },
    });
  } catch (error) {
    find('console').hidden = true;
    find('keys').hidden = true;
    await disk?.close();
    ready();
    trouble(error instanceof CannotBoot ? error.message
      : error instanceof NoDisk ? `${error.message}. Or start without a disk; then nothing is kept.` : `${error}`);
    return;
  }
  find('welcome').hidden = true;
  find('actions').hidden = false;
  find('again').hidden = find('leave').hidden = true;
  state.textContent = withDisk ? 'Running. Files are kept in this browser.' : 'Running without a disk: nothing is kept.';
  terminal.focus();
  machine.addEventListener('log', (event) => console.info(/** @type {CustomEvent} */ (event).detail));
  machine.addEventListener('ended', (event) => {
    const end = /** @type {CustomEvent<import('../machine/machine.js').MachineEnd>} */ (event).detail;
    state.textContent = ENDS[end.how];
    find('again').hidden = find('leave').hidden = false;
  });
  if (wanted) machine.run(['true']).then(() => machine?.type(`apk update && apk add ${wanted}\n`)).catch(() => {});
  keepSite().catch((error) => console.info(`The site's files are not kept: ${error}`));
  // For the browser's own console, and for tests.
  Object.assign(globalThis, { machine, terminal, loadMilliseconds: performance.now() - began });
}

function newTerminal() {
  const made = new ConsoleTerminal(find('console'), {
    onInput: (text) => machine?.type(text),
    onResize: (columns, rows) => machine?.resize(columns, rows),
    fontSize: PHONE.matches ? 13 : 15,
  });
  fillKeyRow(find('keys'), made);
  return made;
}

/** @param {FileList | null | undefined} files */
async function addFiles(files) {
  for (const file of files ?? []) {
    try {
      await machine?.writeFile(`/root/${file.name}`, new Uint8Array(await file.arrayBuffer()));
      state.textContent = `/root/${file.name} is there.`;
    } catch (error) {
      state.textContent = `${file.name}: ${error}`;
    }
  }
  terminal?.focus();
}

async function saveFile() {
  const path = prompt('Which file of the machine? (its path)', '/root/');
  if (!path || !machine) return;
  try {
    const content = await machine.readFile(path);
    save(new Blob([/** @type {Uint8Array} */ (content)]), path.slice(path.lastIndexOf('/') + 1));
  } catch (error) {
    state.textContent = `${error}`;
  }
}

start.addEventListener('click', () => boot(true));
startDiskless.addEventListener('click', () => boot(false));
find('again').addEventListener('click', () => {
  terminal?.clear();
  boot(hasDisk);
});
find('leave').addEventListener('click', () => location.reload());
find('save').addEventListener('click', saveFile);
find('add').addEventListener('change', (event) => addFiles(/** @type {HTMLInputElement} */ (event.target).files));
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  addFiles(event.dataTransfer?.files);
});

/** Has the machine write what its programs have not fsync'ed yet. */
function flush() {
  // Fails when the machine ends meanwhile; then there is nothing to write any more.
  if (hasDisk && machine && !machine.end) machine.run(['sync']).catch(() => {});
}

// Closing the tab would lose the files of a machine without a disk. With one there is time to write the last second's while the
// browser fetches what comes instead of this page; when nothing comes, it waits for no page.
addEventListener('beforeunload', (event) => {
  if (machine && !machine.end && !hasDisk) event.preventDefault();
  flush();
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden) flush();
});
// Otherwise the workers, and with them the disk, go on for seconds after their page, which may be loaded again by then.
addEventListener('pagehide', () => machine?.close());
offer();
