// Commands that the host runs in the guest. The guest's agent (browser-baselayout's /usr/libexec/machine-agent) opens
// /dev/http-proxy, writes `AGENT`, and waits for a line: a command for sh, with printf's %b escapes. What follows is the
// command's input; what the agent sends is its output and, after the last newline but one, its status.
import { Connection } from './http-proxy.js';

/** @typedef {{status: number, output: Uint8Array, text: string}} CommandResult output: both of its streams */

export class Agent {
  constructor() {
    /**
     * Connections that wait for a command.
     * @type {Connection[]}
     */
    this.idle = [];
    /**
     * Commands that wait for a connection.
     * @type {((connection: Connection) => void)[]}
     */
    this.waiting = [];
    /** Rejected when the machine has ended. @type {Promise<never>} */
    this.over = new Promise((_, reject) => { this.end = () => reject(new Error('the machine is off')); });
    this.over.catch(() => {}); // nobody may be waiting
  }

  /**
   * A guest's offer.
   * @param {Connection} connection
   */
  offer(connection) {
    connection.signal.addEventListener('abort', () => {
      this.idle = this.idle.filter((other) => other !== connection);
    });
    const next = this.waiting.shift();
    if (next) next(connection);
    else this.idle.push(connection);
  }

  /**
   * Runs a program. Resolves when it has ended; waits, too, while the guest has no agent yet. Rejects when the machine ends.
   * @param {string[]} argv
   * @param {{input?: Uint8Array, onOutput?: (bytes: Uint8Array) => void}} [options]
   * @returns {Promise<CommandResult>}
   */
  run(argv, options = {}) {
    return Promise.race([this.runHere(argv, options), this.over]);
  }

  /**
   * @private
   * @param {string[]} argv
   * @param {{input?: Uint8Array, onOutput?: (bytes: Uint8Array) => void}} options
   * @returns {Promise<CommandResult>}
   */
  async runHere(argv, options) {
    const { input = new Uint8Array(0), onOutput } = options;
    /** @type {Connection} */
    const connection = this.idle.shift() ?? await new Promise((resolve) => this.waiting.push(resolve));
    /** @type {Uint8Array[]} */
    const pieces = [];
    connection.onBytes = (bytes) => {
      pieces.push(bytes);
      onOutput?.(bytes);
    };
    const ended = new Promise((resolve) => connection.signal.addEventListener('abort', resolve));
    const line = escaped(argv.map(quoted).join(' '));
    await connection.write(new TextEncoder().encode(line + '\n'));
    await connection.write(input);
    connection.end();
    await ended;
    return resultOf(pieces);
  }
}

/**
 * A word for sh.
 * @param {string} word
 */
function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * For printf's %b, on one line.
 * @param {string} text
 */
function escaped(text) {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** @param {Uint8Array[]} pieces @returns {CommandResult} */
function resultOf(pieces) {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  const text = new TextDecoder().decode(all);
  const last = /\n(\d+)\n$/.exec(text);
  if (!last) throw new Error('the machine ended, or its agent was killed, before the program ended');
  const output = all.subarray(0, all.length - last[0].length);
  return { status: Number(last[1]), output, text: new TextDecoder().decode(output) };
}
