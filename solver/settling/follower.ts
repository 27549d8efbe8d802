import { esdirk3 } from '../time/index.js';
import { coupled, type Flow, powerNames, powersAt } from './flow.js';
import { MovingNodes } from './moving-nodes.js';

/** Error of a stage beside that of a step: the equations of stages are solved so much more exactly. */
const STAGE_SHARE = 1e-3;
/** Share of a node's own time constant below which no step is tried: there diodes turn at once. */
const SHORTEST_SHARE = 1e-7;
/** Of the scale of a node: so near to 0 V it is at 0 V, where its diode decides. */
const AT_ZERO = 1e-12;
/** Of the current that a node sees at the scale of its voltage: a diode lets go of a node only for more, not for rounding. */
const LETS_GO = 1e-10;

/** A moment of a flow. Its arrays belong to the follower and are written over by its next step but one. */
export interface FlowPoint {
  time_s: number;
  /** V of every node, and V/s as a step ends there and as the next begins: a diode that turns lies between. */
  readonly voltages: Float64Array;
  readonly arriving: Float64Array;
  readonly leaving: Float64Array;
  /** Since the start, and at the moment, in the order of `powerNames`. */
  readonly energies_J: Float64Array;
  readonly powers_W: Float64Array;
}

/** How a flow is followed. */
export interface FollowOptions {
  /** Size of a change that matters, V, of each node. */
  readonly scales_V: Float64Array;
  /** Estimated error of a step, as a share of that. */
  readonly tolerance: number;
}

/**
 * Follows a flow in time: while the pattern of conducting diodes stays it is linear, and steps of an ESDIRK method are taken on the
 * nodes that move. Where a node meets 0 V, or a held one is let go, a step ends: the moment is read off the step's cubic,
 * the step is taken again to end there, and the nodes that move are others. Energies are integrated along, by the same method.
 */
export class FlowFollower {
  /** Where the last step began, and where it ended. */
  before: FlowPoint;
  after: FlowPoint;
  steps = 0;
  rejected = 0;
  /** How often the pattern of conducting diodes changed. */
  turns = 0;
  private readonly held: Uint8Array;
  private moving: MovingNodes;
  private readonly coupled_A: Float64Array;
  private stageRates: Float64Array[] = [];
  private stageValues: Float64Array = new Float64Array(0);
  private predicted: Float64Array = new Float64Array(0);
  private diagonal: Float64Array = new Float64Array(0);
  private right: Float64Array = new Float64Array(0);
  private readonly stagePowers: Float64Array[];
  private readonly full: Float64Array;
  private step_s: number;
  private readonly shortest_s: number;
  private readonly stageTolerance_V: number;

  /** @param start_V voltages at time 0, within what the diodes allow */
  constructor(
    readonly flow: Flow,
    start_V: Float64Array,
    private readonly options: FollowOptions,
  ) {
    const n = start_V.length;
    this.before = pointOf(n);
    this.after = pointOf(n);
    this.held = new Uint8Array(n);
    this.coupled_A = new Float64Array(n);
    this.full = new Float64Array(n);
    this.stagePowers = esdirk3.a.map(() => new Float64Array(powerNames.length));
    const least_V = options.scales_V.reduce(
      (least, scale) => Math.min(least, scale),
      Number.POSITIVE_INFINITY,
    );
    this.stageTolerance_V = STAGE_SHARE * options.tolerance * least_V;
    this.after.voltages.set(start_V);
    this.moving = this.turn();
    let fastest_s = Number.POSITIVE_INFINITY;
    for (let k = 0; k < n; k++) {
      const own_s = flow.capacitances_F[k] / flow.conductances_S[k];
      if (own_s > 0) fastest_s = Math.min(fastest_s, own_s);
    }
    this.shortest_s = SHORTEST_SHARE * (Number.isFinite(fastest_s) ? fastest_s : 1);
    this.step_s = 1e6 * this.shortest_s * this.options.tolerance ** (1 / 3);
  }

