// A task's user code: the instance of its program, fork, and handlers of signals.
import { LOOP_WORD } from './loop-checks.js';

/** Room for the unwound frames of a fork, in the program's own memory. */
const FRAMES_BYTES = 1 << 20;
/** Numbers of system calls that the host itself makes, and errors that it answers. */
const NR = { getpid: 172, clone: 220, mmap2: 222 };
const ERROR = { AGAIN: -11, NOSYS: -38 };
const SIGCHLD = 17;
const MMAP_READ_WRITE = 3;
const MMAP_PRIVATE_ANONYMOUS = 0x22;

/** Thrown to drop all frames of the user's instance: exec has put another program in its place. */
export class Unwind extends Error {}
/** Thrown to drop all frames of a worker: its task is dead. */
export class Halt extends Error {}

/**
 * What a new process is made of; travels from its parent's worker to its own.
 * @typedef {object} UserState
 * @property {WebAssembly.Module} module
 * @property {WebAssembly.Memory} memory
 * @property {number} maximum of the memory, pages
 * @property {number} id number of the memory
 * @property {number} pollSlot of its table, which its loops call (loop-checks.js); 0: none
 * @property {Record<string, number>} [globals] mutable globals of the parent's instance
 * @property {number} [frames] address of the buffer for unwound frames
 * @property {{entry: [number, number] | null}} [fork] the child of a fork: how its parent was started
 *
 * @typedef {{key: string, module: WebAssembly.Module, pollSlot: number, limits: {initial: number, maximum: number}}} LoadedModule
 */

export class Program {
  /**
   * @param {any} kernel exports of the task's kernel instance
   * @param {WebAssembly.Memory} kernelMemory
   * @param {WebAssembly.Module} systemCallModule system-call.wat
   * @param {number} task address of the task
   * @param {UserState} user
   */
  constructor(kernel, kernelMemory, systemCallModule, task, user) {
    this.kernel = kernel;
    this.kernelWords = new Int32Array(kernelMemory.buffer);
    this.task = task;
    this.user = user;
    this.handlersRunning = 0;
    /** How the instance was started: a function of its table and its argument; null: _start. */
    this.entry = /** @type {[number, number] | null} */ (null);
    /**
     * Of a fork under way.
     * @type {null | {phase: 'unwinding' | 'cloning' | 'rewinding', result: number, used: number, globals: Record<string, number>}}
     */
    this.forking = null;
    const { exports } = new WebAssembly.Instance(systemCallModule, {
      kernel: { memory: kernelMemory, syscall: kernel.wasm_syscall, flag: kernel.wasm_signal_flag(task) },
      host: { deliver: this.deliver.bind(this), poll: this.poll.bind(this) },
    });
    this.systemCall = /** @type {(...words: number[]) => number} */ (exports.syscall);
    this.instance = new WebAssembly.Instance(user.module, {
      env: { memory: user.memory },
      linux: {
        syscall: this.systemCall,
        get_args_length: kernel.wasm_get_args_length,
        get_args: kernel.wasm_get_args,
        get_thread_area: kernel.wasm_get_thread_area,
        copy_siginfo: kernel.wasm_copy_siginfo,
        fork: this.fork.bind(this),
      },
    });
    this.exports = /** @type {any} */ (this.instance.exports);
    if (user.pollSlot) this.exports.__indirect_function_table.set(user.pollSlot, exports.poll);
  }

  /**
   * Runs the program; returns only when it returns, which none should. A fork unwinds to here and goes on from here.
   * @param {[number, number] | null} entry
   */
  run(entry) {
    this.entry = entry;
    for (const name in this.user.globals) this.exports[name].value = this.user.globals[name];
    this.user.globals = undefined;
    if (this.user.fork) {
      this.entry = this.user.fork.entry;
      this.user.fork = undefined;
      this.forking = { phase: 'rewinding', result: 0, used: 0, globals: {} };
      this.exports.asyncify_start_rewind(this.user.frames);
    }
    for (;;) {
      if (this.entry) this.exports.__indirect_function_table.get(this.entry[0])(this.entry[1]);
      else this.exports._start();
      if (this.forking?.phase !== 'unwinding') return;
      this.exports.asyncify_stop_unwind();
      this.forking.phase = 'cloning';
      this.forking.used = new Uint32Array(this.user.memory.buffer)[/** @type {number} */ (this.user.frames) >>> 2];
      this.forking.result = this.systemCall(NR.clone, 0, 0, SIGCHLD, 0, 0, 0);
      this.forking.phase = 'rewinding';
      this.exports.asyncify_start_rewind(this.user.frames);
    }
  }

