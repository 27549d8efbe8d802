import { apply, type Expression, minus, over, plus, times, when } from '../../core/expression/index.js';
import { inputError } from '../../core/index.js';
import { bentSinh } from './bent-functions.js';
import type { ElementEquations, ElementModel, ElementPoint, StateVariable } from './element-model.js';
import {
  type Bounds,
  checkedValues,
  type ElementParameter,
  free,
  parameterList,
  positive,
} from './element-parameters.js';
import { equationPartials } from './equation-partials.js';
import { requirePositive } from './parameter-checks.js';

/** One polarity of the model. */
export interface DataDrivenBranch {
  /** A: Ω⁻¹s⁻¹ in the quadratic form, Ω/s in the exponential one; signed. */
  readonly a: number;
  /** Exponent of the switching speed per volt, e^(perVolt·|V|) − 1. The code of 2021 writes it as 1/t, that of 2018 as t. */
  readonly perVolt: number;
  /** Resistance that pulses of voltage V lead to: r = r0 + r1·V. Ω, Ω/V */
  readonly r0_ohm: number;
  readonly r1_ohm_per_V: number;
  /** Curvature κ of the exponential form, 1/Ω; the quadratic form without it. */
  readonly kappa_per_ohm?: number;
}

/** Parameters of `DataDriven`: a sinh current and one law of motion a polarity (Messaris et al., IEEE TCAD 37:3151 (2018)). */
export interface DataDrivenParameters {
  /** I = (currentScale/R)·sinh(b·V), V and 1/V. */
  readonly currentScale_V: number;
  readonly b_per_V: number;
  readonly positive: DataDrivenBranch;
  readonly negative: DataDrivenBranch;
  /** Resistances between which the model was fitted, Ω. */
  readonly lowest_ohm: number;
  readonly highest_ohm: number;
  readonly initial_ohm: number;
}

/** MemTorch's constants of 2018 (exponential form) and 2021 (quadratic form), each with its own meaning of t. */
export const messaris2018: DataDrivenParameters = {
  currentScale_V: 0.24,
  b_per_V: 3,
  positive: { a: 743.47, perVolt: 6.51, r0_ohm: 16719, r1_ohm_per_V: 0, kappa_per_ohm: 5.11e-4 },
  negative: {
    a: -68012.28,
    perVolt: 0.31645,
    r0_ohm: 29304.82557,
    r1_ohm_per_V: 23692.8,
    kappa_per_ohm: 1.17e-3,
  },
  lowest_ohm: 3e3,
  highest_ohm: 20e3,
  initial_ohm: 11e3,
};

/** MemTorch's constants of 2021: the quadratic form, 500 Ω … 10 kΩ. */
export const messaris2021: DataDrivenParameters = {
  currentScale_V: 0.3205,
  b_per_V: 2.717,
  positive: { a: 600.1, perVolt: 1 / -0.0212, r0_ohm: 2699.2, r1_ohm_per_V: -672.9 },
  negative: { a: -34.6, perVolt: 1 / -0.0534, r0_ohm: 649.4, r1_ohm_per_V: -1474.3 },
  lowest_ohm: 500,
  highest_ohm: 10e3,
  initial_ohm: 3e3,
};

const bounds: { readonly [K in keyof DataDrivenParameters]?: Bounds } = {
  currentScale_V: positive('V'),
  b_per_V: positive('1/V'),
  lowest_ohm: positive('ohm'),
  highest_ohm: positive('ohm'),
  initial_ohm: positive('ohm'),
};

/** The numbers of both branches are called `positive.a`, `negative.kappa_per_ohm` and so on. */
function parametersOf(p: DataDrivenParameters): ElementParameter[] {
  const sides = (['positive', 'negative'] as const).flatMap((side) => {
    const exponential = p[side].kappa_per_ohm !== undefined;
    const own = parameterList(p[side], {
      a: free(exponential ? 'ohm/s' : '1/(ohm·s)'),
      perVolt: free('1/V'),
      r0_ohm: free('ohm'),
      r1_ohm_per_V: free('ohm/V'),
      kappa_per_ohm: free('1/ohm'),
    });
    return own.map((parameter) => ({ ...parameter, name: `${side}.${parameter.name}` }));
  });
  return [...parameterList(p, bounds), ...sides];
}

function equationsOf(p: DataDrivenParameters): ElementEquations {
  const branch = (side: 'positive' | 'negative'): Expression => {
    const speed = times(`${side}.a`, apply('expm1', times(`${side}.perVolt`, apply('abs', 'v'))));
    const way = minus(plus(`${side}.r0_ohm`, times(`${side}.r1_ohm_per_V`, 'v')), 'x');
    const law =
      p[side].kappa_per_ohm === undefined
        ? times(speed, way, way)
        : times(speed, apply('expm1', times(`${side}.kappa_per_ohm`, apply('abs', way))));
    return when(apply('greater', times(speed, way), 0), law, 0);
  };
  return {
    current: times(over('currentScale_V', 'x'), bentSinh(times('b_per_V', 'v'), 60)),
    rate: when(apply('greaterOrEqual', 'v', 0), branch('positive'), branch('negative')),
  };
}

