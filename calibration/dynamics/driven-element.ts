import { type Expression, variablesOf } from '../../core/expression/index.js';
import {
  type ElementModel,
  type ElementPartials,
  elementPartials,
  elementPoint,
  elementRate,
  type RateSlopes,
  rateSlopesOf,
} from '../../devices/elements/index.js';
import { isLimited, limitOf, type MeasuringCircuit } from './measuring-circuit.js';

const STEPS = 100;
/** Of the drive: closer is rounding. */
const CLOSE = 1e-14;

const known = new WeakMap<Expression, boolean>();

/** Whether a rate depends on the current beside voltage and state; where no equation says, it does. */
function rateFollowsCurrent({ equations }: ElementModel): boolean {
  const tree = equations?.rate;
  if (tree === undefined) return true;
  let follows = known.get(tree);
  if (follows === undefined) {
    follows = variablesOf(tree).includes('i');
    known.set(tree, follows);
  }
  return follows;
}

/**
 * An element behind its measuring circuit, at one drive and state: voltage, current and rate, with total slopes by the state and by
 * parameters of the element, the voltage of the element following both.
 */
export class DrivenElement {
  /** Across the element, V. */
  voltage_V = 0;
  /** Through it, A; not beyond the compliance. */
  current_A = 0;
  rate = 0;
  /** d(current)/dx, A, and d(rate)/dx, 1/s, at this drive. */
  currentByState = 0;
  rateByState = 0;
  /** The instrument holds the current. */
  limited = false;
  /** `[followed]`: d(current)/dp and d(rate)/dp at this drive and state, filled by `follow`. */
  readonly currentBy: Float64Array;
  readonly rateBy: Float64Array;
  private readonly point = elementPoint();
  private readonly speed = elementRate();
  private readonly partials: ElementPartials;
  private readonly slopes: RateSlopes;
  private readonly moves: boolean;
  private readonly followsCurrent: boolean;
  /** Nothing stands before the element and its rate does not ask for the current: the rate needs no current then. */
  private readonly bare: boolean;
  private state = 0;

  /** @param followed indices of the parameters that are followed, in the element's own order */
  constructor(
    private readonly model: ElementModel,
    private readonly circuit: MeasuringCircuit,
    private readonly followed: readonly number[],
  ) {
    this.partials = elementPartials(model);
    this.slopes = rateSlopesOf(model);
    this.moves = model.rate !== undefined;
    this.followsCurrent = this.moves && rateFollowsCurrent(model);
    this.bare = this.moves && !this.followsCurrent && circuit.series_ohm === 0 && !isLimited(circuit);
    this.currentBy = new Float64Array(followed.length);
    this.rateBy = new Float64Array(followed.length);
  }

  /** As `at`, but where the current does not matter to the rate it is left open until `read`. */
  move(drive_V: number, state: number): void {
    if (!this.bare) {
      this.at(drive_V, state);
      return;
    }
    const { speed } = this;
    this.state = state;
    this.voltage_V = drive_V;
    this.slopes(drive_V, state, this.point, speed);
    this.rate = speed.rate;
    this.rateByState = speed.stateSlope;
  }

  /** Fills in what `move` has left open. */
  read(): void {
    if (this.bare) this.at(this.voltage_V, this.state);
  }

  at(drive_V: number, state: number): void {
    const { point, circuit, speed } = this;
    const { series_ohm } = circuit;
    this.voltage_V = this.behind(drive_V, state);
    this.state = state;
    const limit_A = limitOf(circuit, point.current_A);
    this.limited = Math.abs(point.current_A) > limit_A;
    if (this.limited) this.holdCurrent(Math.sign(point.current_A) * limit_A, state);
    this.current_A = this.limited ? Math.sign(point.current_A) * limit_A : point.current_A;
    const { conductance_S: g, stateSlope_A: byState } = point;
    const shrink = 1 / (1 + series_ohm * g);
    const voltageByState = this.limited ? -byState / g : -series_ohm * byState * shrink;
    this.currentByState = this.limited ? 0 : byState * shrink;
    if (!this.moves) {
      this.rate = this.rateByState = 0;
      return;
    }
    this.slopes(this.voltage_V, state, point, speed);
    this.rate = speed.rate;
    this.rateByState = speed.stateSlope + speed.voltageSlope * voltageByState;
  }

