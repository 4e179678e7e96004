// The machine, on a thread that never blocks: its workers, their pool, and the joining of a new task with its memory.
import {
  CONTROL_BYTES, INPUT_AT, INPUT_BYTES, IRQ, REAP_SLOTS, WORD, raise,
} from './control-block.js';
import { SECTOR_BYTES, endDisk } from './disk.js';
import { HttpProxy } from './http-proxy.js';
import { LOOP_WORD } from './loop-checks.js';
import { MemoryPool, newMemoryTable } from './memory-pool.js';
import { ProxyRings } from './proxy-rings.js';

/** Stacks for ghosts lie in the 64 KiB that the kernel is linked with, from the top, as the boot uses only `init_stack`. */
const GHOST_STACK_BYTES = 2048;
const GHOST_STACKS = 29;
const GHOST_STACK_TOP = 61440;
/** When no idle worker is left, so many are made at once: starting one takes 30 to 60 ms. */
const SPARE_WORKERS = 4;
/** Free memories that go along with a new task. */
const MEMORIES_FOR_TASK = 2;
/** Compiled programs that the machine remembers. */
const MODULES_KEPT = 64;

/**
 * A worker as the platform makes it. `end` resolves when it is really gone.
 * @typedef {{post: (message: object) => void, end: () => Promise<unknown>}} PlatformWorker
 *
 * What the machine needs of its surroundings (node, a page).
 * @typedef {object} Platform
 * @property {(shared: object, onMessage: (message: any) => void) => PlatformWorker} makeWorker
 * @property {(shared: object) => void} startTimer
 * @property {(bytes: Uint8Array) => void} write console output
 * @property {(text: string) => void} log messages of the host, for people
 * @property {(end: MachineEnd) => void} ended
 *
 * How a machine ended. 'trap': the kernel itself failed.
 * @typedef {{how: 'power-off' | 'restart' | 'trap', workersMade: number, workersAtMost: number}} MachineEnd
 *
 * @typedef {object} MachineOptions
 * @property {WebAssembly.Module} kernel
 * @property {WebAssembly.Module} userMemory user-memory.wat
 * @property {WebAssembly.Module} systemCall system-call.wat
 * @property {Uint8Array} initrd over a SharedArrayBuffer; may be empty
 * @property {string} commandLine
 * @property {number} [memoryMiB] the kernel's memory
 * @property {number} [poolSize] workers that are made before the boot
 * @property {boolean} [verbose]
 * @property {import('./http-proxy.js').ProxyServices} [proxy] what /dev/http-proxy reaches; without it nothing
 * @property {import('./disk.js').Disk} [disk] /dev/disk0
 * @property {{rows: number, columns: number}} [size] of the console
 * @property {boolean} [loopChecks] programs are rewritten when they are loaded, so that handlers interrupt loops that make no
 *   system call, at the cost of a look at memory at each turn
 * @property {object} [surroundings] more for each worker, for its platform
 *
 * @typedef {{worker: PlatformWorker, index: number, task: number, ghostStack: number, looping: number}} Slot task: its number, 0: none;
 * looping: the address of a task in `Machine.looping`, 0: none
 */

