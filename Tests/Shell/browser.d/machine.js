// node machine.js chromium|firefox URL [PICTURES]: the page of URL in a real browser. Prints 'ok' and 'not ok' lines, and
// figures; with PICTURES, a folder, keeps pictures there. Waits are bounded, but nothing depends on how long a thing takes.
import { missingFeatures } from '../../../Sources/BrowserMachine/page/browser-features.js';
import { PreparedWorkers } from '../../../Sources/BrowserMachine/page/prepared.js';
import { PageTest, hasLine } from './page-test.js';

const [which, url, pictures] = process.argv.slice(2);
const origin = new URL(url).origin;
const test = await PageTest.start(which, pictures);
const { browser } = test;
const check = test.check.bind(test);
const until = test.until.bind(test);
const screen = test.screen.bind(test);
const state = test.state.bind(test);
const types = test.types.bind(test);
const interrupts = test.interrupts.bind(test);
const picture = test.picture.bind(test);

async function pageTests() {
  check('the page offers to start', await test.open(url) === 'Ready to start.', await state());
  const size = await browser.evaluate("document.querySelector('#size').textContent");
  check('the size of the download is said before', /^loads \d+\.\d MB$/.test(size), size);
  check('it is said where files live', (await browser.evaluate('document.body.textContent')).includes('live in this browser only'));
  await picture('offer');

  const began = performance.now();
  const text = await test.boot();
  const milliseconds = performance.now() - began;
  check('it boots to a prompt', /:~# *$/.test(text), text);
  console.log(`figures: ${browser.version}: prompt ${Math.round(milliseconds)} ms after Start, of these loading and compiling ` +
    `${Math.round(await browser.evaluate('loadMilliseconds'))} ms; ${size}`);

  await types('a pipe', 'echo shout | tr a-z A-Z', 'SHOUT');
  await types('job control', 'for i in 1 2 3; do sleep 1 & done; echo jobs $(jobs | wc -l); wait; echo waited', 'waited');
  await types('50 forks', 'i=0; while [ $i -lt 50 ]; do (exit 3) || i=$((i+1)); done; echo forks $i', 'forks 50');

  // One dies of SIGINT; the other two have handlers, which must come into a loop that makes no system call.
  await interrupts('^C ends a busy loop', 'awk \'BEGIN { print "begun 1"; fflush(); while (1); }\'', 'begun 1');
  await interrupts("^C ends the shell's own loop", 'echo begun 2; while :; do :; done', 'begun 2');
  await interrupts('^C ends a loop of lua', 'lua5.4 -e \'print "begun 3" io.stdout:flush() while true do end\'', 'begun 3');

  await resizeTest(960, 500, 'a new size reaches the machine');
  await picture('console');
  await pasteTest();
  await libraryTests();
  await proxyTests();
  await apkTests();
  if (which === 'chromium') await phoneTests();

  await browser.evaluate("(globalThis.unfinished = machine.run(['sleep', '1000']).then(() => 'ran', ({ message }) => message), 0)");
  await browser.type('poweroff\n');
  check('poweroff', await until(state, (now) => now === 'The machine is off.') === 'The machine is off.', await state());
  const unfinished = await browser.evaluate('unfinished');
  // init may have ended the agent before the machine was off.
  check('what still ran is told of the end', /^the machine (is off|ended)/.test(unfinished), unfinished);
  await browser.evaluate("document.querySelector('#again').click()");
  check('it starts again', /:~# *$/.test(await until(screen, (now) => /:~# *$/.test(now))), await screen());
  await browser.evaluate('machine.close()');

  const foreign = browser.requests.filter((request) => !request.startsWith(origin) && !/^(about|blob|data|chrome|moz)/.test(request));
  check('nothing is asked of other servers', foreign.length === 0, foreign);
  check('the page complains about nothing', browser.complaints.length === 0, browser.complaints);
}

/**
 * @param {number} width
 * @param {number} height
 * @param {string} name
 */
async function resizeTest(width, height, name) {
  const before = await browser.evaluate('terminal.size');
  await browser.resize(width, height);
  const size = await until(() => browser.evaluate('terminal.size'), (now) => now.columns !== before.columns && now.rows !== before.rows);
  check(`${name}: the terminal has another size`, size.columns !== before.columns && size.rows !== before.rows, size);
  await types(name, 'echo size $(stty size)', `size ${size.rows} ${size.columns}`);
}

async function pasteTest() {
  await browser.paste('echo pasted: grüße 你好\n');
  const text = await until(screen, (seen) => hasLine(seen, 'pasted: grüße 你好'));
  check('a paste, with letters beyond ASCII', hasLine(text, 'pasted: grüße 你好'), text);
  await types('colours', "printf '\\033[31mred\\033[0m and \\033[1;32mgreen\\033[0m\\n'", 'red and green');
}

async function libraryTests() {
  const lua = await browser.evaluate("machine.run(['lua5.4', '-e', 'print(6*7)']).then(({ status, text }) => [status, text])");
  check('run() gives what a program said', lua[0] === 0 && lua[1] === '42\n', lua);
  const words = await browser.evaluate(
    String.raw`machine.run(['printf', '%s|', "it's", '', 'two\nlines', '100%', '\\n']).then(({ text }) => text)`);
  check('its words arrive as they are', words === "it's||two\nlines|100%|\\n|", words);
  check('run() gives the status', await browser.evaluate("machine.run(['sh', '-c', 'exit 7']).then(({ status }) => status)") === 7);
  const round = await browser.evaluate(`(async () => {
    const bytes = Uint8Array.from({ length: 300000 }, (_, i) => (i * 7919) >> 3);
    await machine.writeFile('/tmp/a file', bytes);
    const back = await machine.readFile('/tmp/a file');
    return back.length === bytes.length && back.every((byte, i) => byte === bytes[i]);
  })()`);
  check('a file of 300 kB there and back', round === true, round);
  const missing = await browser.evaluate("machine.readFile('/no/such').then(() => 'read', (error) => error.message)");
  check('a missing file is an error that names it', missing.includes('/no/such'), missing);
}

async function proxyTests() {
  const fetched = await browser.evaluate(
    `Promise.all([machine.run(['wget', '-q', '-O', '-', '${origin}/page/xterm.js']).then(({ output }) => output.length),
      fetch('/page/xterm.js').then((answer) => answer.arrayBuffer()).then(({ byteLength }) => byteLength)])`);
  check("wget loads from the page's server", fetched[0] === fetched[1] && fetched[0] > 0, fetched);
  const refused = await browser.evaluate("machine.run(['wget', '-q', '-O', '-', 'http://example.invalid/']).then(({ status, text }) => [status, text])");
  check('other servers are refused', refused[0] !== 0 && refused[1].includes('403'), refused);
}

/** The farm's apk in the machine, with packages of the farm that serves the page. */
async function apkTests() {
  const run = test.run.bind(test);
  if ((await run('command -v apk'))[0] !== 0) {
    test.skip("apk in the tab: the image has none; 'apkfarm build apk' publishes it");
    return;
  }
  const updated = await run('apk update');
  check('apk update', updated[0] === 0 && updated[1].includes('OK:'), updated);
  const added = await run('apk add zlib-dev && ls /usr/include/zlib.h && apk info');
  check('apk add brings a package and what it needs', added[0] === 0 && hasLine(added[1], 'zlib') && hasLine(added[1], '/usr/include/zlib.h'), added);
  const deleted = await run('apk del zlib-dev; ls /usr/include/zlib.h; apk info');
  check('apk del', !hasLine(deleted[1], 'zlib-dev') && !hasLine(deleted[1], '/usr/include/zlib.h'), deleted);
  // The same repository, but one byte of zlib-dev's package is another; the signed index still has the right digest.
  await run('sed -i s,/edge/,/tampered/edge/, /etc/apk/repositories && apk update');
  const tampered = await run('apk add zlib-dev; echo status $?; ls /usr/include/zlib.h');
  check('apk refuses a package that was changed, and names it', hasLine(tampered[1], 'status 1') &&
    /ERROR: zlib-dev-/.test(tampered[1]) && !hasLine(tampered[1], '/usr/include/zlib.h'), tampered);
  const whole = await run('apk add pthread-demo');
  check('a whole one of the same repository is installed', whole[0] === 0, whole);
}

async function phoneTests() {
  await browser.resize(390, 844);
  await until(() => browser.evaluate('terminal.size'), ({ columns }) => columns < 60);
  check('at phone width nothing scrolls sideways', await browser.evaluate('document.documentElement.scrollWidth <= innerWidth'));
  check('the row of keys is there', await browser.evaluate("document.querySelector('#keys').offsetHeight > 0"));
  await browser.type('awk \'BEGIN { print "phone"; fflush(); while (1); }\'\n');
  await until(screen, (seen) => hasLine(seen, 'phone'));
  await browser.evaluate("document.querySelector('#keys [aria-label=interrupt]').click()");
  await types('its ^C', 'echo then $?', 'then 130');
  await browser.evaluate("document.querySelector('#keys [aria-label=up]').click()");
  const text = await until(screen, (seen) => /# echo then \$\?$/.test(seen));
  check('its cursor keys', /# echo then \$\?$/.test(text), text);
  await browser.evaluate("document.querySelector('#keys [aria-label=control]').click()");
  await browser.type('u');
  check('its Ctrl', /# *$/.test(await until(screen, (seen) => /# *$/.test(seen))), await screen());
  await picture('phone');
  await browser.resize(1280, 800);
}

function featureTests() {
  const lacking = (/** @type {object} */ scope) => missingFeatures(scope).map(({ feature, cure }) => `${feature}: ${cure}`).join('; ');
  const all = { isSecureContext: true, crossOriginIsolated: true, WebAssembly, SharedArrayBuffer, DecompressionStream, navigator: { locks: {} } };
  check('nothing is missing where all is there', lacking(all) === '', lacking(all));
  const plain = lacking({ ...all, crossOriginIsolated: false });
  check('without isolation the headers are named', plain.includes('Cross-Origin-Embedder-Policy: require-corp'), plain);
  check('without Web Locks they are named', lacking({ ...all, navigator: {} }).startsWith('Web Locks'), lacking({ ...all, navigator: {} }));
  check('an insecure address is named first', lacking({ isSecureContext: false }).includes('127.0.0.1'));
}

function preparedTests() {
  let made = 0;
  /** @type {any[]} */
  const ended = [];
  const make = () => /** @type {any} */ ({ number: ++made, terminate() { ended.push(this.number); } });
  const prepared = new PreparedWorkers(make);
  const ahead = made;
  const first = /** @type {any} */ (prepared.take());
  check('workers begin before a machine wants them', ahead > 20 && first.number <= ahead && made === ahead, [ahead, first, made]);
  prepared.idle[0].onerror?.(/** @type {any} */ (null));
  check('one that failed is not given out', /** @type {any} */ (prepared.take()).number === 3, made);
  while (prepared.idle.length) prepared.take();
  check('after the last another is made', /** @type {any} */ (prepared.take()).number === ahead + 1, made);
  const unused = new PreparedWorkers(make);
  unused.end();
  check('those that no machine took are ended', ended.length === ahead && unused.idle.length === 0, ended);
}

await test.finish(async () => {
  featureTests();
  preparedTests();
  await pageTests();
});
