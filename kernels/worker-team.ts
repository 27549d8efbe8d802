import { Worker } from 'node:worker_threads';
import { builtFile, type KernelMemory, type KernelOptions, kernelModule } from './load.js';
import { CONTROL_LENGTH, ControlField, type TeamData } from './worker-protocol.js';

/**
 * Threads that run the same kernel on the same memory. The main thread is member 0 and does its part inside `run`; a kernel
 * function takes the member's number as its last argument and must end in a barrier that all members reach.
 * An idle team does not keep the process alive; `close()` ends its workers.
 */
export class KernelTeam<Exports extends object> {
  private readonly control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH));
  private readonly workers: Worker[] = [];
  private opening: Promise<void> | undefined;
  private open = false;
  private closed = false;

  constructor(
    private readonly kernel: string,
    private readonly memory: Pick<KernelMemory, 'memory'>,
    /** The main thread's own instance. */
    private readonly exports: Exports,
    /** Names of the exports that `run` may be asked for. */
    private readonly functions: readonly (keyof Exports & string)[],
    /** Members, the main thread included. */
    readonly size: number,
    private readonly options: KernelOptions = {},
  ) {}

  /**
   * Whether all members are at hand; until then `run` has the main thread alone. Looks at shared memory: a caller that never
   * lets its event loop turn gets its threads too.
   */
  get isOpen(): boolean {
    this.open ||= !this.closed && Atomics.load(this.control, ControlField.ready) === this.size - 1;
    return this.open;
  }

  /** Starts the workers; resolves once they wait for jobs. */
  start(): Promise<void> {
    this.opening ??= this.startWorkers();
    return this.opening;
  }

  /** Runs a function on the first `members` threads; returns when the main thread's part has ended. */
  run(name: keyof Exports & string, args: readonly number[], members: number): void {
    if (members > 1) {
      const { control } = this;
      for (const [k, value] of args.entries()) control[ControlField.args + k] = value;
      Atomics.store(control, ControlField.count, args.length);
      Atomics.store(control, ControlField.job, this.functions.indexOf(name));
      Atomics.store(control, ControlField.members, members);
      Atomics.add(control, ControlField.generation, 1);
      if (Atomics.load(control, ControlField.asleep) > 0) Atomics.notify(control, ControlField.generation);
    }
    (this.exports[name] as (...all: number[]) => void)(...args, 0);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.open = false;
    Atomics.store(this.control, ControlField.job, -1);
    Atomics.add(this.control, ControlField.generation, 1);
    Atomics.notify(this.control, ControlField.generation);
    await Promise.all(this.workers.splice(0).map((worker) => worker.terminate()));
  }

  private async startWorkers(): Promise<void> {
    const module = kernelModule(this.kernel, this.options);
    const ready: Promise<void>[] = [];
    for (let member = 1; member < this.size; member++) {
      const workerData: TeamData = {
        module,
        memory: this.memory.memory,
        control: this.control,
        functions: this.functions,
        member,
      };
      const worker = new Worker(builtFile('worker.js'), { workerData, execArgv: [] });
      this.workers.push(worker);
      ready.push(
        new Promise((resolve, reject) => {
          worker.once('online', resolve);
          worker.once('error', reject);
        }),
      );
    }
    await Promise.all(ready);
    while (!this.isOpen && !this.closed) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const worker of this.workers) worker.unref();
  }
}
