import { availableParallelism } from 'node:os';
import { type HopfieldKernel, KernelTeam } from '../../kernels/index.js';
import { Pace } from '../layered-float32/pace.js';
import type { NetworkMemory } from './network-memory.js';

const MOST_THREADS = 8;
/** A job shorter than this, milliseconds, is not worth handing parts of it to other threads. */
const WORTH_SHARING_MS = 0.25;
const JOBS_WATCHED = 16;

/** How many threads a network is given room for. */
export function roomFor(threads: number | 'auto'): number {
  const wanted = threads === 'auto' ? availableParallelism() : threads;
  return Math.max(1, Math.min(MOST_THREADS, Math.floor(wanted)));
}

/**
 * The threads that relax the samples of one network's memory. A fixed number is used from the first job on; by default
 * they are started once jobs are long enough, and taken only while that is measurably faster. Samples do not see each
 * other, so that results are the same at every number of threads.
 */
export class RelaxTeam {
  private readonly team: KernelTeam<HopfieldKernel> | undefined;
  private readonly pace = new Pace();
  private shortest_ms = Number.POSITIVE_INFINITY;
  private watched = 0;

  constructor(
    private readonly memory: NetworkMemory,
    private readonly threads: number | 'auto',
    options: { readonly relaxed?: boolean },
  ) {
    const { kernelMemory, kernel, threads: size } = memory;
    if (size > 1) this.team = new KernelTeam('hopfield', kernelMemory, kernel, ['relax'], size, options);
  }

  /** To be awaited before jobs: a fixed number of threads is waited for. */
  async ready(): Promise<void> {
    if (this.threads !== 'auto') await this.team?.start();
  }

  /** Runs the memory's job with as many threads as pay for work of this kind. */
  run(kind: string): void {
    const { team } = this;
    if (team === undefined) {
      this.perform(1);
      return;
    }
    if (this.threads !== 'auto') {
      this.perform(team.isOpen ? team.size : 1);
      return;
    }
    const shared = team.isOpen && this.pace.shareNext(kind);
    const start = performance.now();
    this.perform(shared ? team.size : 1);
    const spent = performance.now() - start;
    if (team.isOpen) this.pace.note(kind, shared, spent);
    else this.considerStart(team, spent);
  }

  async close(): Promise<void> {
    await this.team?.close();
  }

  private perform(members: number): void {
    const { job, kernel } = this.memory;
    job.set({ members, next: 0 });
    if (this.team === undefined) kernel.relax(job.offset, 0);
    else this.team.run('relax', [job.offset], members);
  }

  /** Starts the other threads once even the shortest of some jobs was long enough: one alone may have lost its core. */
  private considerStart(team: KernelTeam<HopfieldKernel>, spent_ms: number): void {
    this.shortest_ms = Math.min(this.shortest_ms, spent_ms);
    this.watched++;
    if (this.watched < JOBS_WATCHED) return;
    // Failing to start leaves this thread alone, which is no error.
    if (this.shortest_ms > WORTH_SHARING_MS) team.start().catch(() => undefined);
    this.shortest_ms = Number.POSITIVE_INFINITY;
    this.watched = 0;
  }
}
