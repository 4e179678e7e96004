// One task of the machine, inside a worker: an instance of the kernel over the shared kernel memory, and the imports that
// asm/wasm_imports.h describes; those of drivers are in devices.js.
import { DEADLINE, INPUT_AT, INPUT_BYTES, REAP_SLOTS, WORD } from './control-block.js';
import { deviceImports } from './devices.js';
import { withLoopChecks } from './loop-checks.js';
import { MemoryPool } from './memory-pool.js';
import { memoryLimits } from './module-limits.js';
import { Halt, Program, Unwind } from './program.js';

const ERROR = { NOEXEC: -8, NOMEM: -12 };
const PAGE = 65536;

/** Names of user-memory.wat in the order of their slots, which begin at 1. */
const USER_MEMORY_SLOTS = [
  'read', 'write', 'zero', 'strnlen', 'load32', 'store32', 'cmpxchg32', 'move', 'grow', 'size',
];

/**
 * What a worker needs of its surroundings.
 * @typedef {object} WorkerPlatform
 * @property {() => number} now nanoseconds since the machine was made
 * @property {() => number} wallclock nanoseconds since 1970
 * @property {(bytes: Uint8Array) => void} write to the console
 * @property {(text: string) => void} log for people
 * @property {(message: object) => void} post to the machine
 * @property {(n: number) => Uint8Array} random
 *
 * What all workers of a machine share.
 * @typedef {object} Shared
 * @property {WebAssembly.Module} kernel
 * @property {WebAssembly.Module} userMemory
 * @property {WebAssembly.Module} systemCall
 * @property {WebAssembly.Memory} memory the kernel's
 * @property {WebAssembly.Memory} noMemory stands in for a process's where there is none
 * @property {SharedArrayBuffer} control
 * @property {SharedArrayBuffer} memoryTable
 * @property {Uint8Array} initrd over shared memory
 * @property {string} commandLine
 * @property {boolean} verbose
 * @property {boolean} loopChecks whether computing programs are to notice handlers
 * @property {number} index of the worker
 *
 * @typedef {object} TaskOrder
 * @property {'boot' | 'ghost' | 'task'} kind
 * @property {string} name
 * @property {number} [task] address
 * @property {number} [sp] kernel stack pointer
 * @property {number} [worker] number of the task's worker
 * @property {import('./program.js').UserState} [user]
 * @property {[string, import('./program.js').LoadedModule][]} [modules] what the machine's tasks have compiled
 * @property {import('./memory-pool.js').ProcessMemory[]} [memories] free ones, to own
 */

/**
 * Runs a task until its worker is free again.
 * @param {WorkerPlatform} platform @param {Shared} shared @param {TaskOrder} order
 */
export function runTask(platform, shared, order) {
  new Task(platform, shared, order).run();
}

class Task {
  /** @param {WorkerPlatform} platform @param {Shared} shared @param {TaskOrder} order */
  constructor(platform, shared, order) {
    this.platform = platform;
    this.shared = shared;
    this.order = order;
    this.pool = new MemoryPool(shared.memoryTable, shared.index, order.memories);
    this.pool.startWith(order.user?.id ?? 0);
    this.words = new Int32Array(shared.control);
    this.floats = new Float64Array(shared.control);
    this.kernelBytes = new Uint8Array(shared.memory.buffer);
    this.kernelWords = new Int32Array(shared.memory.buffer);
    this.user = order.user ?? null;
    /**
     * Compiled programs by the kernel's key.
     * @type {Map<string, import('./program.js').LoadedModule>}
     */
    this.modules = new Map(order.modules);
    /** @type {Program | null} */
    this.program = null;
    /** @type {[number, number] | null} */
    this.nextEntry = null;
    /**
     * exec under way.
     * @type {null | {key: string, image: Uint8Array, filled: number, loaded: import('./program.js').LoadedModule | null}}
     */
    this.loading = null;
    /**
     * The memory of an exec that can still fail.
     * @type {null | (import('./memory-pool.js').ProcessMemory & {dirty: number})}
     */
    this.reserved = null;
    /** @type {null | {worker: number, share: boolean, memory: WebAssembly.Memory, id: number}} */
    this.cloning = null;
    const host = this.imports();
    this.kernel = /** @type {any} */ (
      new WebAssembly.Instance(shared.kernel, {
        env: { memory: shared.memory },
        host: /** @type {WebAssembly.ModuleImports} */ (host),
      }).exports
    );
    this.bindUserMemory();
  }

