// Commands and their answers over one WebSocket: what the protocols of Chromium (CDP) and Firefox (WebDriver BiDi) share.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export class WebSocketSession {
  /** @param {string} url */
  static async open(url) {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`${url} does not answer`));
    });
    return new WebSocketSession(socket);
  }

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.socket = socket;
    this.lastId = 0;
    this.waiting = new Map();
    /** Called with what was not asked for. */
    this.onEvent = (/** @type {string} */ method, /** @type {any} */ params) => {};
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.id === undefined) return this.onEvent(message.method, message.params);
      const { resolve, reject } = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.error) reject(new Error(JSON.stringify(message)));
      else resolve(message.result);
    };
    socket.onclose = () => this.waiting.forEach(({ reject }) => reject(new Error('the browser is gone')));
  }

  /**
   * @param {string} method
   * @param {object} params
   */
  send(method, params = {}) {
    return new Promise((resolve, reject) => {
      this.waiting.set(++this.lastId, { resolve, reject });
      this.socket.send(JSON.stringify({ id: this.lastId, method, params }));
    });
  }
}

/** A browser's process with a profile of its own, and the address that it says it listens on. */
export class BrowserProcess {
  /**
   * @param {string} program
   * @param {(profile: string) => string[]} options
   * @param {RegExp} listening its first group is the address
   * @param {string} [profile] of an earlier one
   */
  static async start(program, options, listening, profile = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'))) {
    const process = spawn(program, options(profile), { stdio: ['ignore', 'ignore', 'pipe'], env: { ...globalThis.process.env, HOME: profile } });
    let said = '';
    const address = await new Promise((resolve, reject) => {
      process.stderr.on('data', (bytes) => {
        said += bytes;
        const found = listening.exec(said);
        if (found) resolve(found[1]);
      });
      process.on('error', reject);
      process.on('exit', (status) => reject(new Error(`${program} ended with ${status}: ${said.slice(-2000)}`)));
    });
    return new BrowserProcess(process, profile, /** @type {string} */ (address));
  }

  /**
   * @param {import('node:child_process').ChildProcess} process
   * @param {string} profile
   * @param {string} address
   */
  constructor(process, profile, address) {
    this.process = process;
    this.profile = profile;
    this.address = address;
  }

  /** Leaves it no time to do anything. The profile stays. */
  async kill() {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }

  async end() {
    if (this.process.exitCode === null) {
      const ended = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill();
      await ended;
    }
    fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
