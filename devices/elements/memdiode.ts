import { apply, minus, over, plus, times } from '../../core/expression/index.js';
import type {
  ElementEquations,
  ElementModel,
  ElementPoint,
  ElementRate,
  StateVariable,
} from './element-model.js';
import {
  type Bounds,
  checkedValues,
  type ElementParameter,
  type ElementPartials,
  notNegative,
  parameterList,
  positive,
  share,
} from './element-parameters.js';
import { requireBetween, requireNotNegative, requirePositive } from './parameter-checks.js';

/**
 * Parameters of `Memdiode`: current scale, steepness and series resistance with all of the filament there (`on`) and none (`off`), straight
 * lines in λ between; `beta` is the share of the steepness above 0 V. `initial` is λ at the start, 0 OFF … 1 ON.
 */
export interface MemdiodeParameters {
  readonly i_on_A: number;
  readonly i_off_A: number;
  readonly alpha_on_per_V: number;
  readonly alpha_off_per_V: number;
  readonly r_on_ohm: number;
  readonly r_off_ohm: number;
  readonly beta: number;
  /** Time constants at 0 V, s, and the voltages in which they change by e, V: SET above 0, RESET below. */
  readonly t_set_s: number;
  readonly v_set_V: number;
  readonly t_reset_s: number;
  readonly v_reset_V: number;
  readonly initial: number;
}

/** Made up to show the model, of no device: it sets at about 1 V and resets at −1 V in a second. */
export const defaultMemdiode: MemdiodeParameters = {
  i_on_A: 1e-4,
  i_off_A: 1e-6,
  alpha_on_per_V: 2,
  alpha_off_per_V: 2,
  r_on_ohm: 500,
  r_off_ohm: 500,
  beta: 0.5,
  t_set_s: 1e4,
  v_set_V: 0.08,
  t_reset_s: 1e4,
  v_reset_V: 0.1,
  initial: 0,
};

const bounds: Readonly<Record<keyof MemdiodeParameters, Bounds>> = {
  i_on_A: positive('A'),
  i_off_A: positive('A'),
  alpha_on_per_V: positive('1/V'),
  alpha_off_per_V: positive('1/V'),
  r_on_ohm: notNegative('ohm'),
  r_off_ohm: notNegative('ohm'),
  beta: share,
  t_set_s: positive('s'),
  v_set_V: positive('V'),
  t_reset_s: positive('s'),
  v_reset_V: positive('V'),
  initial: share,
};

/** Exponents beyond this go on as straight lines. */
const BEND = 60;

const between = (on: string, off: string) => plus(off, times('x', minus(on, off)));
const alpha = between('alpha_on_per_V', 'alpha_off_per_V');
const bounded = (u: ReturnType<typeof times>) => apply('exp', apply('min', BEND, u));
const equations: ElementEquations = {
  current: times(
    between('i_on_A', 'i_off_A'),
    minus(bounded(times('beta', alpha, 'v')), bounded(times(apply('negate', minus(1, 'beta')), alpha, 'v'))),
  ),
  series: between('r_on_ohm', 'r_off_ohm'),
  rate: minus(
    over(times(minus(1, 'x'), bounded(over('v', 'v_set_V'))), 't_set_s'),
    over(times('x', bounded(apply('negate', over('v', 'v_reset_V')))), 't_reset_s'),
  ),
};

const STEPS = 60;
/** A step of so many volts times the steepness changes the current by less than rounding beyond its slope. */
const LAST = 1e-8;

/**
 * Dynamic memdiode, Aguirre et al., Micromachines 13:330 (2022), with a series resistance that follows the state:
 *   dλ/dt = (1 − λ)/τ_S − λ/τ_R,   τ_S = T_S e^(−V/V_S),   τ_R = T_R e^(V/V_R)
 *   I = I₀(λ)[e^(βα V_D) − e^(−(1−β)α V_D)],   V = V_D + R(λ)·I,   I₀, α, R linear in λ
 */
export class Memdiode implements ElementModel {
  readonly name = 'memdiode';
  readonly source = 'Aguirre et al., Micromachines 13:330 (2022)';
  readonly linear = false;
  readonly passive = true;
  readonly monotonic = true;
  readonly validRange_V = [-10, 10] as const;
  readonly state: StateVariable;
  readonly values: MemdiodeParameters;
  readonly parameters: readonly ElementParameter[];
  readonly equations = equations;

  constructor(parameters: Partial<MemdiodeParameters> = {}) {
    const p = { ...defaultMemdiode, ...parameters };
    requirePositive(this.name, p, [
      'i_on_A',
      'i_off_A',
      'alpha_on_per_V',
      'alpha_off_per_V',
      't_set_s',
      'v_set_V',
      't_reset_s',
      'v_reset_V',
    ]);
    requireNotNegative(this.name, p, ['r_on_ohm', 'r_off_ohm']);
    requireBetween(this.name, 'beta', p.beta, 0, 1);
    requireBetween(this.name, 'initial', p.initial, 0, 1);
    this.values = p;
    this.parameters = parameterList(p, bounds);
    this.state = { name: 'λ', unit: '1', low: 0, high: 1, initial: p.initial };
  }

  with(values: Readonly<Record<string, number>>): Memdiode {
    return new Memdiode({ ...this.values, ...checkedValues(this, values) });
  }

