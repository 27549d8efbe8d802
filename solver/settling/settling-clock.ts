import { cubic, type FlowPoint, hermite } from './follower.js';

/** Nodes that are to come within a tolerance of their rest. */
export interface SettlingGroup {
  readonly from: number;
  readonly to: number;
  readonly tolerance_V: number;
}

/** When a group settled, and what had been delivered by then. */
export interface SettledMoment {
  readonly time_s: number;
  /** In the order of `powerNames`. */
  readonly energies_J: Float64Array;
  /** Of every node, V. */
  readonly voltages: Float64Array;
}

const HALVINGS = 45;

/**
 * Watches a flow come to rest: the settling time of a group is the last moment at which one of its nodes is further from its rest
 * than the tolerance.
 */
export class SettlingClock {
  /** One a group; nothing while a node of it is outside. */
  readonly moments: (SettledMoment | undefined)[];
  private readonly least_F: number;

  constructor(
    private readonly rest_V: Float64Array,
    private readonly groups: readonly SettlingGroup[],
    private readonly capacitances_F: Float64Array,
    start: FlowPoint,
  ) {
    this.moments = groups.map((group) =>
      this.distance(group, start.voltages) > group.tolerance_V ? undefined : momentOf(start),
    );
    this.least_F = capacitances_F.reduce((least, c) => Math.min(least, c), Number.POSITIVE_INFINITY);
  }

  /** A step was taken. */
  see(before: FlowPoint, after: FlowPoint): void {
    for (const [g, group] of this.groups.entries()) {
      if (this.distance(group, after.voltages) > group.tolerance_V) this.moments[g] = undefined;
      else this.moments[g] ??= this.entry(group, before, after);
    }
  }

  /**
   * Nothing leaves its tolerance any more: voltages of such a network approach their rest, never away from it, in the norm that
   * weighs squares by capacitances (the flow of a convex energy, its diodes included).
   */
  isOver({ voltages }: FlowPoint): boolean {
    let sum = 0;
    for (let k = 0; k < voltages.length; k++)
      sum += this.capacitances_F[k] * (voltages[k] - this.rest_V[k]) ** 2;
    const bound_V = Math.sqrt(sum / this.least_F);
    return this.groups.every(({ tolerance_V }) => bound_V <= tolerance_V);
  }

  private distance({ from, to }: SettlingGroup, voltages: Float64Array): number {
    let most = 0;
    for (let k = from; k < to; k++) most = Math.max(most, Math.abs(voltages[k] - this.rest_V[k]));
    return most;
  }

  /** The moment within a step at which the last node of a group came within the tolerance. */
  private entry(
    { from, to, tolerance_V }: SettlingGroup,
    before: FlowPoint,
    after: FlowPoint,
  ): SettledMoment {
    const step_s = after.time_s - before.time_s;
    let last = 0;
    for (let k = from; k < to; k++) {
      const outside = (share: number) =>
        Math.abs(hermite(before, after, k, share * step_s, step_s) - this.rest_V[k]) > tolerance_V;
      if (!outside(last)) continue;
      let [low, high] = [last, 1];
      for (let i = 0; i < HALVINGS; i++) {
        const middle = (low + high) / 2;
        if (outside(middle)) low = middle;
        else high = middle;
      }
      last = high;
    }
    return {
      time_s: before.time_s + last * step_s,
      energies_J: before.energies_J.map((energy, p) =>
        cubic(energy, before.powers_W[p] * step_s, after.energies_J[p], after.powers_W[p] * step_s, last),
      ),
      voltages: before.voltages.map((_, k) => hermite(before, after, k, last * step_s, step_s)),
    };
  }
}

function momentOf({ time_s, energies_J, voltages }: FlowPoint): SettledMoment {
  return { time_s, energies_J: energies_J.slice(), voltages: voltages.slice() };
}
