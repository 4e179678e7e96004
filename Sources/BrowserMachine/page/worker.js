// A worker of the machine in a page: a task at a time, or the timer.
import { runTask } from '../machine/task.js';
import { runTimer } from '../machine/timer.js';
import { OutputRing } from './output-ring.js';

const scope = /** @type {any} */ (globalThis);
/** @type {any} */
let shared;
/** @type {OutputRing} */
let output;

/** Nanoseconds; a worker's own clock begins with the worker. */
const now = () => (performance.timeOrigin + performance.now() - shared.epoch) * 1e6;

const platform = {
  now,
  wallclock: () => Date.now() * 1e6,
  write: (/** @type {Uint8Array} */ bytes) => output.put(bytes, () => scope.postMessage({ type: 'output' })),
  log: (/** @type {string} */ text) => scope.postMessage({ type: 'log', text }),
  post: (/** @type {object} */ message) => scope.postMessage(message),
  random: (/** @type {number} */ n) => crypto.getRandomValues(new Uint8Array(n)),
};

scope.onmessage = (/** @type {MessageEvent} */ { data }) => {
  if (data.type === 'run') {
    runTask(platform, shared, data.order);
    return;
  }
  shared = data.shared;
  output = new OutputRing(shared.output);
  // Held until this worker is really gone, which is how the page learns of it.
  if (shared.lock) navigator.locks.request(shared.lock, () => new Promise(() => {}));
  if (data.type === 'timer') runTimer(shared, now);
};