  /** Fills `currentBy` and `rateBy` at the point of the last `at`. */
  follow(): void {
    const { model, point, partials, followed, circuit, speed } = this;
    const { series_ohm } = circuit;
    const g = point.conductance_S;
    model.partials(this.voltage_V, point.current_A, this.state, partials);
    const shrink = 1 / (1 + series_ohm * g);
    const perAmpere = this.rateByCurrent();
    for (let k = 0; k < followed.length; k++) {
      const own = partials.current[followed[k]];
      const byVoltage = this.limited ? -own / g : -series_ohm * own * shrink;
      this.currentBy[k] = this.limited ? 0 : own * shrink;
      this.rateBy[k] = this.moves
        ? partials.rate[followed[k]] + perAmpere * own + speed.voltageSlope * byVoltage
        : 0;
    }
  }

  /** ∂(dx/dt)/∂i at frozen voltage and state, of the few models whose rate follows the current. */
  private rateByCurrent(): number {
    const { model, point, voltage_V, state } = this;
    const i = point.current_A;
    if (!this.followsCurrent || i === 0) return 0;
    const step = 1e-6 * Math.abs(i);
    return (model.rate!(voltage_V, i + step, state) - model.rate!(voltage_V, i - step, state)) / (2 * step);
  }

  /** The voltage behind the resistance by the slopes of the last point, where they lead to somewhere between 0 and the drive. */
  private foreseen(drive_V: number, state: number): number {
    const { point, circuit, voltage_V } = this;
    const { series_ohm } = circuit;
    const current_A = point.current_A + point.stateSlope_A * (state - this.state);
    const v =
      voltage_V - (voltage_V + series_ohm * current_A - drive_V) / (1 + series_ohm * point.conductance_S);
    return Math.abs(v - 0.5 * drive_V) <= 0.5 * Math.abs(drive_V) ? v : drive_V;
  }

  /** v + R·I(v) = drive, by Newton's method in a bracket that the slope of at least 1 gives. Leaves `point` there. */
  private behind(drive_V: number, state: number): number {
    const { model, point, circuit } = this;
    const { series_ohm } = circuit;
    if (series_ohm === 0) {
      model.evaluate(drive_V, state, point);
      return drive_V;
    }
    const close = CLOSE * (1 + Math.abs(drive_V));
    let v = this.foreseen(drive_V, state);
    if (model.linear) {
      model.evaluate(drive_V, state, point);
      v = drive_V / (1 + series_ohm * point.conductance_S);
      model.evaluate(v, state, point);
      return v;
    }
    let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let n = 0; n < STEPS; n++) {
      model.evaluate(v, state, point);
      const excess = v + series_ohm * point.current_A - drive_V;
      if (!(Math.abs(excess) > close)) return v;
      if (excess > 0) {
        high = v;
        low = Math.max(low, v - excess);
      } else {
        low = v;
        high = Math.min(high, v - excess);
      }
      const newton = v - excess / (1 + series_ohm * point.conductance_S);
      const next = newton > low && newton < high ? newton : 0.5 * (low + high);
      if (next === v || high - low <= close) return v;
      v = next;
    }
    return v;
  }

  /** The voltage at which the element carries the current that the instrument holds. */
  private holdCurrent(current_A: number, state: number): void {
    const { model, point } = this;
    let [inner, outer] = [0, this.voltage_V];
    let v = this.voltage_V;
    for (let n = 0; n < STEPS; n++) {
      const excess = point.current_A - current_A;
      if (Math.abs(excess) <= CLOSE * Math.abs(current_A)) break;
      if (excess > 0 === current_A > 0) outer = v;
      else inner = v;
      const newton = v - excess / point.conductance_S;
      const inside = newton > Math.min(inner, outer) && newton < Math.max(inner, outer);
      const next = inside ? newton : 0.5 * (inner + outer);
      if (next === v) break;
      v = next;
      model.evaluate(v, state, point);
    }
    this.voltage_V = v;
  }
}
