import {
  apply,
  type Expression,
  minus,
  type Operand,
  over,
  plus,
  times,
  variable,
  when,
} from '../../core/expression/index.js';
import { BentSinh, clipped } from './bent-functions.js';
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
import {
  requireBetween,
  requireNotNegative,
  requirePositive,
  requireResistances,
} from './parameter-checks.js';

/** Parameters of `NormalizedVteam`. `initial` is w at the start, 0 OFF … 1 ON; the exponents α are those of the overdrive. */
export interface NormalizedVteamParameters {
  readonly r_on_ohm: number;
  readonly r_off_ohm: number;
  /** Curvature of the current, I = G·sinh(bV)/b; 0 is ohmic. 1/V */
  readonly b_per_V: number;
  /** Speeds, 1/s. */
  readonly k_set: number;
  readonly k_reset: number;
  /** Thresholds, both positive: SET above +v_set, RESET below −v_reset. V */
  readonly v_set_V: number;
  readonly v_reset_V: number;
  readonly alpha_set: number;
  readonly alpha_reset: number;
  /** Exponent p of the windows 1 − w^2p and 1 − (1 − w)^2p. */
  readonly p: number;
  readonly initial: number;
}

/** Made up to show the model, of no device: R 1 … 100 kΩ, thresholds 0.5 and 0.4 V. */
export const defaultNormalizedVteam: NormalizedVteamParameters = {
  r_on_ohm: 1e3,
  r_off_ohm: 100e3,
  b_per_V: 2,
  k_set: 100,
  k_reset: 100,
  v_set_V: 0.5,
  v_reset_V: 0.4,
  alpha_set: 2,
  alpha_reset: 2,
  p: 2,
  initial: 0.1,
};

const bounds: Readonly<Record<keyof NormalizedVteamParameters, Bounds>> = {
  r_on_ohm: positive('ohm'),
  r_off_ohm: positive('ohm'),
  b_per_V: notNegative('1/V'),
  k_set: notNegative('1/s'),
  k_reset: notNegative('1/s'),
  v_set_V: positive('V'),
  v_reset_V: positive('V'),
  alpha_set: notNegative('1'),
  alpha_reset: notNegative('1'),
  p: positive('1'),
  initial: share,
};

const conductance = plus(over('x', 'r_on_ohm'), over(minus(1, 'x'), 'r_off_ohm'));
/** Beyond b·V of this the exponential goes on as a straight line: no overflow. */
const BEND = 40;

const u = clipped(times('b_per_V', 'v'), BEND);
const bent = plus(over(apply('sinh', u), 'b_per_V'), times(minus('v', over(u, 'b_per_V')), apply('cosh', u)));
const speed = (side: 'set' | 'reset', over_V: Expression) =>
  times(`k_${side}`, apply('powReal', minus(over(over_V, `v_${side}_V`), 1), `alpha_${side}`));
const window = (w: Operand) => minus(1, apply('powReal', w, times(2, 'p')));
const rate = when(
  apply('greater', 'v', 'v_set_V'),
  times(speed('set', variable('v')), window('x')),
  when(
    apply('less', 'v', apply('negate', 'v_reset_V')),
    times(apply('negate', speed('reset', apply('negate', 'v'))), window(minus(1, 'x'))),
    0,
  ),
);

/**
 * VTEAM (Kvatinsky et al., IEEE Trans. Circuits Syst. II 62:786 (2015)) in a form made for fitting: w ∈ [0, 1] with 1 ON,
 * conductances in parallel and a sinh current, which measured loops need where a linear resistance does not follow them:
 *   G = w/R_on + (1 − w)/R_off,   I = G·sinh(bV)/b
 *   dw/dt = k_set (V/V_set − 1)^α (1 − w^2p)            V > V_set
 *         = −k_reset (−V/V_reset − 1)^α (1 − (1 − w)^2p)   V < −V_reset
 */
export class NormalizedVteam implements ElementModel {
  readonly name = 'vteam-normalized';
  readonly source = 'Kvatinsky et al., IEEE Trans. Circuits Syst. II 62:786 (2015), eq. 1–4, normalised';
  readonly linear: boolean;
  readonly passive = true;
  readonly monotonic = true;
  readonly validRange_V: readonly [number, number];
  readonly state: StateVariable;
  readonly values: NormalizedVteamParameters;
  readonly parameters: readonly ElementParameter[];
  readonly equations: ElementEquations;
  private readonly sinh = new BentSinh(BEND);
  private base = 1;
  private exponent = 1;
  private power = 1;

  constructor(parameters: Partial<NormalizedVteamParameters> = {}) {
    const p = { ...defaultNormalizedVteam, ...parameters };
    requireResistances(this.name, p.r_on_ohm, p.r_off_ohm);
    requireNotNegative(this.name, p, ['b_per_V', 'k_set', 'k_reset', 'alpha_set', 'alpha_reset']);
    requirePositive(this.name, p, ['v_set_V', 'v_reset_V', 'p']);
    requireBetween(this.name, 'initial', p.initial, 0, 1);
    this.values = p;
    this.linear = p.b_per_V === 0;
    const reach = p.b_per_V === 0 ? Number.POSITIVE_INFINITY : BEND / p.b_per_V;
    this.validRange_V = [-reach, reach];
    this.parameters = parameterList(p, bounds);
    // at b = 0 the current is ohmic, and flat in b
    this.equations = { current: times(conductance, this.linear ? 'v' : bent), rate };
    this.state = { name: 'w', unit: '1', low: 0, high: 1, initial: p.initial };
  }