  /** linux.fork: called by the program, and again while its frames are being restored. Returns as fork(2) does. */
  fork() {
    if (this.forking?.phase === 'rewinding') {
      const { result } = this.forking;
      this.forking = null;
      this.exports.asyncify_stop_rewind();
      return result;
    }
    if (!this.exports.asyncify_start_unwind) return ERROR.NOSYS;
    if (this.handlersRunning) return ERROR.AGAIN; // the host's frames below a handler cannot be unwound
    if (this.user.frames === undefined) {
      const at = this.systemCall(NR.mmap2, 0, FRAMES_BYTES, MMAP_READ_WRITE, MMAP_PRIVATE_ANONYMOUS, -1, 0);
      if (at < 0 && at > -4096) return at;
      this.user.frames = at >>> 0;
    }
    const words = new Uint32Array(this.user.memory.buffer);
    const header = this.user.frames >>> 2;
    words[header] = this.user.frames + 8;
    words[header + 1] = this.user.frames + FRAMES_BYTES;
    this.forking = { phase: 'unwinding', result: 0, used: 0, globals: this.globals() };
    this.exports.asyncify_start_unwind(this.user.frames);
    return 0;
  }

  /** The exported mutable globals: what a copy of the process needs besides its memory, __tls_base above all. */
  globals() {
    /** @type {Record<string, number>} */
    const values = {};
    for (const [name, value] of Object.entries(this.exports)) {
      if (!(value instanceof WebAssembly.Global)) continue;
      try {
        value.value = value.value; // throws for a constant
        values[name] = value.value;
      } catch {
        continue;
      }
    }
    return values;
  }

  /**
   * The state that a child starts from, in `memory`.
   * @param {{memory: WebAssembly.Memory, id: number}} memory
   * @param {boolean} shared
   * @returns {UserState}
   */
  childState(memory, shared) {
    const cloning = this.forking?.phase === 'cloning' ? this.forking : null;
    return {
      module: this.user.module,
      memory: memory.memory,
      id: memory.id,
      maximum: this.user.maximum,
      pollSlot: this.user.pollSlot,
      globals: cloning ? cloning.globals : this.globals(),
      frames: shared ? undefined : this.user.frames,
      fork: cloning ? { entry: this.entry } : undefined,
    };
  }

  /**
   * Copies part of the memory to a child's. Of the buffer for frames only what a fork has filled goes along.
   * @param {Uint8Array} to @param {number} first @param {number} end
   */
  copyTo(to, first, end) {
    const from = new Uint8Array(this.user.memory.buffer);
    if (end === 0 || end > from.length) end = from.length;
    const { frames } = this.user;
    if (this.forking?.phase === 'cloning' && frames !== undefined && first <= frames && end > frames) {
      to.set(from.subarray(first, this.forking.used), first);
      first = frames + FRAMES_BYTES;
    }
    if (first < end) to.set(from.subarray(first, end), first);
  }

  /** A loop has seen that a handler is due: any system call delivers it. While frames are unwound or restored none may run. */
  poll() {
    new Int32Array(this.user.memory.buffer)[LOOP_WORD >> 2] = 0;
    if (!this.forking) this.systemCall(NR.getpid, 0, 0, 0, 0, 0, 0);
  }

  /**
   * A system call has returned and handlers are due (kernel/signal.c). Returns what the call returns in the end.
   * @param {number} result @param {...number} call
   */
  deliver(result, ...call) {
    const flag = this.kernel.wasm_signal_flag(this.task) >>> 2;
    while (this.kernelWords[flag]) {
      const at = this.kernel.wasm_signal_take() >>> 2;
      const [handler, signal, restart, mask0, mask1] = this.kernelWords.slice(at, at + 5);
      this.kernel.wasm_signal_go();
      this.handlersRunning++;
      try {
        this.exports.__indirect_function_table.get(handler)(signal);
      } finally {
        this.handlersRunning--;
      }
      this.kernel.wasm_signal_done(mask0, mask1);
      if (restart) result = this.kernel.wasm_syscall(...call);
    }
    return result;
  }
}
