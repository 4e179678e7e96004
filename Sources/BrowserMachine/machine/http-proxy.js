// The machine's side of /dev/http-proxy. What a connection begins with says what it is: a request of HTTP/1 to a proxy
// (`GET http://HOST/PATH HTTP/1.0`), answered by the platform's fetch, or the line `AGENT`, by which a program of the guest
// offers to run a command (agent.js).
import { ProxyRings } from './proxy-rings.js';

/**
 * What the proxy needs of the platform.
 * @typedef {object} ProxyServices
 * @property {(url: string, init: RequestInit) => Promise<Response>} fetch
 * @property {(url: URL) => {url: string} | {refusal: string}} resolve where a guest's address leads, or why nowhere
 * @property {(connection: Connection) => void} [agent]
 */

const HEAD_AT_MOST = 65536;
const BODY_AT_MOST = 64 << 20;
/** How long a close waits for messages before it. */
const LOST_AFTER_MS = 1000;
/** Headers that concern the way from the guest to here, or that fetch sets itself. */
const OWN_HEADERS = new Set([
  'accept-encoding', 'connection', 'content-length', 'host', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te',
  'trailer', 'transfer-encoding', 'upgrade', 'user-agent',
]);

/** One open file of the guest's. */
export class Connection {
  /** @param {number} number @param {ProxyRings} rings @param {() => void} notify raises the interrupt */
  constructor(number, rings, notify) {
    this.number = number;
    this.rings = rings;
    this.notify = notify;
    this.closing = new AbortController();
    /** Ends when the guest has closed it. */
    this.signal = this.closing.signal;
    /**
     * Messages that came before their turn, by their places.
     * @type {Map<number, Uint8Array | null>}
     */
    this.early = new Map();
    this.nextPlace = 0;
    /**
     * Takes what comes in.
     * @type {(bytes: Uint8Array) => void}
     */
    this.onBytes = () => {};
    /** @type {(() => void) | null} */
    this.roomCame = null;
  }

  /**
   * Sends, as fast as the guest reads; after a close for nothing.
   * @param {Uint8Array} bytes
   */
  async write(bytes) {
    while (bytes.length && !this.signal.aborted) {
      const taken = this.rings.put(this.number, bytes);
      bytes = bytes.subarray(taken);
      if (taken) this.notify();
      if (!bytes.length || !this.rings.awaitRoom(this.number)) continue;
      await new Promise((resolve) => { this.roomCame = () => resolve(undefined); });
    }
  }

  end() {
    if (this.signal.aborted) return;
    this.rings.end(this.number);
    this.notify();
  }

  hasRoom() {
    this.roomCame?.();
    this.roomCame = null;
  }
}

export class HttpProxy {
  /** @param {ProxyRings} rings @param {ProxyServices} services @param {() => void} notify */
  constructor(rings, services, notify) {
    this.rings = rings;
    this.services = services;
    this.notify = notify;
    /** @type {Map<number, Connection>} */
    this.connections = new Map();
  }

  /**
   * What the guest wrote; null: it has closed the connection.
   * @param {number} number @param {number} place in the order of the connection's messages
   * @param {Uint8Array | null} bytes
   */
  receive(number, place, bytes) {
    if (!this.rings.isCurrent(number)) return;
    let connection = this.connections.get(number);
    if (!connection) {
      connection = new Connection(number, this.rings, this.notify);
      this.connections.set(number, connection);
      this.begin(connection);
    }
    connection.early.set(place, bytes);
    this.takeInOrder(connection);
    // Of a worker that was ended, messages may be lost.
    if (bytes === null) setTimeout(() => this.close(number), LOST_AFTER_MS);
  }

  /** @param {Connection} connection */
  takeInOrder(connection) {
    for (;;) {
      const bytes = connection.early.get(connection.nextPlace);
      if (bytes === undefined) return;
      connection.early.delete(connection.nextPlace++);
      if (bytes) connection.onBytes(bytes);
      else this.close(connection.number);
    }
  }