  /**
   * One step, to no later than `until_s`.
   * @returns false where the equations have no stable answer
   */
  advance(until_s: number): boolean {
    const from = this.after;
    this.after = this.before;
    this.before = from;
    const left_s = until_s - from.time_s;
    let step_s = Math.min(this.step_s, left_s);
    while (true) {
      if (!this.attempt(step_s)) return false;
      const error = this.error(step_s);
      const factor = Math.min(5, Math.max(0.1, 0.9 * error ** (-1 / esdirk3.errorOrder)));
      if (error > 1 && step_s > this.shortest_s) {
        this.rejected++;
        step_s = Math.max(this.shortest_s, step_s * factor);
        continue;
      }
      this.end(step_s);
      const share = this.firstTurn(step_s);
      if (share < 1 && step_s * share > this.shortest_s) {
        this.step_s = step_s * factor;
        step_s *= share;
        if (!this.attempt(step_s)) return false;
        this.end(step_s);
      } else {
        // A step that was cut to end at a moment says nothing against a longer one.
        this.step_s = Math.max(step_s * factor, factor >= 1 ? this.step_s : 0);
      }
      break;
    }
    this.steps++;
    if (this.turnsAt(this.after.voltages)) this.moving = this.turn();
    else this.after.leaving.set(this.after.arriving);
    return true;
  }

  /** Stages of a step on the nodes that move. */
  private attempt(step_s: number): boolean {
    const { flow, moving, before, stageRates, predicted, diagonal, right } = this;
    const { places, count } = moving;
    const scaled = step_s * esdirk3.diagonal;
    for (let k = 0; k < count; k++) {
      const node = places[k];
      diagonal[k] = flow.conductances_S[node] + flow.capacitances_F[node] / scaled;
      stageRates[0][k] = before.leaving[node];
    }
    this.stagePowers[0].set(before.powers_W);
    const x = this.stageValues;
    for (let i = 1; i < esdirk3.a.length; i++) {
      const row = esdirk3.a[i];
      for (let k = 0; k < count; k++) {
        const node = places[k];
        let sum = 0;
        for (let j = 0; j < i; j++) sum += row[j] * stageRates[j][k];
        predicted[k] = before.voltages[node] + step_s * sum;
        right[k] = flow.currents_A[node] + (flow.capacitances_F[node] / scaled) * predicted[k];
        // The rate that a stage begins with is guessed from the one before.
        x[k] = predicted[k] + scaled * stageRates[i - 1][k];
      }
      if (!moving.solve(diagonal, right, x, this.stageTolerance_V)) return false;
      for (let k = 0; k < count; k++) stageRates[i][k] = (x[k] - predicted[k]) / scaled;
      this.powersOf(x, stageRates[i], this.stagePowers[i]);
    }
    return true;
  }

  /** Powers at a stage. A moving node's Kirchhoff law tells W·v without a product: W·v = C·rate − I + D·v. */
  private powersOf(x: Float64Array, rates: Float64Array, out: Float64Array): void {
    const { flow, moving, full, coupled_A } = this;
    full.fill(0);
    for (let k = 0; k < x.length; k++) {
      const node = moving.places[k];
      full[node] = x[k];
      coupled_A[node] =
        flow.capacitances_F[node] * rates[k] - flow.currents_A[node] + flow.conductances_S[node] * x[k];
    }
    powersAt(flow, full, coupled_A, out);
  }

  /** Largest estimated error of the step, over what is allowed. */
  private error(step_s: number): number {
    const { moving, stageRates, options } = this;
    let worst = 0;
    for (let k = 0; k < moving.count; k++) {
      let sum = 0;
      for (let i = 0; i < stageRates.length; i++) sum += esdirk3.error[i] * stageRates[i][k];
      worst = Math.max(worst, Math.abs(step_s * sum) / options.scales_V[moving.places[k]]);
    }
    return worst / options.tolerance;
  }

  /** Writes the step's end. */
  private end(step_s: number): void {
    const { before, after, moving, stageRates, stagePowers } = this;
    const last = stageRates.length - 1;
    after.time_s = before.time_s + step_s;
    after.voltages.fill(0);
    after.arriving.fill(0);
    for (let k = 0; k < moving.count; k++) {
      const node = moving.places[k];
      after.voltages[node] = this.stageValues[k];
      after.arriving[node] = stageRates[last][k];
    }
    const weights = esdirk3.a[last];
    for (let p = 0; p < powerNames.length; p++) {
      let sum = 0;
      for (let i = 0; i <= last; i++) sum += weights[i] * stagePowers[i][p];
      after.energies_J[p] = before.energies_J[p] + step_s * sum;
      after.powers_W[p] = stagePowers[last][p];
    }
  }

