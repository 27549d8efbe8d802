import { type KernelOptions, KernelTeam, type LayeredKernel } from '../../kernels/index.js';
import { PacedTeam, threadsOf } from '../team/index.js';
import type { NetworkMemory } from './network-memory.js';

/** Kernel functions whose last argument is the number of the thread. */
const teamFunctions = ['settleStates', 'settleDeltas', 'settleGroup', 'applyUpdate', 'gatherDrive'] as const;
export type TeamFunction = (typeof teamFunctions)[number];

/** Told how long each job took, ms. */
export type JobListener = (name: TeamFunction, spent_ms: number) => void;

/** The threads of one network. Results are the same at every number of threads. */
export class Crew {
  private readonly paced: PacedTeam<LayeredKernel>;
  private members = 1;

  constructor(
    private readonly memory: NetworkMemory,
    threads: number | 'auto',
    options: KernelOptions = {},
    private readonly onJob?: JobListener,
  ) {
    const size = threadsOf(threads);
    const { kernelMemory, kernel } = memory;
    const team =
      size > 1 ? new KernelTeam('layered', kernelMemory, kernel, teamFunctions, size, options) : undefined;
    this.paced = new PacedTeam(team, threads);
  }

  /** Whether `ready` has nothing to wait for. */
  get isReady(): boolean {
    return this.paced.isReady;
  }

  /** To be awaited before jobs: a fixed number of threads is waited for. */
  ready(): Promise<void> {
    return this.paced.ready();
  }

  /** Does a piece of work made of several jobs, with as many threads as pay for work of this kind. */
  perform<T>(kind: string, work: () => T): T {
    return this.paced.share(kind, (members) => {
      this.members = members;
      return work();
    });
  }

  run(name: TeamFunction, args: readonly number[]): void {
    const { kernel, record } = this.memory;
    record.set({ threads: this.members });
    const all = [record.offset, ...args];
    const start = this.onJob === undefined ? 0 : performance.now();
    const { team } = this.paced;
    if (team !== undefined) team.run(name, all, this.members);
    else (kernel[name] as (...values: number[]) => void)(...all, 0);
    this.onJob?.(name, performance.now() - start);
  }

  close(): Promise<void> {
    return this.paced.close();
  }
}