  /** @param {string} text */
  log(text) {
    this.platform.log(`${this.order.name}: ${text}`);
  }

  /** @param {number} at @param {number} n */
  bytes(at, n) {
    return this.kernelBytes.slice(at >>> 0, (at >>> 0) + n);
  }

  /** @param {number} at @param {number} n */
  text(at, n) {
    return new TextDecoder().decode(this.bytes(at, n));
  }

  bindUserMemory() {
    const { exports } = new WebAssembly.Instance(this.shared.userMemory, {
      kernel: { memory: this.shared.memory },
      user: { memory: this.user ? this.user.memory : this.shared.noMemory },
    });
    USER_MEMORY_SLOTS.forEach((name, i) => this.kernel.__indirect_function_table.set(i + 1, exports[name]));
  }

  run() {
    const { kernel, order, platform } = this;
    try {
      switch (order.kind) {
        case 'boot':
          Atomics.store(this.words, WORD.irqWord, kernel.wasm_irq_word());
          kernel.__stack_pointer.value = kernel.wasm_boot_sp();
          kernel.wasm_boot();
          break;
        case 'ghost':
          kernel.__stack_pointer.value = order.sp;
          kernel.wasm_ghost();
          break;
        case 'task':
          kernel.__stack_pointer.value = order.sp;
          kernel.wasm_task_entry(order.task);
          break;
      }
    } catch (error) {
      if (!(error instanceof Halt)) {
        this.log(`the kernel trapped: ${stackOf(error)}`);
        platform.post({ type: 'trap' });
      }
    }
    this.pool.change(0);
    if (this.reserved) this.pool.dropUse(this.reserved.id);
    platform.post({ type: 'idle', memories: this.pool.giveAll() });
  }

  runUser() {
    const sp = this.kernel.__stack_pointer.value;
    const entry = this.nextEntry;
    this.nextEntry = null;
    try {
      if (!this.user) throw new Error('a task without a program returned to user code');
      this.program = new Program(
        this.kernel, this.shared.memory, this.shared.systemCall, this.order.task ?? 0, this.user);
      if (this.user.pollSlot) this.platform.post({ type: 'loops', task: this.order.task, memory: this.user.memory });
      this.program.run(entry);
      this.log('the program returned from its start function');
    } catch (error) {
      if (error instanceof Halt) throw error;
      if (!(error instanceof Unwind)) this.log(`trap in user code: ${stackOf(error)}`);
    } finally {
      this.kernel.__stack_pointer.value = sp;
    }
  }

  /** @param {string} key @param {number} size */
  loadBegin(key, size) {
    if (this.reserved) { // of an exec that failed
      this.pool.dropUse(this.reserved.id);
      this.reserved = null;
    }
    const loaded = this.modules.get(key) ?? null;
    this.loading = { key, image: new Uint8Array(loaded ? 0 : size >>> 0), filled: 0, loaded };
    return loaded ? 1 : 0;
  }