  with(values: Readonly<Record<string, number>>): NormalizedVteam {
    return new NormalizedVteam({ ...this.values, ...checkedValues(this, values) });
  }

  evaluate(voltage_V: number, w: number, point: ElementPoint): void {
    const { r_on_ohm, r_off_ohm, b_per_V: b } = this.values;
    const conductance = w / r_on_ohm + (1 - w) / r_off_ohm;
    const { sinh } = this;
    sinh.at(b * voltage_V);
    const bent = b === 0 ? voltage_V : sinh.value / b;
    point.current_A = conductance * bent;
    point.conductance_S = conductance * sinh.slope;
    point.stateSlope_A = (1 / r_on_ohm - 1 / r_off_ohm) * bent;
  }

  rate(voltage_V: number, _current_A: number, w: number): number {
    const p = this.values;
    if (voltage_V > p.v_set_V) {
      return p.k_set * (voltage_V / p.v_set_V - 1) ** p.alpha_set * (1 - w ** (2 * p.p));
    }
    if (voltage_V < -p.v_reset_V) {
      return -p.k_reset * (-voltage_V / p.v_reset_V - 1) ** p.alpha_reset * (1 - (1 - w) ** (2 * p.p));
    }
    return 0;
  }

  rateSlopes(voltage_V: number, w: number, _point: ElementPoint, out: ElementRate): void {
    const p = this.values;
    const [setting, resetting] = [voltage_V > p.v_set_V, voltage_V < -p.v_reset_V];
    out.rate = out.voltageSlope = out.stateSlope = 0;
    if (!setting && !resetting) return;
    const [k, v, alpha, left] = setting
      ? [p.k_set, p.v_set_V, p.alpha_set, w]
      : [-p.k_reset, -p.v_reset_V, p.alpha_reset, 1 - w];
    const beyond = voltage_V / v - 1;
    const speed = k * this.powered(beyond, alpha);
    const near = left ** (2 * p.p - 1);
    const window = left > 0 ? 1 - near * left : 1;
    const slope = (speed * alpha * window) / (beyond * v);
    const byState = -Math.abs(speed) * 2 * p.p * near;
    out.rate = speed * window;
    out.voltageSlope = Number.isFinite(slope) ? slope : 0;
    out.stateSlope = Number.isFinite(byState) ? byState : 0;
  }

  /** In the order of `parameters`, by hand: fits and transients ask for them at every step. */
  partials(voltage_V: number, _current_A: number, w: number, { current, rate }: ElementPartials): void {
    const p = this.values;
    const { r_on_ohm, r_off_ohm, b_per_V: b } = p;
    current.fill(0);
    rate.fill(0);
    const { sinh } = this;
    const u = Math.max(-BEND, Math.min(BEND, b * voltage_V));
    sinh.at(b * voltage_V);
    const bent = b === 0 ? voltage_V : sinh.value / b;
    current[0] = (-w * bent) / (r_on_ohm * r_on_ohm);
    current[1] = (-(1 - w) * bent) / (r_off_ohm * r_off_ohm);
    // u·cosh u − sinh u, by its series where that is a difference of equals
    const rise = Math.abs(u) < 1e-3 ? (u ** 3 / 3) * (1 + (u * u) / 10) : u * sinh.slope - Math.sinh(u);
    current[2] = b === 0 ? 0 : ((w / r_on_ohm + (1 - w) / r_off_ohm) * rise) / (b * b);
    const [setting, resetting] = [voltage_V > p.v_set_V, voltage_V < -p.v_reset_V];
    if (!setting && !resetting) return;
    const [sign, k, v, alpha, left] = setting
      ? [1, p.k_set, p.v_set_V, p.alpha_set, w]
      : [-1, p.k_reset, p.v_reset_V, p.alpha_reset, 1 - w];
    const at = setting ? 0 : 1;
    const beyond = (sign * voltage_V) / v - 1;
    const power = sign * this.powered(beyond, alpha);
    const share = left ** (2 * p.p);
    rate[3 + at] = power * (1 - share);
    const byThreshold = (-k * power * alpha * (1 - share) * (beyond + 1)) / (beyond * v);
    rate[5 + at] = Number.isFinite(byThreshold) ? byThreshold : 0;
    rate[7 + at] = k * power * (1 - share) * Math.log(beyond);
    rate[9] = left > 0 ? -k * power * share * 2 * Math.log(left) : 0;
  }

  /** baseᵅ, remembered: iterations for the state ask for it again and again at one voltage. */
  private powered(base: number, exponent: number): number {
    if (base !== this.base || exponent !== this.exponent) {
      this.base = base;
      this.exponent = exponent;
      this.power = base ** exponent;
    }
    return this.power;
  }
}
