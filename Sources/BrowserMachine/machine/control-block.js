// The control block: shared words by which the machine's thread, the workers and the timer speak to each other beside
// the kernel's memory. One SharedArrayBuffer of CONTROL_BYTES: words, the console's input ring, and behind the first
// 64 KiB the rings of the HTTP proxy's connections (proxy-rings.js).

export const PROXY_AT = 65536;
export const PROXY_SLOTS = 16;
export const PROXY_RING_BYTES = 32768;
export const CONTROL_BYTES = PROXY_AT + PROXY_SLOTS * PROXY_RING_BYTES;

/** Indices of 32-bit words. */
export const WORD = {
  irqWord: 0, // address of the kernel's interrupt word; 0 before boot
  timerSequence: 1, // raised at each new deadline; the timer sleeps on it
  inputHead: 4, // bytes ever put into the input ring
  inputTail: 5, // bytes ever taken
  reapHead: 8, // tasks ever put into the reap ring
  reapTail: 9,
  consoleSize: 10, // rows << 16 | columns, 0: not known
  hasProxy: 11, // 1: the machine has an HTTP proxy
  diskSectors: 12, // of 512 bytes; 0: no disk
  diskBell: 13, // raised when the disk's worker has to look; it sleeps on it
  diskAsked: 14, // requests ever put into the ring of what is asked
  diskTaken: 15,
  diskDone: 16, // requests ever put into the ring of what is done
  diskReaped: 17,
  diskOver: 18, // 1: the machine has ended
  reapRing: 64, // REAP_SLOTS words
  diskAskedRing: 128, // DISK_SLOTS words
  diskDoneRing: 192, // DISK_SLOTS words
  proxy: 256, // PROXY_WORDS for each slot
};

/** Index of the 64-bit float, in place of words 2 and 3, that holds the timer's deadline in nanoseconds; 0: none. */
export const DEADLINE = 1;

export const REAP_SLOTS = 64;
/** As many as the driver has under way (drivers/disk_wasm.c): its rings are never full. */
export const DISK_SLOTS = 64;
export const INPUT_AT = 32768;
export const INPUT_BYTES = 16384;

/** Interrupts; asm/irq.h has the same numbers. */
export const IRQ = { timer: 0, console: 1, reap: 2, resize: 3, proxy: 4, disk: 5 };

/**
 * Sets an interrupt's bit and wakes who waits for one. Before the kernel has said where its word is, nothing happens.
 * @param {Int32Array} control words of the control block
 * @param {Int32Array} kernel words of the kernel's memory
 * @param {number} irq
 */
export function raise(control, kernel, irq) {
  const at = Atomics.load(control, WORD.irqWord) >> 2;
  if (!at) return;
  Atomics.or(kernel, at, 1 << irq);
  Atomics.notify(kernel, at);
}
