import { apply, type Expression, minus, over, plus, times, when } from '../../core/expression/index.js';
import { inputError, nearestWord } from '../../core/index.js';
import type { ElementEquations, ElementModel, ElementPoint } from './element-model.js';
import { checkedValues, type ElementParameter, parameterList, positive } from './element-parameters.js';
import { equationPartials } from './equation-partials.js';
import { thermalVoltage_V } from './physical-constants.js';

// What stands in series with the cells of passive arrays so that cells which are not selected carry little. Static laws: a selector that
// stays on until its current falls below a holding current is taken on its way up, as reads at one voltage see it.

/** Exponents at which exponentials go on as straight lines. */
const BEND = 100;

/** A law without memory whose current rises with the voltage through 0, at any voltage. */
abstract class StaticSelector implements ElementModel {
  abstract readonly name: string;
  readonly linear = false;
  readonly passive = true;
  readonly monotonic = true;
  readonly validRange_V = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  abstract readonly parameters: readonly ElementParameter[];
  abstract readonly equations: ElementEquations;
  readonly partials = equationPartials(this);

  abstract with(values: Readonly<Record<string, number>>): ElementModel;
  abstract evaluate(voltage_V: number, state: number, point: ElementPoint): void;
}

/** Parameters of `DiodeSelector`. */
export interface DiodeSelectorParameters {
  /** Saturation current, A, and emission coefficient × kT/q at 300.15 K, V. */
  readonly i_s_A: number;
  readonly n_vt_V: number;
  /** Beside the junction, S: what leaks backwards. */
  readonly g_leak_S: number;
}

/** A junction diode (Shockley, Bell Syst. Tech. J. 28:435, 1949) with a leak; for cells that are written by one polarity. */
export class DiodeSelector extends StaticSelector {
  readonly name = 'diode';
  readonly source = 'Shockley, Bell Syst. Tech. J. 28:435 (1949)';
  readonly parameters: readonly ElementParameter[];
  readonly equations: ElementEquations;
  readonly values: DiodeSelectorParameters;

  constructor(parameters: Partial<DiodeSelectorParameters> = {}) {
    super();
    this.values = { i_s_A: 1e-12, n_vt_V: thermalVoltage_V(300.15), g_leak_S: 1e-12, ...parameters };
    this.parameters = parameterList(this.values, {
      i_s_A: positive('A'),
      n_vt_V: positive('V'),
      g_leak_S: ['S', 0, Number.MAX_VALUE],
    });
    const u = over('v', 'n_vt_V');
    const straight = times(Math.exp(BEND), plus(1 - BEND, u));
    const grown = when(apply('lessOrEqual', u, BEND), apply('exp', u), straight);
    this.equations = { current: plus(times('i_s_A', minus(grown, 1)), times('g_leak_S', 'v')) };
  }

  with(values: Readonly<Record<string, number>>): DiodeSelector {
    return new DiodeSelector({ ...this.values, ...checkedValues(this, values) });
  }

  evaluate(voltage_V: number, _state: number, point: ElementPoint): void {
    const { i_s_A, n_vt_V, g_leak_S } = this.values;
    const u = voltage_V / n_vt_V;
    const e = Math.exp(Math.min(u, BEND));
    const grown = u <= BEND ? e : e * (1 - BEND + u);
    point.current_A = i_s_A * (grown - 1) + g_leak_S * voltage_V;
    point.conductance_S = (i_s_A * e) / n_vt_V + g_leak_S;
    point.stateSlope_A = 0;
  }
}

/** Parameters of `ThresholdSelector`. */
export interface ThresholdSelectorParameters {
  /** Where it opens, either way, V, and within what width, V. */
  readonly v_th_V: number;
  readonly width_V: number;
  /** Slope beyond that and before, S. */
  readonly g_on_S: number;
  readonly g_off_S: number;
}

/**
 * A threshold selector without memory, the same either way: G_off everywhere, and G_on more for what the voltage has above V_th,
 * joined within `width_V` by width·ln(1 + e^((|V| − V_th)/width)).
 */
export class ThresholdSelector extends StaticSelector {
  readonly name = 'threshold';
  readonly parameters: readonly ElementParameter[];
  readonly equations: ElementEquations;
  readonly values: ThresholdSelectorParameters;

  constructor(parameters: Partial<ThresholdSelectorParameters> = {}) {
    super();
    this.values = { v_th_V: 0.4, width_V: 0.02, g_on_S: 1e-3, g_off_S: 1e-8, ...parameters };
    this.parameters = parameterList(this.values, {
      v_th_V: positive('V'),
      width_V: positive('V'),
      g_on_S: positive('S'),
      g_off_S: ['S', 0, Number.MAX_VALUE],
    });
    const ramp = (v: Expression): Expression => {
      const u = over(minus(v, 'v_th_V'), 'width_V');
      const rest = apply('log1p', apply('exp', apply('negate', apply('abs', u))));
      return times('width_V', plus(apply('ramp', u), rest));
    };
    const v: Expression = { kind: 'variable', key: 'v' };
    this.equations = {
      current: plus(times('g_off_S', 'v'), times('g_on_S', minus(ramp(v), ramp(apply('negate', v))))),
    };
  }

  with(values: Readonly<Record<string, number>>): ThresholdSelector {
    return new ThresholdSelector({ ...this.values, ...checkedValues(this, values) });
  }

  evaluate(voltage_V: number, _state: number, point: ElementPoint): void {
    const { v_th_V, width_V, g_on_S, g_off_S } = this.values;
    const up = (voltage_V - v_th_V) / width_V;
    const down = (-voltage_V - v_th_V) / width_V;
    const ramp = (u: number) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
    const share = (u: number) => 1 / (1 + Math.exp(-u));
    point.current_A = g_off_S * voltage_V + g_on_S * width_V * (ramp(up) - ramp(down));
    point.conductance_S = g_off_S + g_on_S * (share(up) + share(down));
    point.stateSlope_A = 0;
  }
}

/** Selectors by name. */
export const selectors: Readonly<Record<string, () => ElementModel>> = {
  diode: () => new DiodeSelector(),
  threshold: () => new ThresholdSelector(),
};

/** A selector by name. @throws OhmpropError `element.selector` */
export function selectorByName(name: string): ElementModel {
  if (Object.hasOwn(selectors, name)) return selectors[name]();
  const near = nearestWord(name, Object.keys(selectors));
  throw inputError(
    'element.selector',
    `selector: got "${name}"; known are ${Object.keys(selectors).join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}, or a YAML file with the current of another`,
  );
}