export class Machine {
  /**
   * Makes the machine and boots it.
   * @param {Platform} platform
   * @param {MachineOptions} options
   */
  constructor(platform, options) {
    const { memoryMiB = 128, poolSize = 24 } = options;
    this.platform = platform;
    this.memory = new WebAssembly.Memory({ initial: memoryMiB * 16, maximum: 16384, shared: true });
    this.control = new SharedArrayBuffer(CONTROL_BYTES);
    this.words = new Int32Array(this.control);
    this.kernelWords = new Int32Array(this.memory.buffer);
    if (options.size) this.storeSize(options.size);
    const { proxy } = options;
    Atomics.store(this.words, WORD.hasProxy, proxy ? 1 : 0);
    this.proxy = proxy && new HttpProxy(
      new ProxyRings(this.control), proxy, () => raise(this.words, this.kernelWords, IRQ.proxy));
    if (options.disk) {
      Atomics.store(this.words, WORD.diskSectors, Math.floor(options.disk.bytes / SECTOR_BYTES));
      options.disk.serve({ control: this.control, memory: this.memory });
    }
    const memoryTable = newMemoryTable();
    /** Memories that no worker owns at the moment. */
    this.pool = new MemoryPool(memoryTable, 0);
    this.shared = {
      kernel: options.kernel,
      userMemory: options.userMemory,
      systemCall: options.systemCall,
      memory: this.memory,
      noMemory: new WebAssembly.Memory({ initial: 0, maximum: 1, shared: true }),
      control: this.control,
      memoryTable,
      initrd: options.initrd,
      commandLine: options.commandLine,
      verbose: options.verbose ?? false,
      loopChecks: options.loopChecks ?? false,
      ...options.surroundings,
    };
    this.workersMade = 0;
    this.workersBusy = 0;
    this.workersAtMost = 0;
    this.lastIndex = 0;
    /**
     * Indices of ended workers.
     * @type {number[]}
     */
    this.freeIndices = [];
    /** @type {Slot[]} */
    this.idle = [];
    this.idleAtMost = Math.max(poolSize, 32);
    /**
     * By the task's worker number.
     * @type {Map<number, Slot>}
     */
    this.byTask = new Map();
    /** A new task of user code needs two messages: its start, from whoever switches to it, and its memory, from its
     * parent's worker. Either may come first.
     * @type {Map<number, import('./program.js').UserState>}
     */
    this.userStates = new Map();
    /** @type {Map<number, any>} */
    this.startsWaiting = new Map();
    /**
     * Memories of the programs that look while they loop, by the address of their task.
     * @type {Map<number, {memory: WebAssembly.Memory, slot: Slot}>}
     */
    this.looping = new Map();
    /**
     * What tasks have compiled, by the kernel's key: each new task knows it from the start.
     * @type {Map<string, import('./program.js').LoadedModule>}
     */
    this.modules = new Map();
    this.ghostsMade = 0;
    this.ghostStacks = Array.from({ length: GHOST_STACKS }, (_, i) => GHOST_STACK_TOP - GHOST_STACK_BYTES * i);
    this.isOver = false;
    for (let i = 0; i < poolSize; i++) this.idle.push(this.makeSlot());
    platform.startTimer(this.shared);
    this.run({ kind: 'boot', name: 'swapper' }, 0, 0);
    this.addGhost();
  }

  /**
   * Bytes typed at the console.
   * @param {Uint8Array} bytes
   * @returns {number} how many fitted into the ring; the rest is to be offered again
   */
  input(bytes) {
    const ring = new Uint8Array(this.control, INPUT_AT, INPUT_BYTES);
    let taken = 0;
    for (; taken < bytes.length; taken++) {
      const head = Atomics.load(this.words, WORD.inputHead);
      if (((head - Atomics.load(this.words, WORD.inputTail)) | 0) >= INPUT_BYTES) break;
      ring[head & (INPUT_BYTES - 1)] = bytes[taken];
      Atomics.store(this.words, WORD.inputHead, (head + 1) | 0);
    }
    raise(this.words, this.kernelWords, IRQ.console);
    return taken;
  }

  /**
   * The console has another size.
   * @param {{rows: number, columns: number}} size
   */
  resize(size) {
    this.storeSize(size);
    raise(this.words, this.kernelWords, IRQ.resize);
  }

  /** @param {{rows: number, columns: number}} size */
  storeSize({ rows, columns }) {
    Atomics.store(this.words, WORD.consoleSize, (rows << 16) | (columns & 0xffff));
  }

  /** @returns {Slot} */
  makeSlot() {
    this.workersMade++;
    const index = this.freeIndices.pop() ?? ++this.lastIndex;
    const slot = /** @type {Slot} */ ({ index, task: 0, ghostStack: 0, looping: 0 });
    slot.worker = this.platform.makeWorker({ ...this.shared, index }, (message) => this.receive(slot, message));
    return slot;
  }

  /**
   * Has an idle worker do what is ordered.
   * @param {any} order
   * @param {number} task
   * @param {number} ghostStack
   */
  run(order, task, ghostStack) {
    const slot = this.idle.shift() ?? this.makeSlot();
    this.workersBusy++;
    this.workersAtMost = Math.max(this.workersAtMost, this.workersBusy);
    slot.task = task;
    slot.ghostStack = ghostStack;
    if (task) this.byTask.set(task, slot);
    if (order.user) {
      order.memories = this.pool.giveFree(MEMORIES_FOR_TASK);
      order.modules = [...this.modules];
    }
    slot.worker.post({ type: 'run', order });
    if (!this.idle.length) for (let i = 0; i < SPARE_WORKERS; i++) this.idle.push(this.makeSlot());
  }

