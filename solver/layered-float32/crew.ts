import { availableParallelism } from 'node:os';
import { inputError } from '../../core/index.js';
import { type KernelOptions, KernelTeam, type LayeredKernel } from '../../kernels/index.js';
import { MOST_THREADS, type NetworkMemory } from './network-memory.js';
import { Pace } from './pace.js';

/** Kernel functions whose last argument is the number of the thread. */
const teamFunctions = ['settleStates', 'settleDeltas', 'settleGroup', 'applyUpdate', 'gatherDrive'] as const;
export type TeamFunction = (typeof teamFunctions)[number];

/** Told how long each job took, ms. */
export type JobListener = (name: TeamFunction, spent_ms: number) => void;

/** Below this time for a whole job, milliseconds, handing parts of it to other threads cannot pay. */
const WORTH_SHARING_MS = 0.25;
const JOBS_WATCHED = 16;

/**
 * The threads of one network. A fixed number is used from the first job on. By default they are started once a job is long
 * enough to be shared, and taken only while that is measurably faster: on a busy machine a partner that has lost its core
 * costs more than it brings. Results are the same at every number of threads.
 */
export class Crew {
  private readonly team: KernelTeam<LayeredKernel> | undefined;
  private readonly pace = new Pace();
  private members = 1;
  private shortest_ms = Number.POSITIVE_INFINITY;
  private watched = 0;

  constructor(
    private readonly memory: NetworkMemory,
    private readonly threads: number | 'auto',
    options: KernelOptions = {},
    private readonly onJob?: JobListener,
  ) {
    if (threads !== 'auto' && !(Number.isInteger(threads) && threads >= 1)) {
      throw inputError(
        'device.threads',
        `threads: needs a whole number from 1 to ${MOST_THREADS}, or 'auto'; got ${threads}`,
      );
    }
    const wanted = threads === 'auto' ? availableParallelism() : threads;
    const size = Math.min(MOST_THREADS, wanted);
    if (size > 1) {
      this.team = new KernelTeam('layered', memory.kernelMemory, memory.kernel, teamFunctions, size, options);
    }
  }

  /** Whether `ready` has nothing to wait for. */
  get isReady(): boolean {
    return this.team === undefined || this.threads === 'auto' || this.team.isOpen;
  }

  /** To be awaited before jobs: a fixed number of threads is waited for. */
  async ready(): Promise<void> {
    if (this.team !== undefined && this.threads !== 'auto') await this.team.start();
  }

  /** Does a piece of work made of several jobs, with as many threads as pay for work of this kind. */
  perform<T>(kind: string, work: () => T): T {
    const { team } = this;
    if (team === undefined) return work();
    if (this.threads !== 'auto') {
      this.members = team.isOpen ? team.size : 1;
      return work();
    }
    const shared = team.isOpen && this.pace.shareNext(kind);
    this.members = shared ? team.size : 1;
    const start = performance.now();
    const result = work();
    const spent = performance.now() - start;
    if (team.isOpen) this.pace.note(kind, shared, spent);
    else this.considerStart(team, spent);
    return result;
  }

  /** Starts the other threads once even the shortest of some jobs was long enough: one alone may have lost its core. */
  private considerStart(team: KernelTeam<LayeredKernel>, spent_ms: number): void {
    this.shortest_ms = Math.min(this.shortest_ms, spent_ms);
    this.watched++;
    if (this.watched < JOBS_WATCHED) return;
    // Failing to start leaves this thread alone, which is no error.
    if (this.shortest_ms > WORTH_SHARING_MS) team.start().catch(() => undefined);
    this.shortest_ms = Number.POSITIVE_INFINITY;
    this.watched = 0;
  }

  run(name: TeamFunction, args: readonly number[]): void {
    const { kernel, record } = this.memory;
    record.set({ threads: this.members });
    const all = [record.offset, ...args];
    const start = this.onJob === undefined ? 0 : performance.now();
    if (this.team !== undefined) this.team.run(name, all, this.members);
    else (kernel[name] as (...values: number[]) => void)(...all, 0);
    this.onJob?.(name, performance.now() - start);
  }

  async close(): Promise<void> {
    await this.team?.close();
  }
}
