import { minus, over, plus, times } from '../../core/expression/index.js';
import { inputError } from '../../core/index.js';
import type { ElementEquations, ElementModel, ElementPoint, StateVariable } from './element-model.js';
import {
  type Bounds,
  checkedValues,
  type ElementParameter,
  parameterList,
  positive,
  share,
} from './element-parameters.js';
import { equationPartials } from './equation-partials.js';
import { joglekarWindow, type StateWindow } from './windows.js';

/**
 * Parameters of `LinearIonDrift` (Strukov et al., Nature 453:80 (2008)), with the window that slows the dopants at the ends.
 * `initial` is x at the start, 0 OFF … 1 ON.
 */
export interface LinearIonDriftParameters {
  /** Resistance at x = 1, Ω. */
  readonly r_on_ohm: number;
  /** Resistance at x = 0, Ω. */
  readonly r_off_ohm: number;
  /** Film thickness, m. */
  readonly thickness_m: number;
  /** Mobility of the dopants, m²/(V·s). */
  readonly mobility_m2_per_Vs: number;
  readonly window: StateWindow;
  readonly initial: number;
}

/** R_on 100 Ω, R_off 16 kΩ, D 10 nm, µ 1e-14, Joglekar p = 1 (Biolek 2009), x₀ such that R = 11 kΩ. */
export const defaultLinearIonDrift: LinearIonDriftParameters = {
  r_on_ohm: 100,
  r_off_ohm: 16e3,
  thickness_m: 10e-9,
  mobility_m2_per_Vs: 1e-14,
  window: joglekarWindow(1),
  initial: (16e3 - 11e3) / (16e3 - 100),
};

const bounds: { readonly [K in keyof LinearIonDriftParameters]?: Bounds } = {
  r_on_ohm: positive('ohm'),
  r_off_ohm: positive('ohm'),
  thickness_m: positive('m'),
  mobility_m2_per_Vs: positive('m²/(V·s)'),
  initial: share,
};

/**
 * Linear ion drift, Strukov et al., Nature 453:80 (2008), eq. 5 and 6:
 *   v = [R_on·x + R_off·(1 − x)]·i,   dx/dt = µ·R_on/D² · i · F(x, i),   x = 1 is ON.
 */
export class LinearIonDrift implements ElementModel {
  readonly name = 'linear-ion-drift';
  readonly source = 'Strukov et al., Nature 453:80 (2008), eq. 5 and 6';
  readonly linear = true;
  readonly passive = true;
  readonly monotonic = true;
  readonly validRange_V = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  readonly state: StateVariable;
  readonly parameters: readonly ElementParameter[];
  readonly equations: ElementEquations;
  readonly partials = equationPartials(this);
  readonly values: LinearIonDriftParameters;
  private readonly drift_per_C: number;

  /** @param equations of the same model with other values */
  constructor(parameters: Partial<LinearIonDriftParameters> = {}, equations?: ElementEquations) {
    const p = { ...defaultLinearIonDrift, ...parameters };
    for (const key of ['r_on_ohm', 'r_off_ohm', 'thickness_m', 'mobility_m2_per_Vs'] as const) {
      if (!(p[key] > 0) || !Number.isFinite(p[key])) {
        throw inputError('element.linear-ion-drift', `${key} must be a positive number, got ${p[key]}`);
      }
    }
    if (p.r_on_ohm >= p.r_off_ohm) {
      throw inputError(
        'element.linear-ion-drift',
        `r_on_ohm must be below r_off_ohm, got ${p.r_on_ohm} and ${p.r_off_ohm}`,
      );
    }
    if (!(p.initial >= 0 && p.initial <= 1)) {
      throw inputError(
        'element.linear-ion-drift',
        `initial must lie between 0 (off) and 1 (on), got ${p.initial}`,
      );
    }
    this.values = p;
    this.drift_per_C = (p.mobility_m2_per_Vs * p.r_on_ohm) / p.thickness_m ** 2;
    this.parameters = parameterList(p, bounds);
    this.state = { name: 'x', unit: '1', low: 0, high: 1, initial: p.initial };
    this.equations = equations ?? {
      current: over('v', plus(times('r_on_ohm', 'x'), times('r_off_ohm', minus(1, 'x')))),
      rate: times(
        over(times('mobility_m2_per_Vs', 'r_on_ohm'), times('thickness_m', 'thickness_m')),
        'i',
        p.window.expression('x', 'i'),
      ),
    };
  }

  with(values: Readonly<Record<string, number>>): LinearIonDrift {
    return new LinearIonDrift({ ...this.values, ...checkedValues(this, values) }, this.equations);
  }

  evaluate(voltage_V: number, x: number, point: ElementPoint): void {
    const { r_on_ohm, r_off_ohm } = this.values;
    const conductance = 1 / (r_on_ohm * x + r_off_ohm * (1 - x));
    point.current_A = conductance * voltage_V;
    point.conductance_S = conductance;
    point.stateSlope_A = (r_off_ohm - r_on_ohm) * conductance * conductance * voltage_V;
  }

  rate(_voltage_V: number, current_A: number, x: number): number {
    return this.drift_per_C * current_A * this.values.window.evaluate(x, current_A);
  }
}