/**
 * Data-driven TiOx model, Messaris et al., IEEE TCAD 37:3151 (2018): the state is the resistance R itself, which pulses
 * drive towards r(V) = r0 + r1·V and never past it. With s = A(e^(|V|/t) − 1) and D = r − R, moving while s·D > 0:
 *   dR/dt = s·D²   or   dR/dt = s·(e^(κ|D|) − 1)
 * Both are solved in closed form for a pulse of constant voltage.
 */
export class DataDriven implements ElementModel {
  readonly linear = false;
  readonly passive = true;
  readonly monotonic = true;
  readonly validRange_V = [-3, 3] as const;
  readonly state: StateVariable;
  readonly parameters: readonly ElementParameter[];
  readonly equations: ElementEquations;
  readonly partials = equationPartials(this);

  constructor(
    readonly values: DataDrivenParameters = messaris2021,
    readonly name = 'data-driven',
    readonly source = 'Messaris et al., IEEE TCAD 37:3151 (2018)',
  ) {
    const p = values;
    requirePositive(name, p, ['currentScale_V', 'b_per_V', 'lowest_ohm', 'highest_ohm', 'initial_ohm']);
    if (!(p.lowest_ohm < p.highest_ohm && p.initial_ohm >= p.lowest_ohm && p.initial_ohm <= p.highest_ohm)) {
      throw inputError(
        'element.parameter',
        `${name}: lowest_ohm ≤ initial_ohm ≤ highest_ohm is needed, got ${p.lowest_ohm}, ${p.initial_ohm}, ${p.highest_ohm}`,
      );
    }
    for (const side of ['positive', 'negative'] as const) {
      for (const [field, value] of Object.entries(p[side])) {
        if (!Number.isFinite(value)) {
          throw inputError('element.parameter', `${name}: ${side}.${field} must be finite, got ${value}`);
        }
      }
    }
    this.parameters = parametersOf(p);
    this.equations = equationsOf(p);
    this.state = { name: 'R', unit: 'Ω', low: p.lowest_ohm, high: p.highest_ohm, initial: p.initial_ohm };
  }

  with(values: Readonly<Record<string, number>>): DataDriven {
    const checked = checkedValues(this, values);
    const side = (name: 'positive' | 'negative'): DataDrivenBranch => {
      const own: Record<string, number> = { ...this.values[name] };
      for (const [key, value] of Object.entries(checked)) {
        if (key.startsWith(`${name}.`)) own[key.slice(name.length + 1)] = value;
      }
      return own as unknown as DataDrivenBranch;
    };
    const whole = Object.fromEntries(Object.entries(checked).filter(([key]) => !key.includes('.')));
    const all = { ...this.values, ...whole, positive: side('positive'), negative: side('negative') };
    return new DataDriven(all, this.name, this.source);
  }

  evaluate(voltage_V: number, r_ohm: number, point: ElementPoint): void {
    const { currentScale_V, b_per_V } = this.values;
    const u = Math.max(-60, Math.min(60, b_per_V * voltage_V));
    const beyond = b_per_V * voltage_V - u;
    point.current_A = (currentScale_V / r_ohm) * (Math.sinh(u) + beyond * Math.cosh(u));
    point.conductance_S = (currentScale_V / r_ohm) * b_per_V * Math.cosh(u);
    point.stateSlope_A = -point.current_A / r_ohm;
  }

  rate(voltage_V: number, _current_A: number, r_ohm: number): number {
    const { speed, way, kappa } = this.drive(voltage_V, r_ohm);
    if (!(speed * way > 0)) return 0;
    return kappa === undefined ? speed * way * way : speed * Math.expm1(kappa * Math.abs(way));
  }

  /** R after a pulse of constant voltage: exact. */
  pulse(r_ohm: number, voltage_V: number, width_s: number): number {
    const { speed, way, kappa } = this.drive(voltage_V, r_ohm);
    if (!(speed * way > 0)) return r_ohm;
    const left =
      kappa === undefined
        ? way / (1 + speed * way * width_s)
        : (-Math.sign(way) *
            Math.log1p(Math.expm1(-kappa * Math.abs(way)) * Math.exp(-kappa * Math.abs(speed) * width_s))) /
          kappa;
    const { lowest_ohm, highest_ohm } = this.values;
    return Math.min(highest_ohm, Math.max(lowest_ohm, r_ohm + way - left));
  }

  private drive(voltage_V: number, r_ohm: number): { speed: number; way: number; kappa: number | undefined } {
    const branch = voltage_V >= 0 ? this.values.positive : this.values.negative;
    return {
      speed: branch.a * Math.expm1(branch.perVolt * Math.abs(voltage_V)),
      way: branch.r0_ohm + branch.r1_ohm_per_V * voltage_V - r_ohm,
      kappa: branch.kappa_per_ohm,
    };
  }
}
