import { availableParallelism } from 'node:os';
import { inputError } from '../../core/index.js';
import type { KernelTeam } from '../../kernels/index.js';
import { Pace } from './pace.js';

/** Below this time for a whole job, milliseconds, handing parts of it to other threads cannot pay. */
const WORTH_SHARING_MS = 0.25;
const JOBS_WATCHED = 16;

/** Threads that can share a device: kernels lay memory out for so many. */
export const MAX_THREADS = 8;

/**
 * How many threads a device gets that was asked for `threads`.
 * @throws OhmpropError `device.threads` where that is no whole number above 0
 */
export function threadsOf(threads: number | 'auto'): number {
  if (threads !== 'auto' && !(Number.isInteger(threads) && threads >= 1)) {
    throw inputError(
      'device.threads',
      `threads: needs a whole number from 1 to ${MAX_THREADS}, or 'auto'; got ${threads}`,
    );
  }
  return Math.min(MAX_THREADS, threads === 'auto' ? availableParallelism() : threads);
}

/**
 * Decides how many members of a team take part in a piece of work. A fixed number is used from the first one on. By default
 * the team is started once work is long enough to be shared, and taken only while that is measurably faster: on a busy
 * machine a partner that has lost its core costs more than it brings.
 */
export class PacedTeam<Exports extends object> {
  private readonly pace = new Pace();
  private shortest_ms = Number.POSITIVE_INFINITY;
  private watched = 0;

  constructor(
    /** None where one thread is all there is. */
    readonly team: KernelTeam<Exports> | undefined,
    private readonly threads: number | 'auto',
  ) {}

  /** Whether `ready` has nothing to wait for. */
  get isReady(): boolean {
    return this.team === undefined || this.threads === 'auto' || this.team.isOpen;
  }

  /** To be awaited before work: a fixed number of threads is waited for. */
  async ready(): Promise<void> {
    if (this.threads !== 'auto') await this.team?.start();
  }

  /** Does a piece of work, told with how many members, as many as pay for work of this kind. */
  share<T>(kind: string, work: (members: number) => T): T {
    const { team } = this;
    if (team === undefined) return work(1);
    if (this.threads !== 'auto') return work(team.isOpen ? team.size : 1);
    const shared = team.isOpen && this.pace.shareNext(kind);
    const start = performance.now();
    const result = work(shared ? team.size : 1);
    const spent = performance.now() - start;
    if (team.isOpen) this.pace.note(kind, shared, spent);
    else this.considerStart(team, spent);
    return result;
  }

  async close(): Promise<void> {
    await this.team?.close();
  }

  /** Starts the other threads once even the shortest of some jobs was long enough: one alone may have lost its core. */
  private considerStart(team: KernelTeam<Exports>, spent_ms: number): void {
    this.shortest_ms = Math.min(this.shortest_ms, spent_ms);
    this.watched++;
    if (this.watched < JOBS_WATCHED) return;
    // Failing to start leaves this thread alone, which is no error.
    if (this.shortest_ms > WORTH_SHARING_MS) team.start().catch(() => undefined);
    this.shortest_ms = Number.POSITIVE_INFINITY;
    this.watched = 0;
  }
}
