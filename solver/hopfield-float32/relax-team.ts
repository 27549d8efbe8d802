import { type HopfieldKernel, kernelProgram, ThreadPool, threadsOf } from '../../kernels/index.js';
import type { NetworkMemory } from './network-memory.js';

/** How many threads a network is given room for. */
export function roomFor(threads: number | 'auto'): number {
  return threadsOf(threads);
}

/** The threads that relax the samples of one network's memory. Samples do not see each other: results are the same at every number. */
export class RelaxTeam {
  private readonly pool: ThreadPool<HopfieldKernel>;

  constructor(
    private readonly memory: NetworkMemory,
    threads: number | 'auto',
    options: { readonly relaxed?: boolean },
  ) {
    const { kernelMemory, kernel } = memory;
    this.pool = new ThreadPool(kernelProgram('hopfield', kernelMemory, kernel, ['relax'], options), threads);
  }

  /** To be awaited before jobs: a fixed number of threads is waited for. */
  ready(): Promise<void> {
    return this.pool.ready();
  }

  /** Runs the memory's job with as many threads as pay for work of this kind. */
  run(kind: string): void {
    const { job } = this.memory;
    this.pool.schedule(kind, (members) => {
      job.set({ members, next: 0 });
      this.pool.runJob('relax', [job.offset]);
    });
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