  /**
   * Compiles what was loaded and reserves a memory while exec can still fail.
   * @param {number} limitsAt
   */
  prepareExec(limitsAt) {
    const loading = /** @type {NonNullable<Task['loading']>} */ (this.loading);
    if (!loading.loaded) {
      const limits = memoryLimits(loading.image);
      if (!limits) throw new Error('it imports no memory');
      const { bytes, slot } = this.shared.loopChecks ? withLoopChecks(loading.image) : { bytes: loading.image, slot: 0 };
      const module = new WebAssembly.Module(bytes);
      loading.loaded = { key: loading.key, module, limits, pollSlot: slot };
      this.modules.set(loading.key, loading.loaded);
      this.platform.post({ type: 'module', loaded: loading.loaded });
    }
    const { initial, maximum } = loading.loaded.limits;
    if (this.user && this.user.maximum === maximum && this.pool.isUsedOnce(this.user.id)) {
      const pages = this.user.memory.buffer.byteLength / PAGE;
      if (pages < initial) this.user.memory.grow(initial - pages); // the task has it alone: it is used again
    } else {
      this.reserved = this.pool.take(initial, maximum);
    }
    this.kernelWords[limitsAt >>> 2] = initial;
    this.kernelWords[(limitsAt >>> 2) + 1] = maximum;
  }

  /**
   * The old program is gone: binds the new one.
   * @param {number} limitsAt
   */
  commitExec(limitsAt) {
    const loaded = /** @type {import('./program.js').LoadedModule} */ (this.loading?.loaded);
    const { initial, maximum } = loaded.limits;
    const own = /** @type {import('./program.js').UserState} */ (this.user);
    const memory = this.reserved ?? { ...own, dirty: own.memory.buffer.byteLength / PAGE };
    if (memory.dirty) new Uint8Array(memory.memory.buffer, 0, initial * PAGE).fill(0);
    this.kernelWords[(limitsAt >>> 2) + 2] = memory.dirty;
    this.user = { module: loaded.module, memory: memory.memory, maximum, id: memory.id, pollSlot: loaded.pollSlot };
    if (this.reserved) this.pool.change(memory.id);
    this.reserved = null;
    this.loading = null;
    this.nextEntry = null;
    this.bindUserMemory();
  }

  /** @param {number} worker @param {boolean} share */
  cloneBegin(worker, share) {
    const user = /** @type {import('./program.js').UserState} */ (this.user);
    try {
      if (share) {
        this.pool.addUse(user.id);
        this.cloning = { worker, share, memory: user.memory, id: user.id };
        return 0;
      }
      const taken = this.pool.take(user.memory.buffer.byteLength / PAGE, user.maximum);
      this.cloning = { worker, share, memory: taken.memory, id: taken.id };
      return taken.dirty;
    } catch (error) {
      this.log(`no memory for a new process: ${error}`);
      return ERROR.NOMEM;
    }
  }

  /** @param {boolean} ok */
  cloneEnd(ok) {
    const cloning = /** @type {NonNullable<Task['cloning']>} */ (this.cloning);
    this.cloning = null;
    if (!ok || !this.program) {
      this.pool.dropUse(cloning.id);
      return;
    }
    const user = this.program.childState(cloning, cloning.share);
    this.platform.post({ type: 'user', worker: cloning.worker, user });
  }

