// node install.js BROWSER URL PACKAGE: the link on a package's page of the farm at URL: the machine starts, installs, and the
// package's program of the same name runs.
import { PageTest } from './page-test.js';

const [which, url, wanted] = process.argv.slice(2);
const test = await PageTest.start(which);

await test.finish(async () => {
  await test.open(`${url}/browser/page/index.html?install=${wanted}`);
  const text = await test.browser.evaluate("document.querySelector('#packages').textContent");
  test.check('the page says what will be installed', text.includes(`${wanted} is installed`), text);
  await test.browser.evaluate("(document.querySelector('#start').click(), 0)");
  const booted = await test.until(() => test.browser.evaluate('Boolean(globalThis.machine)'), Boolean);
  test.check('it starts', booted, await test.state());
  if ((await test.run('command -v apk'))[0] !== 0) return test.skip("installing: the image has no apk; 'apkfarm build apk' publishes it");
  const runs = await test.until(() => test.run(`${wanted} --version`), ([status]) => status === 0);
  test.check('the package is installed from the farm, and runs', runs[0] === 0, [runs, await test.screen()]);
  test.check("it came from the farm's repository", (await test.run('cat /etc/apk/repositories'))[1] === `${url}/repo/edge/main\n`);

  await test.open(`${url}/browser/page/index.html?install=${encodeURIComponent('x;reboot')}`);
  const offered = await test.browser.evaluate("document.querySelector('#packages').textContent");
  test.check('what is no name of a package is not offered', !offered.includes('installed'), offered);
});
