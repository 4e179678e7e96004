// Debian's Chromium, headless, by its debugging protocol.
import fs from 'node:fs';
import { BrowserProcess, WebSocketSession } from './web-socket-session.js';

const CONTROL = 2;

export class Chromium {
  static async start() {
    const process = await BrowserProcess.start('chromium', (profile) => [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`,
      '--remote-debugging-port=0', '--window-size=1280,800', 'about:blank',
    ], /DevTools listening on (ws:\S+)/);
    const list = await (await fetch(`http://${new URL(process.address).host}/json/list`)).json();
    const page = list.find((/** @type {any} */ target) => target.type === 'page');
    const browser = await Chromium.attach(process, page.webSocketDebuggerUrl);
    browser.version = (await browser.session.send('Browser.getVersion')).product;
    return browser;
  }

  /** @param {BrowserProcess} process @param {string} url of the tab's debugger */
  static async attach(process, url) {
    const browser = new Chromium(process, await WebSocketSession.open(url));
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await browser.session.send(`${domain}.enable`);
    return browser;
  }

  /**
   * @param {BrowserProcess} process
   * @param {WebSocketSession} session
   */
  constructor(process, session) {
    this.name = 'chromium';
    this.version = '';
    this.process = process;
    this.session = session;
    /** What pages complained about. @type {string[]} */
    this.complaints = [];
    /** Addresses that pages asked for. @type {string[]} */
    this.requests = [];
    /** Called when a page and all it names is loaded. */
    this.onLoad = () => {};
    session.onEvent = (method, params) => {
      if (method === 'Page.loadEventFired') this.onLoad();
      if (method === 'Runtime.exceptionThrown') this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
      if (method === 'Log.entryAdded' && params.entry.level === 'error') this.complaints.push(params.entry.text);
      if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
      if (method === 'Page.javascriptDialogOpening') session.send('Page.handleJavaScriptDialog', { accept: true });
    };
  }

  /** @param {string} url */
  async open(url) {
    const loaded = new Promise((resolve) => { this.onLoad = () => resolve(undefined); });
    await this.session.send('Page.navigate', { url });
    await loaded;
  }

  /**
   * The value of an expression, awaited.
   * @param {string} expression
   */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.session.send('Runtime.evaluate', {
      expression, awaitPromise: true, returnByValue: true, userGesture: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /**
   * Types at what has the focus.
   * @param {string} text
   */
  async type(text) {
    for (const character of text) {
      const key = character === '\n' ? { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' } : { key: character, text: character };
      await this.session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
      await this.session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key, text: undefined });
    }
  }

  /** @param {string} letter */
  async typeControl(letter) {
    const key = { key: letter, code: `Key${letter.toUpperCase()}`, windowsVirtualKeyCode: letter.toUpperCase().charCodeAt(0), modifiers: CONTROL };
    await this.session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
    await this.session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  }

  /** @param {string} text */
  async paste(text) {
    await this.evaluate(`(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', ${JSON.stringify(text)});
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    })()`);
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  async resize(width, height) {
    const mobile = width < 600;
    await this.session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile });
    await this.session.send('Emulation.setTouchEmulationEnabled', { enabled: mobile });
  }

  /** @param {'light' | 'dark'} scheme */
  async prefer(scheme) {
    await this.session.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  /** @param {string} file */
  async picture(file) {
    const { data } = await this.session.send('Page.captureScreenshot', { format: 'png' });
    fs.writeFileSync(file, Buffer.from(data, 'base64'));
  }

  /** Another tab of this browser. */
  async openTab() {
    const answer = await fetch(`http://${new URL(this.process.address).host}/json/new?about:blank`, { method: 'PUT' });
    return Chromium.attach(this.process, (await answer.json()).webSocketDebuggerUrl);
  }

  async closeTab() {
    await this.session.send('Page.close');
  }

  /** Kills the tab's process, as the system does when memory is short. Another tab takes its place. */
  async kill() {
    const next = await this.openTab();
    this.session.send('Page.crash').catch(() => {}); // answers with the end of the session, or not at all
    await new Promise((resolve) => {
      const { onEvent } = this.session;
      this.session.onEvent = (method, params) => {
        onEvent(method, params);
        if (method === 'Inspector.targetCrashed') resolve(undefined);
      };
      this.session.send('Inspector.enable').catch(() => resolve(undefined));
    });
    return next;
  }

  async end() {
    await this.process.end();
  }
}
