import { type KernelOptions, kernelProgram, type LayeredKernel, ThreadPool } from '../../kernels/index.js';
import type { NetworkMemory } from './network-memory.js';

/** Kernel functions whose last argument is the number of the thread. */
const teamFunctions = ['settleStates', 'settleDeltas', 'settleGroup', 'applyUpdate', 'gatherDrive'] as const;
export type TeamFunction = (typeof teamFunctions)[number];

/** Told how long each job took, ms. */
export type JobListener = (name: TeamFunction, spent_ms: number) => void;

/** The threads of one network. Results are the same at every number of threads. */
export class Crew {
  private readonly pool: ThreadPool<LayeredKernel>;

  constructor(
    private readonly memory: NetworkMemory,
    threads: number | 'auto',
    options: KernelOptions = {},
    private readonly onJob?: JobListener,
  ) {
    const { kernelMemory, kernel } = memory;
    this.pool = new ThreadPool(
      kernelProgram('layered', kernelMemory, kernel, teamFunctions, options),
      threads,
    );
  }

  /** Whether `ready` has nothing to wait for. */
  get isReady(): boolean {
    return this.pool.isReady;
  }

  /** To be awaited before jobs: a fixed number of threads is waited for. */
  ready(): Promise<void> {
    return this.pool.ready();
  }

  /** Does a piece of work made of several jobs, with as many threads as pay for work of this kind. */
  perform<T>(kind: string, work: () => T): T {
    return this.pool.schedule(kind, work);
  }

  run(name: TeamFunction, args: readonly number[]): void {
    const { record } = this.memory;
    record.set({ threads: this.pool.members });
    const start = this.onJob === undefined ? 0 : performance.now();
    this.pool.runJob(name, [record.offset, ...args]);
    this.onJob?.(name, performance.now() - start);
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
