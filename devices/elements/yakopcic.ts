import { apply, minus, type Operand, over, plus, times, when } from '../../core/expression/index.js';
import { BentSinh, bentSinh } from './bent-functions.js';
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
 * Parameters of `Yakopcic`, named as in the papers: `P` above 0 V, `N` below; α and x give the slowing of the state near its
 * ends. `initial` is x at the start, 0 … 1.
 */
export interface YakopcicParameters {
  /** ON current: g·sinh(b·V), for V ≥ 0 (p) and V < 0 (n). A, 1/V */
  readonly gMaxP_A: number;
  readonly bMaxP_per_V: number;
  readonly gMaxN_A: number;
  readonly bMaxN_per_V: number;
  /** OFF current; 0 in the form of 2011. */
  readonly gMinP_A: number;
  readonly bMinP_per_V: number;
  readonly gMinN_A: number;
  readonly bMinN_per_V: number;
  /** Speeds, 1/s. */
  readonly aP: number;
  readonly aN: number;
  /** Thresholds, both positive, V. */
  readonly vP_V: number;
  readonly vN_V: number;
  readonly alphaP: number;
  readonly alphaN: number;
  readonly xP: number;
  readonly xN: number;
  /** +1: positive voltages raise the state; −1: they lower it. */
  readonly eta: 1 | -1;
  readonly initial: number;
}

const bounds: { readonly [K in keyof YakopcicParameters]?: Bounds } = {
  gMaxP_A: notNegative('A'),
  bMaxP_per_V: positive('1/V'),
  gMaxN_A: notNegative('A'),
  bMaxN_per_V: positive('1/V'),
  gMinP_A: notNegative('A'),
  bMinP_per_V: positive('1/V'),
  gMinN_A: notNegative('A'),
  bMinN_per_V: positive('1/V'),
  aP: notNegative('1/s'),
  aN: notNegative('1/s'),
  vP_V: notNegative('V'),
  vN_V: notNegative('V'),
  alphaP: notNegative('1'),
  alphaN: notNegative('1'),
  xP: ['1', 0, 0.999999],
  xN: ['1', 0, 0.999999],
  initial: share,
};

/** Where the straight lines begin. */
const BEND = 60;

function equationsOf(eta: 1 | -1): ElementEquations {
  const path = (side: 'P' | 'N') => (end: 'Max' | 'Min') =>
    times(`g${end}${side}_A`, bentSinh(times(`b${end}${side}_per_V`, 'v'), BEND));
  const current = (side: 'P' | 'N') => {
    const h = path(side);
    return plus(times('x', h('Max')), times(minus(1, 'x'), h('Min')));
  };
  const drive = (a: string, v: Operand, threshold: string) =>
    times(a, minus(apply('exp', v), apply('exp', threshold)));
  const rising = when(
    apply('less', 'x', 'xP'),
    1,
    times(
      apply('exp', times(apply('negate', 'alphaP'), minus('x', 'xP'))),
      plus(over(minus('xP', 'x'), minus(1, 'xP')), 1),
    ),
  );
  const falling = when(
    apply('greater', 'x', minus(1, 'xN')),
    1,
    times(apply('exp', times('alphaN', minus(plus('x', 'xN'), 1))), over('x', minus(1, 'xN'))),
  );
  return {
    current: when(apply('greaterOrEqual', 'v', 0), current('P'), current('N')),
    rate: times(
      eta,
      when(
        apply('greater', 'v', 'vP_V'),
        drive('aP', 'v', 'vP_V'),
        when(
          apply('less', 'v', apply('negate', 'vN_V')),
          apply('negate', drive('aN', apply('negate', 'v'), 'vN_V')),
          0,
        ),
      ),
      when(apply('greaterOrEqual', times(eta, 'v'), 0), rising, falling),
    ),
  };
}

/**
 * Generalised memristive device, Yakopcic et al., IEEE TCAD 32:1201 (2013); with an OFF current of its own:
 *   I = x·h₁(V) + (1 − x)·h₂(V),   h = g·sinh(bV) with its own g, b for each sign
 *   dx/dt = η·g(V)·f(V, x),   g = A_p(e^V − e^Vp) above V_p, −A_n(e^−V − e^Vn) below −V_n, else 0
 *   f = e^(−α_p(x−x_p))·w_p at x ≥ x_p when rising, e^(α_n(x+x_n−1))·w_n at x ≤ 1 − x_n when falling, else 1
 */
export class Yakopcic implements ElementModel {
  readonly linear = false;
  readonly passive = true;
  readonly monotonic = true;
  readonly validRange_V: readonly [number, number];
  readonly state: StateVariable;
  readonly parameters: readonly ElementParameter[];
  readonly equations: ElementEquations;
  private readonly on = new BentSinh(BEND);
  private readonly off = new BentSinh(BEND);

  constructor(
    readonly values: YakopcicParameters,
    readonly name = 'yakopcic',
    readonly source = 'Yakopcic et al., IEEE TCAD 32:1201 (2013)',
    validRange_V: readonly [number, number] = [-5, 5],
  ) {
    const p = values;
    requireNotNegative(name, p, [
      'gMaxP_A',
      'gMaxN_A',
      'gMinP_A',
      'gMinN_A',
      'aP',
      'aN',
      'vP_V',
      'vN_V',
      'alphaP',
      'alphaN',
    ]);
    requirePositive(name, p, ['bMaxP_per_V', 'bMaxN_per_V', 'bMinP_per_V', 'bMinN_per_V']);
    for (const field of ['xP', 'xN'] as const) requireBetween(name, field, p[field], 0, 0.999999);
    requireBetween(name, 'initial', p.initial, 0, 1);
    this.validRange_V = validRange_V;
    this.parameters = parameterList(p, bounds);
    this.equations = equationsOf(p.eta);
    this.state = { name: 'x', unit: '1', low: 0, high: 1, initial: p.initial };
  }