  /** @param {number} number */
  hasRoom(number) {
    this.connections.get(number)?.hasRoom();
  }

  /** @param {number} number */
  close(number) {
    const connection = this.connections.get(number);
    this.connections.delete(number);
    connection?.closing.abort();
    connection?.hasRoom();
    if (connection && this.rings.isCurrent(number)) this.rings.free(number);
  }

  /**
   * Waits for the first line, or the head of a request and its body.
   * @param {Connection} connection
   */
  begin(connection) {
    let got = new Uint8Array(0);
    connection.onBytes = (bytes) => {
      got = joined(got, bytes);
      const text = new TextDecoder('latin1').decode(got.subarray(0, HEAD_AT_MOST));
      if (this.services.agent && text.startsWith('AGENT\n')) {
        connection.onBytes = () => {};
        this.services.agent(connection);
        connection.onBytes(got.subarray('AGENT\n'.length));
        return;
      }
      const end = /\r?\n\r?\n/.exec(text);
      if (!end) {
        if (got.length >= HEAD_AT_MOST) this.refuse(connection, 431, 'the head of the request does not end');
        return;
      }
      const bodyAt = end.index + end[0].length;
      const length = Number(/^content-length:\s*(\d+)/im.exec(text.slice(0, end.index))?.[1] ?? 0);
      if (length > BODY_AT_MOST) this.refuse(connection, 413, `a request has at most ${BODY_AT_MOST} bytes here`);
      else if (got.length >= bodyAt + length) {
        connection.onBytes = () => {};
        this.answer(connection, text.slice(0, end.index), got.slice(bodyAt, bodyAt + length));
      }
    };
  }

  /** @param {Connection} connection @param {string} head @param {Uint8Array} body */
  async answer(connection, head, body) {
    const [first, ...lines] = head.split(/\r?\n/);
    const [method, address] = first.split(' ');
    if (method === 'CONNECT') {
      return this.refuse(connection, 501, 'no tunnels here: ask for http:// instead, the host speaks TLS by itself');
    }
    let target;
    try {
      target = this.services.resolve(new URL(address));
    } catch {
      return this.refuse(connection, 400, `'${address}' is no address; a proxy is asked for http://HOST/PATH`);
    }
    if ('refusal' in target) return this.refuse(connection, 403, target.refusal);
    const headers = new Headers();
    for (const line of lines) {
      const [name, value] = [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()];
      try {
        if (name && !OWN_HEADERS.has(name.toLowerCase())) headers.append(name, value);
      } catch {
        return this.refuse(connection, 400, `a header is not well formed: ${line.slice(0, 80)}`);
      }
    }
    try {
      const response = await this.services.fetch(target.url, {
        method, headers, body: body.length ? body : undefined, signal: connection.signal, cache: 'no-cache',
        credentials: 'omit',
      });
      await connection.write(headOf(response));
      for (const reader = response.body?.getReader(); reader;) {
        const { done, value } = await reader.read();
        if (done) break;
        await connection.write(value);
      }
      connection.end();
    } catch (error) {
      if (!connection.signal.aborted) this.refuse(connection, 502, `${target.url} cannot be read: ${error}`);
    }
  }

  /** @param {Connection} connection @param {number} status @param {string} text */
  async refuse(connection, status, text) {
    connection.onBytes = () => {};
    const body = new TextEncoder().encode(text + '\n');
    const head = `HTTP/1.0 ${status} ${text.replace(/[^ -~]/g, '?')}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    await connection.write(new TextEncoder().encode(head));
    await connection.write(body);
    connection.end();
  }
}

/** @param {Response} response */
function headOf(response) {
  const lines = [`HTTP/1.0 ${response.status} ${response.statusText}`];
  const isDecoded = response.headers.has('content-encoding'); // fetch has unpacked it: its length is another
  response.headers.forEach((value, name) => {
    if (OWN_HEADERS.has(name) && name !== 'content-length') return;
    if (isDecoded && (name === 'content-encoding' || name === 'content-length')) return;
    lines.push(`${name}: ${value}`);
  });
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`);
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function joined(a, b) {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
