/** How fast work of one kind has lately been, alone and shared, ms. */
interface Record {
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

/** Decides from measured times whether work is shared among threads. It never changes a result, only who computes it. */
export class Pace {
  private readonly kinds = new Map<string, Record>();

  shareNext(kind: string): boolean {
    const record = this.recordOf(kind);
    const { jobs } = record;
    if (jobs < 2 * TRIALS) return jobs % 2 === 1;
    const faster = record.shared < ADVANTAGE * record.alone;
    return jobs % RECHECK === 0 ? !faster : faster;
  }

  note(kind: string, shared: boolean, spent_ms: number): void {
    const record = this.recordOf(kind);
    record.jobs++;
    const way = shared ? 'shared' : 'alone';
    // The first measurements carry compilation; a slower one then counts a little at a time, a faster one at once in trials.
    if (record.jobs <= 2 * TRIALS) record[way] = Math.min(record[way], spent_ms);
    else record[way] += NEWEST * (spent_ms - record[way]);
  }

  private recordOf(kind: string): Record {
    let record = this.kinds.get(kind);
    if (record === undefined) {
      record = { alone: Number.POSITIVE_INFINITY, shared: Number.POSITIVE_INFINITY, jobs: 0 };
      this.kinds.set(kind, record);
    }
    return record;
  }
}