  /** The share of the step after which the first diode turns; 1: none before its end. */
  private firstTurn(step_s: number): number {
    const { flow, before, after, held, coupled_A } = this;
    let first = 1;
    for (let k = 0; k < held.length; k++) {
      const side = flow.sides[k];
      if (side === 0 || held[k] === 1 || !(side * after.voltages[k] < -this.atZero_V(k))) continue;
      if (side * hermite(before, after, k, first * step_s, step_s) < 0)
        first = Math.min(first, this.crossing(k, first, step_s));
    }
    // What pushes held nodes against their diodes changes but little in a step: on a straight line.
    coupled(flow, before.voltages, coupled_A);
    const { full } = this;
    coupled(flow, after.voltages, full);
    for (let k = 0; k < held.length; k++) {
      if (held[k] === 0) continue;
      const side = flow.sides[k];
      const end_A = side * (flow.currents_A[k] + full[k]);
      if (!(end_A > this.letsGo_A(k))) continue;
      const start_A = side * (flow.currents_A[k] + coupled_A[k]);
      first = Math.min(first, start_A >= 0 ? 0 : start_A / (start_A - end_A));
    }
    return first;
  }

  /** Where the cubic of node k passes 0 V, as a share of the step. */
  private crossing(k: number, until: number, step_s: number): number {
    const side = this.flow.sides[k];
    let [low, high] = [0, until];
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2;
      if (side * hermite(this.before, this.after, k, middle * step_s, step_s) >= 0) low = middle;
      else high = middle;
    }
    return high;
  }

  private atZero_V(k: number): number {
    return AT_ZERO * this.options.scales_V[k];
  }

  private letsGo_A(k: number): number {
    return LETS_GO * this.flow.conductances_S[k] * this.options.scales_V[k];
  }

  /** Whether a node has met 0 V or is let go of. */
  private turnsAt(v: Float64Array): boolean {
    const { flow, held, coupled_A } = this;
    let released = false;
    for (let k = 0; k < held.length; k++) {
      const side = flow.sides[k];
      if (side !== 0 && held[k] === 0 && side * v[k] <= this.atZero_V(k)) return true;
    }
    coupled(flow, v, coupled_A);
    for (let k = 0; k < held.length && !released; k++) {
      released = held[k] === 1 && flow.sides[k] * (flow.currents_A[k] + coupled_A[k]) > this.letsGo_A(k);
    }
    return released;
  }

  /** Which nodes move from now on, and at what rates: a diode holds a node at 0 V as long as it is pushed against it. */
  private turn(): MovingNodes {
    const { flow, held, coupled_A, after } = this;
    const v = after.voltages;
    for (let k = 0; k < v.length; k++) {
      const side = flow.sides[k];
      if (side !== 0 && side * v[k] <= this.atZero_V(k)) v[k] = 0;
    }
    coupled(flow, v, coupled_A);
    this.turns++;
    for (let k = 0; k < v.length; k++) {
      const side = flow.sides[k];
      const net_A = flow.currents_A[k] + coupled_A[k] - flow.conductances_S[k] * v[k];
      const was = held[k];
      held[k] = side !== 0 && v[k] === 0 && side * net_A <= (was === 1 ? this.letsGo_A(k) : 0) ? 1 : 0;
      after.leaving[k] = held[k] === 1 ? 0 : net_A / flow.capacitances_F[k];
    }
    powersAt(flow, v, coupled_A, after.powers_W);
    const moving = new MovingNodes(flow, held);
    const { count } = moving;
    this.stageRates = esdirk3.a.map(() => new Float64Array(count));
    this.stageValues = new Float64Array(count);
    this.predicted = new Float64Array(count);
    this.diagonal = new Float64Array(count);
    this.right = new Float64Array(count);
    return moving;
  }
}

function pointOf(n: number): FlowPoint {
  return {
    time_s: 0,
    voltages: new Float64Array(n),
    arriving: new Float64Array(n),
    leaving: new Float64Array(n),
    energies_J: new Float64Array(powerNames.length),
    powers_W: new Float64Array(powerNames.length),
  };
}

/** Voltage of node k at a time since the start of a step, by the cubic through both its ends. */
export function hermite(
  before: FlowPoint,
  after: FlowPoint,
  k: number,
  since_s: number,
  step_s: number,
): number {
  return cubic(
    before.voltages[k],
    before.leaving[k] * step_s,
    after.voltages[k],
    after.arriving[k] * step_s,
    since_s / step_s,
  );
}

/** The cubic on [0, 1] with these values and slopes at its ends. */
export function cubic(from: number, slopeFrom: number, to: number, slopeTo: number, at: number): number {
  const left = 1 - at;
  return (
    left * left * ((1 + 2 * at) * from + at * slopeFrom) + at * at * ((1 + 2 * left) * to - left * slopeTo)
  );
}
