import { OhmpropError } from '../../core/index.js';
import { numbersOf } from './numbers.js';
import type { TrialEvent } from './places/place.js';
import { requireMetric, type StudyPlan } from './plan.js';
import type { TrialStore } from './trial-store.js';

/** Looks at the first answer of a study for the numbers that it is about: a wrong name is said after one trial, not after all of them. */
export class FirstAnswer {
  private readonly stop = new AbortController();
  private isSeen = false;

  constructor(
    private readonly plan: StudyPlan,
    private readonly store: TrialStore,
  ) {}

  /** Aborts where no trial can have the number, as all answer alike. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** @returns what to tell people, of a study whose other points may have the number */
  hear(event: TrialEvent): string | undefined {
    if (this.isSeen || event.type !== 'trial-ended') return undefined;
    const result = this.store.resultOf(event.key);
    if (result === undefined) return undefined;
    this.isSeen = true;
    const known = [...numbersOf(result.answer).keys(), 'seconds'];
    const { keep, limits, axes } = this.plan;
    try {
      for (const name of [...keep, ...limits.map(({ metric }) => metric)]) requireMetric(name, known);
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      if (axes.length > 0) return `so far ${error.message}`;
      this.stop.abort(error);
    }
    return undefined;
  }
}
