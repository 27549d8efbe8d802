import type { OperatingStatus } from '../mna/index.js';
import type { StageNewton } from './stage-newton.js';
import type { Tableau } from './tableau.js';
import type { TimeSystem } from './time-system.js';

/**
 * One step of an ESDIRK method on what is stored: at stage i the equations hold with
 *   d(value)/dt = (value − value₀ − h·Σⱼ aᵢⱼ·rateⱼ)/(h·aᵢᵢ)
 * and that rate is kept for the stages after it. The rates at the end of a step are those that the next one starts with.
 */
export class Stepper {
  /** At the start of the step, and after it at its end when it was taken: `accept`. */
  readonly x: Float64Array;
  readonly value: Float64Array;
  readonly rate: Float64Array;
  /** After `attempt`: the answer, what it stores and the estimated error of that. */
  readonly end: Float64Array;
  readonly endValue: Float64Array;
  readonly error: Float64Array;
  private readonly rates: Float64Array[];
  private readonly stages: Float64Array[];
  /** The step before, for guesses: x at its start, and its length; 0: none. */
  private readonly former: Float64Array;
  private formerStep_s = 0;

  constructor(
    private readonly system: TimeSystem,
    private readonly newton: StageNewton,
    readonly tableau: Tableau,
  ) {
    const { length } = system.unknowns;
    const stored = system.stores.names.length;
    this.x = new Float64Array(length);
    this.end = new Float64Array(length);
    this.former = new Float64Array(length);
    this.value = new Float64Array(stored);
    this.rate = new Float64Array(stored);
    this.endValue = new Float64Array(stored);
    this.error = new Float64Array(stored);
    this.rates = tableau.a.map(() => new Float64Array(stored));
    this.stages = tableau.a.map(() => new Float64Array(length));
  }

  /** A step of implicit Euler from x, which stores and rates follow; x may not fit the equations yet. */
  implicitEuler(from_s: number, step_s: number): OperatingStatus {
    const { stores } = this.system;
    stores.alpha = 1 / step_s;
    stores.predicted.set(this.value);
    stores.value.set(this.value);
    this.end.set(this.x);
    this.system.setTime(Math.max(from_s + step_s, from_s * (1 + Number.EPSILON)), this.end);
    const status = this.newton.solve(this.end, true);
    if (status !== 'settled') return status;
    this.keepRates(this.rate);
    this.x.set(this.end);
    this.value.set(stores.value);
    this.system.anchor(this.x);
    this.formerStep_s = 0;
    return status;
  }

  private keepRates(into: Float64Array): void {
    const { value, predicted, alpha } = this.system.stores;
    for (let k = 0; k < into.length; k++) into[k] = alpha * (value[k] - predicted[k]);
  }

  /** Tries a step; x stays where it is until `accept`. @param latest_s sources are never looked at later, s */
  attempt(from_s: number, step_s: number, latest_s: number): OperatingStatus {
    const { system, tableau, rates, value, stages } = this;
    const { stores } = system;
    const { predicted } = stores;
    stores.alpha = 1 / (step_s * tableau.diagonal);
    rates[0].set(this.rate);
    stages[0].set(this.x);
    stores.value.set(value);
    for (let i = 1; i < tableau.a.length; i++) {
      const row = tableau.a[i];
      predicted.set(value);
      for (let j = 0; j < i; j++) {
        const weight = step_s * row[j];
        if (weight === 0) continue;
        const part = rates[j];
        for (let k = 0; k < predicted.length; k++) predicted[k] += weight * part[k];
      }
      const x = stages[i];
      this.guess(i, step_s, x);
      system.setTime(Math.min(latest_s, from_s + step_s * tableau.c[i]), x);
      const status = this.newton.solve(x);
      if (status !== 'settled') return status;
      this.keepRates(rates[i]);
    }
    this.end.set(stages[stages.length - 1]);
    this.endValue.set(stores.value);
    this.estimate(step_s);
    return 'settled';
  }

  /** Straight on from the start through the step before, or through the nearest stage so far. */
  private guess(i: number, step_s: number, x: Float64Array): void {
    const { stages, tableau, former, formerStep_s } = this;
    const start = stages[0];
    if (i > 1) {
      // The stage that is nearest to this one's time, on a line through the start.
      let near = 1;
      for (let j = 2; j < i; j++) {
        if (Math.abs(tableau.c[j] - tableau.c[i]) < Math.abs(tableau.c[near] - tableau.c[i])) near = j;
      }
      const share = tableau.c[i] / tableau.c[near];
      const through = stages[near];
      for (let k = 0; k < x.length; k++) x[k] = start[k] + share * (through[k] - start[k]);
    } else if (formerStep_s > 0) {
      const share = (step_s * tableau.c[i]) / formerStep_s;
      for (let k = 0; k < x.length; k++) x[k] = start[k] + share * (start[k] - former[k]);
    } else {
      x.set(start);
    }
  }

  /** Rates at the end of the step tried last. */
  get endRate(): Float64Array {
    return this.rates[this.rates.length - 1];
  }

  private estimate(step_s: number): void {
    const { error, rates, tableau } = this;
    error.fill(0);
    for (let i = 0; i < rates.length; i++) {
      const weight = step_s * tableau.error[i];
      if (weight === 0) continue;
      const part = rates[i];
      for (let k = 0; k < error.length; k++) error[k] += weight * part[k];
    }
  }

  /** The step tried last is taken. */
  accept(step_s: number): void {
    this.former.set(this.x);
    this.formerStep_s = step_s;
    this.x.set(this.end);
    this.value.set(this.endValue);
    this.system.stores.value.set(this.endValue);
    this.rate.set(this.endRate);
    this.system.stores.remember(this.value, this.rate);
    this.system.anchor(this.x);
  }
}
