import { DEADLINE, IRQ, WORD, raise } from './control-block.js';

/**
 * The timer's worker: sleeps until the deadline in the control block and raises the timer's interrupt. It never writes the
 * deadline: one that the kernel sets meanwhile would be lost. Does not return.
 * @param {{control: SharedArrayBuffer, memory: WebAssembly.Memory}} machine
 * @param {() => number} now nanoseconds since the machine was made
 */
export function runTimer(machine, now) {
  const words = new Int32Array(machine.control);
  const floats = new Float64Array(machine.control);
  const kernel = new Int32Array(machine.memory.buffer);
  let fired = -1;
  for (;;) {
    const sequence = Atomics.load(words, WORD.timerSequence);
    const deadline = floats[DEADLINE];
    if (Atomics.load(words, WORD.timerSequence) !== sequence) continue;
    const waits = deadline !== 0 && sequence !== fired;
    const left = waits ? (deadline - now()) / 1e6 : Infinity;
    if (left <= 0) {
      fired = sequence;
      raise(words, kernel, IRQ.timer);
    } else {
      Atomics.wait(words, WORD.timerSequence, sequence, left);
    }
  }
}