  /** The kernel's imports, by the names of asm/wasm_imports.h. */
  imports() {
    const { platform, shared, words, floats } = this;
    const input = new Uint8Array(shared.control, INPUT_AT, INPUT_BYTES);
    return {
      console_write: (/** @type {number} */ at, /** @type {number} */ n) => platform.write(this.bytes(at, n)),
      console_read: (/** @type {number} */ to, /** @type {number} */ n) => {
        const head = Atomics.load(words, WORD.inputHead);
        let tail = Atomics.load(words, WORD.inputTail);
        let i = 0;
        for (; i < n && tail !== head; i++, tail = (tail + 1) | 0) {
          this.kernelBytes[(to >>> 0) + i] = input[tail & (INPUT_BYTES - 1)];
        }
        Atomics.store(words, WORD.inputTail, tail);
        return i;
      },
      now: platform.now,
      wallclock: platform.wallclock,
      set_timer: (/** @type {number} */ deadline) => {
        floats[DEADLINE] = deadline;
        Atomics.add(words, WORD.timerSequence, 1);
        Atomics.notify(words, WORD.timerSequence);
      },
      command_line: (/** @type {number} */ to, /** @type {number} */ n) => {
        const bytes = new TextEncoder().encode(shared.commandLine + '\0');
        this.kernelBytes.set(bytes.subarray(0, n), to >>> 0);
        return bytes.length;
      },
      memory_size: () => shared.memory.buffer.byteLength,
      initrd_size: () => shared.initrd.length,
      initrd_load: (/** @type {number} */ to) => this.kernelBytes.set(shared.initrd, to >>> 0),
      random: (/** @type {number} */ to, /** @type {number} */ n) =>
        this.kernelBytes.set(platform.random(n), to >>> 0),
      halt: () => { throw new Halt(); },
      power_off: (/** @type {number} */ restart) => platform.post({ type: 'down', restart: restart !== 0 }),
      start_worker: (
        /** @type {number} */ task, /** @type {number} */ sp, /** @type {number} */ name,
        /** @type {number} */ length, /** @type {number} */ worker, /** @type {number} */ isUser) =>
        platform.post({ type: 'start', task, sp, name: this.text(name, length), worker, isUser: isUser !== 0 }),
      end_worker: (/** @type {number} */ worker, /** @type {number} */ task) =>
        platform.post({ type: 'end', worker, task }),
      reap: () => {
        const tail = Atomics.load(words, WORD.reapTail);
        if (tail === Atomics.load(words, WORD.reapHead)) return 0;
        const task = Atomics.load(words, WORD.reapRing + (tail & (REAP_SLOTS - 1)));
        Atomics.store(words, WORD.reapTail, tail + 1);
        return task;
      },
      ghost_more: () => platform.post({ type: 'ghost' }),
      ghost_adopt: (/** @type {number} */ task, /** @type {number} */ sp) => {
        this.kernel.__stack_pointer.value = sp;
        this.kernel.wasm_ghost_irq(task);
        this.kernel.__stack_pointer.value = this.order.sp;
        // The task may be gone; then this is any word of the kernel's memory, and nobody computes.
        const isDue = this.kernelWords[this.kernel.wasm_signal_flag(task) >>> 2] !== 0;
        if (shared.loopChecks && isDue) platform.post({ type: 'due', task });
      },
      load_begin: (/** @type {number} */ key, /** @type {number} */ length, /** @type {number} */ size) =>
        this.loadBegin(this.text(key, length), size),
      load_part: (/** @type {number} */ at, /** @type {number} */ n) => {
        const loading = /** @type {NonNullable<Task['loading']>} */ (this.loading);
        loading.image.set(this.bytes(at, n), loading.filled);
        loading.filled += n;
      },
      load_end: (/** @type {number} */ commit, /** @type {number} */ limits) => {
        try {
          if (commit) this.commitExec(limits);
          else this.prepareExec(limits);
          return 0;
        } catch (error) {
          this.log(`cannot run the program: ${error}`);
          return error instanceof RangeError ? ERROR.NOMEM : ERROR.NOEXEC;
        }
      },
      user_run: () => this.runUser(),
      user_entry: (/** @type {number} */ fn, /** @type {number} */ arg) => { this.nextEntry = [fn, arg]; },
      user_unwind: () => { throw new Unwind(); },
      clone_begin: (/** @type {number} */ worker, /** @type {number} */ share) =>
        this.cloneBegin(worker, share !== 0),
      user_copy: (/** @type {number} */ from, /** @type {number} */ to) => {
        if (this.cloning && this.program) {
          this.program.copyTo(new Uint8Array(this.cloning.memory.buffer), from >>> 0, to >>> 0);
        }
        return 0;
      },
      clone_end: (/** @type {number} */ ok) => this.cloneEnd(ok !== 0),
      clone_forget: (/** @type {number} */ worker) => platform.post({ type: 'forget', worker }),
      ...deviceImports(shared.control, this.kernelBytes, platform.post),
    };
  }
}

/** @param {unknown} error */
function stackOf(error) {
  return error instanceof Error ? error.stack ?? String(error) : String(error);
}
