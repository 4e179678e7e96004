// Debian's Firefox ESR, headless, by WebDriver BiDi.
import fs from 'node:fs';
import { BrowserProcess, WebSocketSession } from './web-socket-session.js';

const CONTROL_KEY = '\uE009';
const SHIFT_KEY = '\uE008';
const ENTER_KEY = '\uE007';

export class Firefox {
  /** @param {string} [profile] of a browser that was killed */
  static async start(profile) {
    const process = await BrowserProcess.start('firefox-esr', (profile) => [
      '--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', '--width', '1280', '--height', '800',
    ], /WebDriver BiDi listening on (ws:\S+)/, profile);
    const session = await WebSocketSession.open(`${process.address}/session`);
    const { capabilities } = await session.send('session.new', { capabilities: { alwaysMatch: { unhandledPromptBehavior: { default: 'accept' } } } });
    await session.send('session.subscribe', { events: ['log.entryAdded', 'network.beforeRequestSent'] });
    const { contexts } = await session.send('browsingContext.getTree');
    return new Firefox(process, session, contexts[0].context, `Firefox/${capabilities.browserVersion}`);
  }

  /**
   * @param {BrowserProcess} process
   * @param {WebSocketSession} session
   * @param {string} context
   * @param {string} version
   */
  constructor(process, session, context, version) {
    this.name = 'firefox';
    this.version = version;
    this.process = process;
    this.session = session;
    this.context = context;
    /** What pages complained about. @type {string[]} */
    this.complaints = [];
    /** Addresses that pages asked for. @type {string[]} */
    this.requests = [];
    session.onEvent = (method, params) => {
      if (method === 'log.entryAdded' && params.level === 'error') this.complaints.push(params.text);
      if (method === 'network.beforeRequestSent') this.requests.push(params.request.url);
    };
  }

  /** @param {string} url */
  async open(url) {
    await this.session.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
  }

  /**
   * The value of an expression, awaited.
   * @param {string} expression
   */
  async evaluate(expression) {
    const answer = await this.session.send('script.evaluate', {
      expression: `(async () => JSON.stringify(await (${expression})))()`,
      target: { context: this.context }, awaitPromise: true, userActivation: true,
    });
    if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
    return answer.result.type === 'string' ? JSON.parse(answer.result.value) : undefined;
  }

  /** @param {object[]} actions */
  async keys(actions) {
    await this.session.send('input.performActions', { context: this.context, actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /**
   * Types at what has the focus.
   * @param {string} text
   */
  async type(text) {
    await this.keys([...text].flatMap((character) => {
      const value = character === '\n' ? ENTER_KEY : character;
      return [{ type: 'keyDown', value }, { type: 'keyUp', value }];
    }));
  }

  /** @param {string} letter */
  async typeControl(letter) {
    await this.keys([
      { type: 'keyDown', value: CONTROL_KEY }, { type: 'keyDown', value: letter }, { type: 'keyUp', value: letter },
      { type: 'keyUp', value: CONTROL_KEY },
    ]);
  }

  /**
   * By the clipboard: Firefox gives events that scripts make no clipboard to read.
   * @param {string} text
   */
  async paste(text) {
    await this.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    const keys = [CONTROL_KEY, SHIFT_KEY, 'V'];
    await this.keys([
      ...keys.map((value) => ({ type: 'keyDown', value })), ...keys.reverse().map((value) => ({ type: 'keyUp', value })),
    ]);
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  async resize(width, height) {
    await this.session.send('browsingContext.setViewport', { context: this.context, viewport: { width, height } });
  }

  async prefer() {}

  /** @param {string} file */
  async picture(file) {
    const { data } = await this.session.send('browsingContext.captureScreenshot', { context: this.context });
    fs.writeFileSync(file, Buffer.from(data, 'base64'));
  }

  /** Another tab of this browser. */
  async openTab() {
    const { context } = await this.session.send('browsingContext.create', { type: 'tab' });
    return new Firefox(this.process, this.session, context, this.version);
  }

  async closeTab() {
    await this.session.send('browsingContext.close', { context: this.context });
  }

  /** Kills the browser; another of the same profile takes its place. */
  async kill() {
    await this.process.kill();
    return Firefox.start(this.process.profile);
  }

  async end() {
    await this.process.end();
  }
}