  with(values: Readonly<Record<string, number>>): Yakopcic {
    const own = { ...this.values, ...checkedValues(this, values) };
    return new Yakopcic(own, this.name, this.source, this.validRange_V);
  }

  evaluate(voltage_V: number, x: number, point: ElementPoint): void {
    const p = this.values;
    const [gMax, bMax, gMin, bMin] =
      voltage_V >= 0
        ? [p.gMaxP_A, p.bMaxP_per_V, p.gMinP_A, p.bMinP_per_V]
        : [p.gMaxN_A, p.bMaxN_per_V, p.gMinN_A, p.bMinN_per_V];
    const { on, off } = this;
    on.at(bMax * voltage_V);
    off.at(bMin * voltage_V);
    const [most, least] = [gMax * on.value, gMin * off.value];
    point.current_A = x * most + (1 - x) * least;
    point.conductance_S = x * gMax * bMax * on.slope + (1 - x) * gMin * bMin * off.slope;
    point.stateSlope_A = most - least;
  }

  rate(voltage_V: number, _current_A: number, x: number): number {
    const p = this.values;
    const { drive } = this.speed(voltage_V);
    if (drive === 0) return 0;
    return p.eta * drive * this.motion(p.eta * voltage_V >= 0, x);
  }

  rateSlopes(voltage_V: number, x: number, _point: ElementPoint, out: ElementRate): void {
    const p = this.values;
    const { drive, slope } = this.speed(voltage_V);
    out.rate = out.voltageSlope = out.stateSlope = 0;
    if (drive === 0) return;
    const rising = p.eta * voltage_V >= 0;
    const motion = this.motion(rising, x);
    out.rate = p.eta * drive * motion;
    out.voltageSlope = p.eta * slope * motion;
    if (rising ? x < p.xP : x > 1 - p.xN) return;
    const bent = rising
      ? -p.alphaP * motion - Math.exp(-p.alphaP * (x - p.xP)) / (1 - p.xP)
      : p.alphaN * motion + Math.exp(p.alphaN * (x + p.xN - 1)) / (1 - p.xN);
    out.stateSlope = p.eta * drive * bent;
  }

  /** In the order of `parameters`, by hand: fits and transients ask for them at every step. */
  partials(voltage_V: number, _current_A: number, x: number, { current, rate }: ElementPartials): void {
    const p = this.values;
    current.fill(0);
    rate.fill(0);
    const [at, gMax, bMax, gMin, bMin] =
      voltage_V >= 0
        ? [0, p.gMaxP_A, p.bMaxP_per_V, p.gMinP_A, p.bMinP_per_V]
        : [2, p.gMaxN_A, p.bMaxN_per_V, p.gMinN_A, p.bMinN_per_V];
    const { on, off } = this;
    on.at(bMax * voltage_V);
    off.at(bMin * voltage_V);
    current[at] = x * on.value;
    current[at + 1] = x * gMax * voltage_V * on.slope;
    current[at + 4] = (1 - x) * off.value;
    current[at + 5] = (1 - x) * gMin * voltage_V * off.slope;
    const { drive } = this.speed(voltage_V);
    if (drive === 0) return;
    const rising = p.eta * voltage_V >= 0;
    const motion = p.eta * this.motion(rising, x);
    if (drive > 0) {
      rate[8] = (drive / p.aP) * motion;
      rate[10] = -p.aP * Math.exp(p.vP_V) * motion;
    } else {
      rate[9] = (drive / p.aN) * motion;
      rate[11] = p.aN * Math.exp(p.vN_V) * motion;
    }
    if (rising ? x < p.xP : x > 1 - p.xN) return;
    if (rising) {
      const slowed = Math.exp(-p.alphaP * (x - p.xP));
      rate[12] = -(x - p.xP) * drive * motion;
      rate[14] = p.alphaP * drive * motion + (p.eta * drive * slowed * (1 - x)) / (1 - p.xP) ** 2;
    } else {
      const slowed = Math.exp(p.alphaN * (x + p.xN - 1));
      rate[13] = (x + p.xN - 1) * drive * motion;
      rate[15] = p.alphaN * drive * motion + (p.eta * drive * slowed * x) / (1 - p.xN) ** 2;
    }
  }

  /** g(V), 1/s, and its slope. */
  private speed(voltage_V: number): { drive: number; slope: number } {
    const p = this.values;
    if (voltage_V > p.vP_V) {
      const rise = Math.exp(voltage_V);
      return { drive: p.aP * (rise - Math.exp(p.vP_V)), slope: p.aP * rise };
    }
    if (voltage_V < -p.vN_V) {
      const rise = Math.exp(-voltage_V);
      return { drive: -p.aN * (rise - Math.exp(p.vN_V)), slope: p.aN * rise };
    }
    return { drive: 0, slope: 0 };
  }

  private motion(rising: boolean, x: number): number {
    const { alphaP, alphaN, xP, xN } = this.values;
    if (rising) {
      return x < xP ? 1 : Math.exp(-alphaP * (x - xP)) * ((xP - x) / (1 - xP) + 1);
    }
    return x > 1 - xN ? 1 : Math.exp(alphaN * (x + xN - 1)) * (x / (1 - xN));
  }
}
