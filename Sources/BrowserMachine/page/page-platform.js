// What the machine needs of a page: workers, of whose end the page is told by Web Locks, and the console's output.
import { OutputRing } from './output-ring.js';

/**
 * @param {object} hooks
 * @param {(bytes: Uint8Array) => void} hooks.write
 * @param {(text: string) => void} hooks.log
 * @param {(end: import('../machine/machine.js').MachineEnd) => void} hooks.ended
 * @param {import('./prepared.js').PreparedWorkers} prepared
 * @returns {{platform: import('../machine/machine.js').Platform, surroundings: object, endAll: () => void}}
 */
export function pagePlatform({ write, log, ended }, prepared) {
  const output = new OutputRing();
  const locks = `machine-${crypto.randomUUID()}-`;
  /** @type {Set<Worker>} */
  const workers = new Set();
  let lastLock = 0;

  const drain = () => {
    const bytes = output.take();
    if (bytes.length) write(bytes);
  };
  const newWorker = () => {
    const worker = prepared.take();
    workers.add(worker);
    worker.onerror = (event) => log(`a worker failed: ${event.message || 'its script cannot be read'}`);
    return worker;
  };

  return {
    surroundings: { epoch: performance.timeOrigin + performance.now(), output: output.shared },
    endAll() {
      for (const worker of workers) worker.terminate();
      workers.clear();
      prepared.end();
    },
    platform: {
      write,
      log,
      ended(end) {
        drain();
        ended(end);
      },
      makeWorker(shared, onMessage) {
        const worker = newWorker();
        const lock = locks + ++lastLock;
        worker.onmessage = ({ data }) => (data.type === 'output' ? drain() : onMessage(data));
        worker.postMessage({ type: 'shared', shared: { ...shared, lock } });
        return {
          post: (message) => worker.postMessage(message),
          end() {
            worker.terminate();
            workers.delete(worker);
            return navigator.locks.request(lock, () => {});
          },
        };
      },
      startTimer(shared) {
        newWorker().postMessage({ type: 'timer', shared });
      },
    },
  };
}
