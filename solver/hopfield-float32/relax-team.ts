import { type HopfieldKernel, KernelTeam } from '../../kernels/index.js';
import { PacedTeam, threadsOf } from '../team/index.js';
import type { NetworkMemory } from './network-memory.js';

/** How many threads a network is given room for. */
export function roomFor(threads: number | 'auto'): number {
  return threadsOf(threads);
}

/** The threads that relax the samples of one network's memory. Samples do not see each other: results are the same at every number. */
export class RelaxTeam {
  private readonly paced: PacedTeam<HopfieldKernel>;

  constructor(
    private readonly memory: NetworkMemory,
    threads: number | 'auto',
    options: { readonly relaxed?: boolean },
  ) {
    const { kernelMemory, kernel, threads: size } = memory;
    const team =
      size > 1 ? new KernelTeam('hopfield', kernelMemory, kernel, ['relax'], size, options) : undefined;
    this.paced = new PacedTeam(team, threads);
  }

  /** To be awaited before jobs: a fixed number of threads is waited for. */
  ready(): Promise<void> {
    return this.paced.ready();
  }

  /** Runs the memory's job with as many threads as pay for work of this kind. */
  run(kind: string): void {
    const { job, kernel } = this.memory;
    this.paced.share(kind, (members) => {
      job.set({ members, next: 0 });
      const { team } = this.paced;
      if (team === undefined) kernel.relax(job.offset, 0);
      else team.run('relax', [job.offset], members);
    });
  }

  close(): Promise<void> {
    return this.paced.close();
  }
}