  evaluate(voltage_V: number, x: number, point: ElementPoint): void {
    const p = this.values;
    const { current, slope, behind_V, i0, alpha, series } = this.inside(voltage_V, x);
    const shrink = 1 / (1 + series * slope);
    point.current_A = current;
    point.conductance_S = slope * shrink;
    const byState =
      (current / i0) * (p.i_on_A - p.i_off_A) +
      (slope / alpha) * behind_V * (p.alpha_on_per_V - p.alpha_off_per_V) -
      slope * (p.r_on_ohm - p.r_off_ohm) * current;
    point.stateSlope_A = byState * shrink;
  }

  rate(voltage_V: number, _current_A: number, x: number): number {
    const { set, reset } = this.speeds(voltage_V);
    return (1 - x) * set - x * reset;
  }

  rateSlopes(voltage_V: number, x: number, _point: ElementPoint, out: ElementRate): void {
    const p = this.values;
    const { set, reset } = this.speeds(voltage_V);
    out.rate = (1 - x) * set - x * reset;
    const rising = voltage_V / p.v_set_V < BEND ? set / p.v_set_V : 0;
    const falling = -voltage_V / p.v_reset_V < BEND ? reset / p.v_reset_V : 0;
    out.voltageSlope = (1 - x) * rising + x * falling;
    out.stateSlope = -(set + reset);
  }

  /** In the order of `parameters`, by hand: the voltage behind the resistance follows every one of them. */
  partials(voltage_V: number, _current_A: number, x: number, { current, rate }: ElementPartials): void {
    const p = this.values;
    const { current: i, slope, behind_V: v, i0, alpha, series } = this.inside(voltage_V, x);
    const shrink = 1 / (1 + series * slope);
    current.fill(0);
    rate.fill(0);
    const [on, off] = [x * shrink, (1 - x) * shrink];
    current[0] = (on * i) / i0;
    current[1] = (off * i) / i0;
    current[2] = (on * slope * v) / alpha;
    current[3] = (off * slope * v) / alpha;
    current[4] = -on * slope * i;
    current[5] = -off * slope * i;
    const [a, b] = [p.beta * alpha * v, -(1 - p.beta) * alpha * v];
    current[6] = i0 * alpha * v * ((a < BEND ? Math.exp(a) : 0) - (b < BEND ? Math.exp(b) : 0)) * shrink;
    const { set, reset } = this.speeds(voltage_V);
    rate[7] = (-(1 - x) * set) / p.t_set_s;
    if (voltage_V / p.v_set_V < BEND) rate[8] = (-(1 - x) * set * voltage_V) / p.v_set_V ** 2;
    rate[9] = (x * reset) / p.t_reset_s;
    if (-voltage_V / p.v_reset_V < BEND) rate[10] = (-x * reset * voltage_V) / p.v_reset_V ** 2;
  }

  /** 1/τ_S and 1/τ_R. */
  private speeds(voltage_V: number): { set: number; reset: number } {
    const p = this.values;
    return {
      set: Math.exp(Math.min(BEND, voltage_V / p.v_set_V)) / p.t_set_s,
      reset: Math.exp(Math.min(BEND, -voltage_V / p.v_reset_V)) / p.t_reset_s,
    };
  }

  /**
   * The diode behind its resistance: V_D + R·I = V between 0 and V, by Halley's method in a bracket. The last step, too short for the
   * curvature to matter, is counted in the current and its slope and not evaluated again.
   */
  private inside(voltage_V: number, x: number) {
    const p = this.values;
    const i0 = p.i_off_A + x * (p.i_on_A - p.i_off_A);
    const alpha = p.alpha_off_per_V + x * (p.alpha_on_per_V - p.alpha_off_per_V);
    const series = p.r_off_ohm + x * (p.r_on_ohm - p.r_off_ohm);
    const [up, down] = [p.beta * alpha, (1 - p.beta) * alpha];
    const steep = voltage_V >= 0 ? up : down;
    const most = Math.abs(voltage_V);
    const reach =
      series * i0 > 0 && steep > 0 ? Math.min(most, Math.log1p(most / (series * i0)) / steep) : most;
    let v = Math.sign(voltage_V) * reach;
    // a state a rounding beyond its range may make the resistance negative: the root is then beyond V
    let [low, high] =
      series > 0
        ? [Math.min(0, voltage_V), Math.max(0, voltage_V)]
        : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    let [current, slope] = [0, 0];
    for (let n = 0; n < STEPS; n++) {
      const [a, b] = [up * v, -down * v];
      const rise = Math.exp(Math.min(BEND, a));
      const fall = up === down && Math.abs(a) < BEND ? 1 / rise : Math.exp(Math.min(BEND, b));
      current = i0 * (rise - fall);
      const [bent, other] = [a < BEND ? up * rise : 0, b < BEND ? down * fall : 0];
      slope = i0 * (bent + other);
      if (series === 0) break;
      const curvature = i0 * (up * bent - down * other);
      const excess = v + series * current - voltage_V;
      if (Math.abs(excess) <= 4e-16 * most) break;
      const steepness = 1 + series * slope;
      const newton = -excess / steepness;
      const last = Math.abs(newton) * Math.max(up, down) < LAST;
      if (last) {
        current += slope * newton;
        slope += curvature * newton;
        v += newton;
        break;
      }
      if (excess > 0) high = v;
      else low = v;
      const halley = 1 + (0.5 * newton * series * curvature) / steepness;
      const next = v + newton / (halley > 0.5 ? halley : 1);
      v = next > low && next < high ? next : 0.5 * (low + high);
    }
    return { current, slope, behind_V: v, i0, alpha, series };
  }
}
