// node disk.js chromium|firefox SITE REPOSITORY [PICTURES]: the disk of the page in a real browser, and starts without a
// server. Serves the site itself, as it stops the server in between. KILLS=N kills the tab that often, at random.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { PATIENCE_MS, PageTest } from './page-test.js';

const [which, site, repository, pictures] = process.argv.slice(2);
const kills = Number(process.env.KILLS ?? 2);

let hasApk = false;

/** @param {string} port @returns {Promise<{url: string, end: () => void}>} */
async function serve(port) {
  const script = path.join(import.meta.dirname, '../../../Sources/BrowserMachine/node/serve.js');
  const server = spawn(process.execPath, [script, '--site', site, '--repository', repository, '--port', port], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve) => server.stdout.once('data', (bytes) => resolve(String(bytes).trim())));
  return { url, end: () => server.kill() };
}

let server = await serve('0');
const { url } = server;
process.on('exit', () => server.end()); // also when a test fails
const test = await PageTest.start(which, pictures);
const check = test.check.bind(test);
const evaluate = (/** @type {string} */ expression) => test.browser.evaluate(expression);
const text = (/** @type {string} */ id) => evaluate(`document.querySelector('#${id}').textContent`);
const click = (/** @type {string} */ id) => evaluate(`(document.querySelector('#${id}').click(), 0)`);

async function start() {
  await test.open(url);
  const screen = await test.boot();
  if (!/:~# *$/.test(screen)) throw new Error(`no prompt: ${await test.state()} ${await text('trouble')} ${screen}`);
}

async function powerOff() {
  await test.browser.type('poweroff\n');
  await test.until(() => test.state(), (now) => now === 'The machine is off.');
}

async function reloadTests() {
  await test.open(url);
  check('at first there is no disk', (await text('disk-status')).includes('none yet'), await text('disk-status'));
  // With little room the disk is a small one, which is exported and imported sooner.
  await evaluate('(navigator.storage.estimate = async () => ({ quota: 120e6, usage: 0 }), 0)');
  await test.boot();
  check('the root is the disk', (await test.run('mount'))[1].includes('/dev/disk0 on / type ext4'), await test.run('mount'));
  hasApk = (await test.run('command -v apk'))[0] === 0;
  if (!hasApk) test.skip("packages on the disk: the image has no apk; 'apkfarm build apk' publishes it");
  const [status, said] = await test.run((hasApk ? 'apk update && apk add tree && ' : '') + 'echo mine >/root/mine && mkdir -p /srv && echo home >/srv/file && sync');
  check('a package is added, files are written', status === 0, said);
  await start();
  check('files are there after a reload', (await test.run('cat /root/mine /srv/file'))[1] === 'mine\nhome\n', await test.run('cat /root/mine /srv/file'));
  const flushed = await evaluate(`(async () => {
    const runs = [];
    const run = machine.run.bind(machine);
    machine.run = (argv) => { runs.push(run(argv).then(({ status }) => argv[0] + ' ' + status)); return run(['true']); };
    dispatchEvent(new Event('beforeunload', { cancelable: true }));
    machine.run = run;
    return (await Promise.all(runs)).join();
  })()`);
  check('a page that is left has its disk written', flushed === 'sync 0', flushed);
  const tree = await test.run('tree --version && apk info');
  if (hasApk) check('and so is the package', tree[0] === 0 && /^tree$/m.test(tree[1]), tree);
  const free = await test.run('df -m / | tail -n 1');
  check('with little room the disk is a small one', (await evaluate('machine.host.words[12]')) * 512 === 64 << 20);
  console.log(`figures: ${test.browser.version}: root ${free[1].trim().replace(/ +/g, ' ')} (MB: size, used, free)`);
  await test.picture('disk');
}

async function secondTabTests() {
  const first = test.browser;
  test.browser = await first.openTab();
  await test.open(url);
  await click('start');
  const trouble = await test.until(() => text('trouble'), (now) => now !== '');
  check('a second tab is told that the disk is in use', trouble.includes('in use') && trouble.includes('without a disk'), trouble);
  await test.boot('start-diskless');
  const mounted = await test.run('mount; cat /root/mine');
  check('and runs without it', mounted[0] !== 0 && !mounted[1].includes('/dev/disk0'), mounted);
  await test.browser.closeTab();
  test.browser = first;
  check('the first tab goes on', (await test.run('cat /root/mine'))[1] === 'mine\n');
}

async function offlineTests() {
  check('the site is kept', await test.until(() => evaluate(
    'navigator.serviceWorker.getRegistration(new URL("..", location.href).href).then((it) => Boolean(it && it.active))'), Boolean));
  server.end();
  await test.open(url);
  check('what is kept is no download', (await text('size')).startsWith('loads nothing'), await text('size'));
  await evaluate('(globalThis.fetch = () => Promise.reject(new Error("asked")), 0)');
  const ready = await test.boot();
  check('and was loaded before Start', /:~# *$/.test(ready), await text('trouble'));
  await start();
  check('it starts without its server, with its files', (await test.run('cat /root/mine /srv/file'))[1] === 'mine\nhome\n');
  const kept = await evaluate(`caches.keys().then(async (names) =>
    (await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)))).flat())`);
  const files = spawnSync('find', [site, '-type', 'f', '-not', '-name', 'service-worker.js', '-not', '-path', '*/tampered/*'], { encoding: 'utf8' }).stdout.trim().split('\n').length;
  check('kept are the site\'s own files, and no others', kept.length === files && !kept.some((/** @type {string} */ one) => one.includes('edge')), [kept.length, files]);
  const lost = await test.run('wget -q -O - http://' + new URL(url).host + '/edge/main/wasm32/APKINDEX.tar.gz | wc -c');
  check('the repository is not', lost[1].trim().endsWith('0'), lost);
  server = await serve(new URL(url).port);
}

/** A writer in the machine, and how far it says that it got. */
async function killTests() {
  for (let kill = 1; kill <= kills; kill++) {
    await start();
    if (kill > 1) await verify(kill - 1);
    await evaluate(`(globalThis.said = '', machine.run(['sh', '-c',
      'i=0; while :; do i=$((i+1)); seq $i >/root/${kill}-$i.new && fsync /root/${kill}-$i.new && mv /root/${kill}-$i.new /root/${kill}-$i && fsync /root && echo $i; done'],
      { onOutput: (bytes) => { said += new TextDecoder().decode(bytes); } }).catch(() => {}), 0)`);
    const first = Number(await test.until(() => evaluate('said.trim().split("\\n").length'), (now) => now > 1));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1500));
    confirmed = Math.max(first, Number(await evaluate('said.trim().split("\\n").length')));
    test.browser = await test.browser.kill();
  }
  await start();
  if (kills) await verify(kills);
}
let confirmed = 0;