  addGhost() {
    const sp = this.ghostStacks.pop();
    if (sp === undefined) {
      this.platform.log('all ghosts are in use: tasks that compute are not preempted until one is free');
      return;
    }
    this.run({ kind: 'ghost', name: `ghost${++this.ghostsMade}`, sp }, 0, sp);
  }

  /** @param {any} start @param {import('./program.js').UserState} [user] */
  runTask(start, user) {
    const { task, sp, name, worker } = start;
    this.run({ kind: 'task', name, task, sp, worker, user }, worker, 0);
  }

  /**
   * A handler is due for a task: has it look while it computes.
   * @param {number} task
   */
  interruptLoop(task) {
    const looping = this.looping.get(task);
    if (looping) Atomics.store(new Int32Array(looping.memory.buffer), LOOP_WORD >> 2, 1);
  }

  /**
   * A worker has nothing to do any more.
   * @param {Slot} slot
   */
  release(slot) {
    this.workersBusy--;
    if (slot.task) this.byTask.delete(slot.task);
    if (slot.ghostStack) this.ghostStacks.push(slot.ghostStack);
    if (this.looping.get(slot.looping)?.slot === slot) this.looping.delete(slot.looping);
    slot.task = slot.ghostStack = slot.looping = 0;
  }

  /**
   * A ghost did a task's exit: ends the task's worker, then lets the kernel free the task.
   * @param {number} number
   * @param {number} task
   */
  endWorker(number, task) {
    const slot = this.byTask.get(number);
    if (!slot) {
      this.platform.log(`there is no worker ${number} to end`);
      return;
    }
    this.release(slot);
    slot.worker.end().then(() => {
      this.pool.workerEnded(slot.index);
      this.freeIndices.push(slot.index);
      this.reap(task);
    });
  }

  /** @param {number} task */
  reap(task) {
    const head = Atomics.load(this.words, WORD.reapHead);
    if (head - Atomics.load(this.words, WORD.reapTail) >= REAP_SLOTS) {
      setTimeout(() => this.reap(task), 20); // the kernel is busy; it will take them
      return;
    }
    Atomics.store(this.words, WORD.reapRing + (head & (REAP_SLOTS - 1)), task);
    Atomics.store(this.words, WORD.reapHead, head + 1);
    raise(this.words, this.kernelWords, IRQ.reap);
  }

  /** @param {MachineEnd['how']} how */
  end(how) {
    if (this.isOver) return;
    this.isOver = true;
    endDisk(this.words);
    this.platform.ended({ how, workersMade: this.workersMade, workersAtMost: this.workersAtMost });
  }

  /** @param {Slot} slot @param {any} message */
  receive(slot, message) {
    switch (message.type) {
      case 'console':
        this.platform.write(message.bytes);
        break;
      case 'log':
        this.platform.log(message.text);
        break;
      case 'start': {
        const user = this.userStates.get(message.worker);
        this.userStates.delete(message.worker);
        if (!message.isUser || user) this.runTask(message, user);
        else this.startsWaiting.set(message.worker, message);
        break;
      }
      case 'user': {
        const start = this.startsWaiting.get(message.worker);
        this.startsWaiting.delete(message.worker);
        if (start) this.runTask(start, message.user);
        else this.userStates.set(message.worker, message.user);
        break;
      }
      case 'forget': {
        const user = this.userStates.get(message.worker);
        this.userStates.delete(message.worker);
        if (user) this.pool.dropUse(user.id);
        break;
      }
      case 'ghost':
        this.addGhost();
        break;
      case 'module':
        this.modules.set(message.loaded.key, message.loaded);
        for (const key of this.modules.keys()) if (this.modules.size > MODULES_KEPT) this.modules.delete(key); // the oldest
        break;
      case 'loops':
        slot.looping = message.task;
        this.looping.set(message.task, { memory: message.memory, slot });
        break;
      case 'due':
        this.interruptLoop(message.task);
        break;
      case 'proxy':
        this.proxy?.receive(message.connection, message.place, message.bytes);
        break;
      case 'proxy-room':
        this.proxy?.hasRoom(message.connection);
        break;
      case 'end':
        this.endWorker(message.worker, message.task);
        break;
      case 'idle':
        this.release(slot);
        this.pool.owned.push(...message.memories);
        if (this.idle.length < this.idleAtMost) this.idle.push(slot);
        else slot.worker.end().then(() => this.freeIndices.push(slot.index));
        break;
      case 'down':
        this.end(message.restart ? 'restart' : 'power-off');
        break;
      case 'trap':
        this.end('trap');
        break;
    }
  }
}
