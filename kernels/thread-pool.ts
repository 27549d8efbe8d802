import { MAX_THREADS, requireThreads, runError } from '../core/index.js';
import { Scheduling } from './scheduling.js';
import { CONTROL_LENGTH, ControlField, type PoolMember } from './thread-protocol.js';
import { availableThreads, startThread, THREAD_LIMIT, type Thread } from './threads.js';

/** What the threads of a pool run. */
export interface PoolProgram<Functions extends object> {
  /** Built module that exports `open(data)`, which gives a thread its functions. From the package's root. */
  readonly path: string;
  /** What thread `member`, from 1, opens the program with; asked for when it is started. */
  readonly dataOf: (member: number) => unknown;
  /** Names of the functions that jobs may ask for. */
  readonly names: readonly (keyof Functions & string)[];
  /** The calling thread's own functions, for `runJob`. */
  readonly own?: Functions;
}

/**
 * How many threads work gets that was asked to use `threads` and has room for `limit`.
 * @throws OhmpropError `device.threads` where that is no whole number above 0
 */
export function threadsOf(threads: number | 'auto', limit = MAX_THREADS): number {
  requireThreads(threads);
  return Math.min(limit, THREAD_LIMIT, threads === 'auto' ? availableThreads() : threads);
}

/** A thread that says nothing for so long is lost, ms. */
const SILENCE_MS = 60_000;

/**
 * Threads that run the same program. The calling thread is member 0 and does its own part of every job. Results never depend
 * on how many there are. A fixed number is used from the first job on. With 'auto' the other threads are started once work is
 * long enough to be shared, and take part only while that is measurably faster.
 * An idle pool does not keep the process alive; `close()` ends its threads.
 */
export class ThreadPool<Functions extends object> {
  /** Threads, the calling one included. */
  readonly size: number;
  private readonly scheduling: Scheduling | undefined;
  private readonly control: Int32Array | undefined;
  private readonly others: Thread[] = [];
  private opening: Promise<void> | undefined;
  private open = false;
  private closed = false;
  private failure: Error | undefined;
  private active = 1;

  /**
   * @param limit threads that the work has room for
   * @throws OhmpropError `device.threads`
   */
  constructor(
    private readonly program: PoolProgram<Functions>,
    threads: number | 'auto',
    limit = MAX_THREADS,
  ) {
    this.size = threadsOf(threads, limit);
    if (threads === 'auto') this.scheduling = new Scheduling();
    if (this.size > 1) this.control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH));
  }

  /**
   * Whether all threads are at hand; until then the calling one works alone. Looks at shared memory: a caller that never
   * lets its event loop turn gets its threads too.
   */
  get isOpen(): boolean {
    if (this.control === undefined) return !this.closed;
    this.open ||= !this.closed && Atomics.load(this.control, ControlField.ready) === this.size - 1;
    return this.open;
  }

  /** Whether `ready` has nothing to wait for. */
  get isReady(): boolean {
    return this.scheduling !== undefined || this.isOpen;
  }

  /** Threads that the present work is shared among. */
  get members(): number {
    return this.active;
  }

  /** To be awaited before work: a fixed number of threads is waited for. */
  async ready(): Promise<void> {
    if (this.scheduling === undefined) await this.start();
  }

  /** Starts the other threads; resolves once they wait for jobs. */
  start(): Promise<void> {
    this.opening ??= this.startAndWait();
    return this.opening;
  }

  /** Does a piece of work made of jobs, with as many threads as pay for work of this kind. */
  schedule<T>(kind: string, work: (members: number) => T): T {
    const { scheduling } = this;
    const canShare = this.size > 1 && this.isOpen;
    if (scheduling === undefined || this.size === 1) {
      this.active = canShare ? this.size : 1;
      return work(this.active);
    }
    const shared = canShare && scheduling.shareNext(kind);
    this.active = shared ? this.size : 1;
    const start = performance.now();
    const result = work(this.active);
    const spent_ms = performance.now() - start;
    if (canShare) scheduling.note(kind, shared, spent_ms);
    // Failing to start leaves this thread alone, which is no error.
    else if (scheduling.worthThreads(spent_ms)) this.start().catch(() => undefined);
    return result;
  }

  /**
   * Runs a function on the threads of the present work; returns when the calling thread's part has ended, so the function must
   * end in a barrier that all of them reach.
   */
  runJob(name: keyof Functions & string, numbers: readonly number[]): void {
    if (this.active > 1 && this.control !== undefined) {
      const { control } = this;
      for (let k = 0; k < numbers.length; k++) control[ControlField.args + k] = numbers[k];
      this.announce(name, numbers.length, this.active);
    }
    (this.program.own![name] as (...all: number[]) => void)(...numbers, 0);
  }

  /**
   * Sends a message to a function of every other thread, whether it has started yet or not, does the calling thread's own part
   * meanwhile, and returns when all are done.
   * @throws OhmpropError `threads.silent` if one says nothing for a minute
   */
  runTogether(name: keyof Functions & string, message: unknown, own: () => void): void {
    const { control } = this;
    if (control === undefined) {
      own();
      return;
    }
    this.startOthers();
    Atomics.store(control, ControlField.done, 0);
    for (const thread of this.others) thread.send(message);
    this.announce(name, -1, this.size);
    own();
    const load = (field: number) => Atomics.load(control, field);
    for (;;) {
      const news = load(ControlField.news);
      if (load(ControlField.done) + load(ControlField.failed) >= this.others.length) return;
      const waited = Atomics.wait(control, ControlField.news, news, SILENCE_MS);
      if (waited === 'timed-out' && load(ControlField.news) === news) {
        throw runError('threads.silent', 'a thread has not answered for a minute; use threads: 1');
      }
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.open = false;
    this.active = 1;
    if (this.control === undefined) return;
    this.post(-1);
    await Promise.all(this.others.splice(0).map((thread) => thread.end()));
  }

  /** Tells the other threads of a job. */
  private announce(name: string, count: number, members: number): void {
    const control = this.control!;
    Atomics.store(control, ControlField.count, count);
    Atomics.store(control, ControlField.members, members);
    this.post(this.program.names.indexOf(name as keyof Functions & string));
  }

  private post(job: number): void {
    const control = this.control!;
    Atomics.store(control, ControlField.job, job);
    Atomics.add(control, ControlField.generation, 1);
    if (Atomics.load(control, ControlField.asleep) > 0) Atomics.notify(control, ControlField.generation);
  }

  private startOthers(): void {
    const { control, program } = this;
    if (control === undefined || this.others.length > 0 || this.closed) return;
    for (let member = 1; member < this.size; member++) {
      const start: PoolMember = {
        program: program.path,
        data: program.dataOf(member),
        functions: program.names,
        control,
        member,
      };
      this.others.push(
        startThread('kernels/worker.js', start, (error) => {
          this.failure ??= error;
        }),
      );
    }
  }

  private async startAndWait(): Promise<void> {
    this.startOthers();
    while (!this.isOpen && !this.closed) {
      if (this.failure !== undefined) throw this.failure;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
