/** How fast work of one kind has lately been, alone and shared, ms. */
interface Measured {
  alone: number;
  shared: number;
  jobs: number;
}

/** Both ways are tried so often at first, in turn. */
const TRIALS = 8;
/** Then one in so many is done the other way, to notice when the machine has become busy or quiet. */
const RECHECK = 48;
/** Share of the newest measurement in the running figure. */
const NEWEST = 0.25;
/** Sharing must be faster by this. */
const ADVANTAGE = 0.95;
/** Below this time for a whole job, milliseconds, handing parts of it to other threads cannot pay. */
const WORTH_SHARING_MS = 0.25;
const JOBS_WATCHED = 16;

/**
 * Decides from measured times whether work is shared among threads: on a busy machine a partner that has lost its core
 * costs more than it brings. It never changes a result, only who computes it.
 */
export class Scheduling {
  private readonly kinds = new Map<string, Measured>();
  private shortest_ms = Number.POSITIVE_INFINITY;
  private watched = 0;

  /** Whether the next work of this kind is to be shared. */
  shareNext(kind: string): boolean {
    const measured = this.measuredOf(kind);
    const { jobs } = measured;
    if (jobs < 2 * TRIALS) return jobs % 2 === 1;
    const faster = measured.shared < ADVANTAGE * measured.alone;
    return jobs % RECHECK === 0 ? !faster : faster;
  }

  /** Takes note of how long it took. */
  note(kind: string, shared: boolean, spent_ms: number): void {
    const measured = this.measuredOf(kind);
    measured.jobs++;
    const way = shared ? 'shared' : 'alone';
    // The first measurements carry compilation; a slower one then counts a little at a time, a faster one at once in trials.
    if (measured.jobs <= 2 * TRIALS) measured[way] = Math.min(measured[way], spent_ms);
    else measured[way] += NEWEST * (spent_ms - measured[way]);
  }

  /**
   * Whether other threads should be started, after work that was done without any: once even the shortest of some jobs
   * was long enough, for one alone may have lost its core.
   */
  worthThreads(spent_ms: number): boolean {
    this.shortest_ms = Math.min(this.shortest_ms, spent_ms);
    this.watched++;
    if (this.watched < JOBS_WATCHED) return false;
    const worth = this.shortest_ms > WORTH_SHARING_MS;
    this.shortest_ms = Number.POSITIVE_INFINITY;
    this.watched = 0;
    return worth;
  }

  private measuredOf(kind: string): Measured {
    let measured = this.kinds.get(kind);
    if (measured === undefined) {
      measured = { alone: Number.POSITIVE_INFINITY, shared: Number.POSITIVE_INFINITY, jobs: 0 };
      this.kinds.set(kind, measured);
    }
    return measured;
  }
}
