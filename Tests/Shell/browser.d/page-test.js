// What tests of the page share: the browser, counts of what was right, and the page's console. Waits are bounded, but nothing
// depends on how long a thing takes.
import path from 'node:path';
import { Chromium } from './chromium.js';
import { Firefox } from './firefox.js';

export const PATIENCE_MS = 120000;

/**
 * Whether a line of the screen is this and nothing else.
 * @param {string} text
 * @param {string} line
 */
export const hasLine = (text, line) => text.split('\n').some((each) => each.trimEnd() === line);

export class PageTest {
  /**
   * @param {string} which chromium or firefox
   * @param {string} [pictures] a folder to keep pictures in
   */
  static async start(which, pictures) {
    return new PageTest(which, await (which === 'firefox' ? Firefox.start() : Chromium.start()), pictures);
  }

  /** @param {string} which @param {Chromium | Firefox} browser @param {string} [pictures] */
  constructor(which, browser, pictures) {
    this.which = which;
    this.browser = /** @type {any} */ (browser);
    this.pictures = pictures;
    this.passed = this.failed = this.skipped = 0;
  }

  /** @param {string} name @param {boolean} isSo @param {unknown} [seen] */
  check(name, isSo, seen) {
    if (isSo) this.passed++;
    else this.failed++;
    console.log(isSo ? `ok: ${this.which}: ${name}` : `not ok: ${this.which}: ${name}: ${JSON.stringify(seen)?.slice(-600)}`);
  }

  /** @param {string} why */
  skip(why) {
    this.skipped++;
    console.log(`skipped: ${this.which}: ${why}`);
  }

  /**
   * Until the expression's value fulfils it; the last value otherwise.
   * @template T
   * @param {() => Promise<T>} read
   * @param {(value: T) => boolean} fulfils
   */
  async until(read, fulfils) {
    let value = await read();
    for (const end = performance.now() + PATIENCE_MS; !fulfils(value) && performance.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      value = await read();
    }
    return value;
  }

  /** @returns {Promise<string>} */
  screen() {
    return this.browser.evaluate('globalThis.terminal ? terminal.text() : ""');
  }

  /** @returns {Promise<string>} what the page says of the machine */
  state() {
    return this.browser.evaluate("document.querySelector('#state').textContent");
  }

  /**
   * Types a command; its output must have the line.
   * @param {string} name @param {string} command @param {string} line
   */
  async types(name, command, line) {
    await this.browser.type(command + '\n');
    const text = await this.until(() => this.screen(), (seen) => hasLine(seen, line));
    this.check(name, hasLine(text, line), text);
  }

  /**
   * Types a command, ^C when it has said the line, and looks at the prompt after it.
   * @param {string} name @param {string} command @param {string} line
   */
  async interrupts(name, command, line) {
    await this.browser.type(command + '\n');
    await this.until(() => this.screen(), (seen) => hasLine(seen, line));
    await this.browser.typeControl('c');
    await this.types(name, `echo after ${line}`, `after ${line}`);
  }

  /**
   * Runs a command of the shell by the page's library.
   * @param {string} command
   * @returns {Promise<[number, string]>} status and output
   */
  run(command) {
    return this.browser.evaluate(`machine.run(['sh', '-c', ${JSON.stringify(command)}]).then(({ status, text }) => [status, text])`);
  }

  /** @param {string} name */
  async picture(name) {
    if (this.pictures) await this.browser.picture(path.join(this.pictures, `${this.which}-${name}.png`));
  }

  /** Opens the page and waits until it offers to start. @param {string} url */
  async open(url) {
    await this.browser.open(url);
    return this.until(() => this.state(), (text) => text === 'Ready to start.');
  }

  /**
   * Presses a button that starts, and waits for a prompt, or for the page to say why there is none.
   * @param {string} [button]
   */
  async boot(button = 'start') {
    await this.browser.evaluate(`document.querySelector('#${button}').click()`);
    return this.until(() => this.screen(), (text) => /:~# *$/.test(text));
  }

  /**
   * Runs the tests, ends the browser and the process. A machine that hangs fails the test instead of stopping it.
   * @param {() => Promise<void>} tests
   * @param {number} patience milliseconds for all
   */
  async finish(tests, patience = 4 * PATIENCE_MS) {
    const tooLate = new Promise((_, reject) => setTimeout(() => reject(new Error('the machine hangs')), patience));
    try {
      await Promise.race([tests(), tooLate]);
    } catch (error) {
      this.check('the test ran to its end', false, String(/** @type {Error} */ (error).stack));
      await this.picture('failure').catch(() => {}); // the browser may be what failed
    } finally {
      await this.browser.end();
    }
    console.log(`${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`);
    process.exit(this.failed ? 1 : 0);
  }
}
