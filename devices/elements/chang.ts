import { apply, minus, over, plus, times, variable } from '../../core/expression/index.js';
import { clipped } from './bent-functions.js';
import type { ElementEquations, ElementModel, ElementPoint, StateVariable } from './element-model.js';
import {
  type Bounds,
  checkedValues,
  type ElementParameter,
  notNegative,
  parameterList,
  positive,
  share,
} from './element-parameters.js';
import { equationPartials } from './equation-partials.js';
import { requireBetween, requireNotNegative, requirePositive } from './parameter-checks.js';

/**
 * Parameters of `Chang`, named as in Chang et al., Appl. Phys. A 102:857 (2011): `lambda` in 1/s, the state between 0 and 1.
 */
export interface ChangParameters {
  /** Schottky current of the OFF path, α(1 − e^(−βV)). A, 1/V */
  readonly alpha_A: number;
  readonly beta_per_V: number;
  /** Tunnelling current of the ON path, γ·sinh(δV). A, 1/V */
  readonly gamma_A: number;
  readonly delta_per_V: number;
  readonly lambda: number;
  readonly eta1: number;
  readonly eta2_per_V: number;
  /** Time in which the state decays by itself, s; Infinity: it does not. */
  readonly tau_s: number;
  readonly initial: number;
}

/** What `Chang` is made with where nothing is said: a WOx film that forgets within 10 s. */
export const defaultChang: ChangParameters = {
  alpha_A: 0.5e-6,
  beta_per_V: 0.5,
  gamma_A: 4e-6,
  delta_per_V: 2,
  lambda: 4.5,
  eta1: 0.004,
  eta2_per_V: 4,
  tau_s: 10,
  initial: 0,
};

const bounds: Readonly<Record<keyof ChangParameters, Bounds>> = {
  alpha_A: notNegative('A'),
  beta_per_V: positive('1/V'),
  gamma_A: notNegative('A'),
  delta_per_V: positive('1/V'),
  lambda: positive('1/s'),
  eta1: notNegative('1'),
  eta2_per_V: positive('1/V'),
  tau_s: ['s', Number.MIN_VALUE, Number.POSITIVE_INFINITY],
  initial: share,
};

/** v between ±60/β and ±60/δ, beyond which both exponentials go on as straight lines. */
const inside = ['beta_per_V', 'delta_per_V'].reduce(
  (v, slope) => apply('max', over(-60, slope), apply('min', over(60, slope), v)),
  variable('v'),
);
const off = times(apply('negate', 'alpha_A'), apply('expm1', times(apply('negate', 'beta_per_V'), inside)));
const on = times('gamma_A', apply('sinh', times('delta_per_V', inside)));
const slope = plus(
  times(minus(1, 'x'), 'alpha_A', 'beta_per_V', apply('exp', times(apply('negate', 'beta_per_V'), inside))),
  times('x', 'gamma_A', 'delta_per_V', apply('cosh', times('delta_per_V', inside))),
);
const equations: ElementEquations = {
  current: plus(times(minus(1, 'x'), off), times('x', on), times(slope, minus('v', inside))),
  rate: times(
    'lambda',
    minus(times('eta1', apply('sinh', clipped(times('eta2_per_V', 'v'), 60))), over('x', 'tau_s')),
  ),
};

/**
 * Volatile WOx memristor, Chang et al., Appl. Phys. A 102:857 (2011):
 *   I = (1 − x)·α(1 − e^(−βV)) + x·γ·sinh(δV),   dx/dt = λ[η₁·sinh(η₂V) − x/τ]
 */
export class Chang implements ElementModel {
  readonly name = 'wox-chang';
  readonly source = 'Chang et al., Appl. Phys. A 102:857 (2011)';
  readonly linear = false;
  readonly passive = true;
  readonly monotonic = true;
  readonly validRange_V = [-2, 2] as const;
  readonly state: StateVariable;
  readonly values: ChangParameters;
  readonly parameters: readonly ElementParameter[];
  readonly equations = equations;
  readonly partials = equationPartials(this);

  constructor(parameters: Partial<ChangParameters> = {}) {
    const p = { ...defaultChang, ...parameters };
    requirePositive(this.name, p, ['beta_per_V', 'delta_per_V', 'lambda', 'eta2_per_V']);
    requireNotNegative(this.name, p, ['alpha_A', 'gamma_A', 'eta1']);
    requireBetween(this.name, 'tau_s', p.tau_s, Number.MIN_VALUE, Number.POSITIVE_INFINITY);
    requireBetween(this.name, 'initial', p.initial, 0, 1);
    this.values = p;
    this.parameters = parameterList(p, bounds);
    this.state = { name: 'x', unit: '1', low: 0, high: 1, initial: p.initial };
  }

  with(values: Readonly<Record<string, number>>): Chang {
    return new Chang({ ...this.values, ...checkedValues(this, values) });
  }

  evaluate(voltage_V: number, x: number, point: ElementPoint): void {
    const { alpha_A, beta_per_V, gamma_A, delta_per_V } = this.values;
    const bounded = Math.max(-60 / beta_per_V, Math.min(60 / beta_per_V, voltage_V));
    const v = Math.max(-60 / delta_per_V, Math.min(60 / delta_per_V, bounded));
    const off = -alpha_A * Math.expm1(-beta_per_V * v);
    const on = gamma_A * Math.sinh(delta_per_V * v);
    const slope =
      (1 - x) * alpha_A * beta_per_V * Math.exp(-beta_per_V * v) +
      x * gamma_A * delta_per_V * Math.cosh(delta_per_V * v);
    // beyond the exponentials' reach a straight line goes on
    point.current_A = (1 - x) * off + x * on + slope * (voltage_V - v);
    point.conductance_S = slope;
    point.stateSlope_A = on - off;
  }

  rate(voltage_V: number, _current_A: number, x: number): number {
    const { lambda, eta1, eta2_per_V, tau_s } = this.values;
    return lambda * (eta1 * Math.sinh(Math.max(-60, Math.min(60, eta2_per_V * voltage_V))) - x / tau_s);
  }
}