/** @param {number} kill */
async function verify(kill) {
  const lost = await test.run(`for i in $(seq ${confirmed}); do [ "$(cat /root/${kill}-$i)" = "$(seq $i)" ] || echo lost $i; done; dmesg | grep -iE 'ext4.*error|corrupt'`);
  check(`a tab that was killed (${kill} of ${kills}) has lost none of ${confirmed} files`, lost[1] === '', lost);
}

/** The disk's image as the page exports it. @returns {Promise<Buffer>} */
async function exported() {
  const encoded = await evaluate(`import(new URL('disk.js', document.querySelector('script').src).href).then(async ({ Disk }) => {
    globalThis.exportedDisk = await Disk.export();
    const bytes = new Uint8Array(await exportedDisk.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  })`);
  return zlib.gunzipSync(Buffer.from(encoded, 'base64'));
}

async function imageTests() {
  await powerOff();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'disk-'));
  const image = path.join(folder, 'image');
  fs.writeFileSync(image, await exported());
  const checked = spawnSync('e2fsck', ['-fn', image], { encoding: 'utf8' });
  check('the exported disk is whole', checked.status === 0, checked.stdout + checked.stderr);
  fs.rmSync(folder, { recursive: true });

  await evaluate('(globalThis.confirm = () => true, 0)');
  await click('disk-erase');
  const erased = await test.until(() => text('disk-status'), (now) => now.includes('none yet'));
  check('the disk is erased', erased.includes('none yet'), erased);
  await evaluate(`import(new URL('disk.js', document.querySelector('script').src).href)
    .then(({ Disk }) => Disk.import({ image: exportedDisk })).then((disk) => disk.close())`);
  await start();
  check('an imported disk has what was exported', (await test.run('cat /root/mine /srv/file'))[1] === 'mine\nhome\n');
  await powerOff();
  const refused = await evaluate(`import(new URL('disk.js', document.querySelector('script').src).href)
    .then(({ Disk }) => Disk.import({ image: new Blob(['no disk']) })).then(() => 'taken', ({ message }) => message)`);
  check('what is no image is refused', refused.includes('no image of a disk'), refused);
}

/** What a page that gets no storage says. */
async function troubleTests() {
  await test.open(url);
  await click('disk-erase');
  await evaluate('(navigator.storage.estimate = async () => ({ quota: 30e6, usage: 1e6 }), globalThis.confirm = () => true, 0)');
  await test.until(() => text('disk-status'), (now) => now.includes('none yet'));
  await click('start');
  const full = await test.until(() => text('trouble'), (now) => now !== '');
  check('too little storage is said, with what helps', /gives the page 12 MB.*smallest disk has 67 MB/.test(full), full);
  await evaluate('(navigator.storage.getDirectory = undefined, 0)');
  await click('start');
  const none = await test.until(() => text('trouble'), (now) => now.includes('refuses'));
  check('no storage is said, with what helps', none.includes('private window') && none.includes('without a disk'), none);
}

await test.finish(async () => {
  await reloadTests();
  await secondTabTests();
  await offlineTests();
  await killTests();
  await imageTests();
  await troubleTests();
}, (8 + kills) * PATIENCE_MS);
