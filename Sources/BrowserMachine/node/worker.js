// A worker of the machine in node: a task at a time, or the timer, or the disk.
import fs from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { runTask } from '../machine/task.js';
import { runTimer } from '../machine/timer.js';

const now = () => Number(process.hrtime.bigint()) - workerData.epoch;

/**
 * Writes all, also to a pipe whose reader is slow.
 * @param {number} fd
 * @param {Uint8Array} bytes
 */
function writeAll(fd, bytes) {
  for (let done = 0; done < bytes.length;) {
    try {
      done += fs.writeSync(fd, bytes, done);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') throw error;
    }
  }
}

const platform = {
  now,
  wallclock: () => Date.now() * 1e6,
  write: (/** @type {Uint8Array} */ bytes) => writeAll(1, bytes),
  log: (/** @type {string} */ text) =>
    writeAll(2, new TextEncoder().encode(`[${(now() / 1e6).toFixed(1)} ms] ${text}\n`)),
  post: (/** @type {object} */ message) => parentPort?.postMessage(message),
  random: (/** @type {number} */ n) => globalThis.crypto.getRandomValues(new Uint8Array(n)),
};

if (workerData.isTimer) runTimer(workerData, now);
else if (workerData.disk) (await import(workerData.disk.server ?? './disk-file.js')).serveFile(workerData.disk, platform.log);
else parentPort?.on('message', (message) => runTask(platform, workerData, message.order));
