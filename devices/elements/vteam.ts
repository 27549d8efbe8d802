import { apply, minus, over, plus, times, when } from '../../core/expression/index.js';
import { inputError } from '../../core/index.js';
import type { ElementEquations, ElementModel, ElementPoint, StateVariable } from './element-model.js';
import { checkedValues, type ElementParameter, parameterList, positive } from './element-parameters.js';
import { equationPartials } from './equation-partials.js';
import { noWindow, type StateWindow } from './windows.js';

/**
 * Parameters of `Vteam`, named as in Kvatinsky et al., IEEE Trans. Circuits Syst. II 62:786 (2015). `unit` is that of the
 * state, `m` or `1`.
 */
export interface VteamParameters {
  readonly r_on_ohm: number;
  readonly r_off_ohm: number;
  /** State at R_on and at R_off; 0 and the film thickness in m, or 0 and 1 when normalised. */
  readonly x_on: number;
  readonly x_off: number;
  /** Speed below v_on (negative) and above v_off (positive), in units of the state per second. */
  readonly k_on: number;
  readonly k_off: number;
  readonly alpha_on: number;
  readonly alpha_off: number;
  /** Threshold voltages, V: v_on < 0 < v_off. */
  readonly v_on_V: number;
  readonly v_off_V: number;
  /** R linear in x, or exponential: R_on·(R_off/R_on)^s with s = (x − x_on)/(x_off − x_on). */
  readonly mixing: 'linear' | 'exponential';
  /** On s, both ways. */
  readonly window: StateWindow;
  readonly initial: number;
  readonly unit: string;
}

/** The defaults of MemTorch: R_off 1 kΩ, R_on 50 Ω, D 3 nm. */
export const defaultVteam: VteamParameters = {
  r_on_ohm: 50,
  r_off_ohm: 1e3,
  x_on: 0,
  x_off: 3e-9,
  k_on: -10,
  k_off: 5e-4,
  alpha_on: 3,
  alpha_off: 1,
  v_on_V: -0.2,
  v_off_V: 0.02,
  mixing: 'linear',
  window: noWindow,
  initial: 0,
  unit: 'm',
};

/**
 * VTEAM, Kvatinsky et al., IEEE Trans. Circuits Syst. II 62:786 (2015), eq. 1–4: a state that moves only beyond voltage
 * thresholds; it grows towards OFF.
 */
export class Vteam implements ElementModel {
  readonly name = 'vteam';
  readonly source = 'Kvatinsky et al., IEEE Trans. Circuits Syst. II 62:786 (2015), eq. 1–4';
  readonly linear = true;
  readonly passive = true;
  readonly monotonic = true;
  readonly validRange_V = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  readonly state: StateVariable;
  readonly parameters: readonly ElementParameter[];
  readonly equations: ElementEquations;
  readonly partials = equationPartials(this);
  readonly values: VteamParameters;

  /** @param equations of the same model with other values */
  constructor(parameters: Partial<VteamParameters> = {}, equations?: ElementEquations) {
    const p = { ...defaultVteam, ...parameters };
    if (!(p.r_on_ohm > 0 && p.r_on_ohm < p.r_off_ohm)) {
      throw inputError(
        'element.vteam',
        `0 < r_on_ohm < r_off_ohm is needed, got ${p.r_on_ohm} and ${p.r_off_ohm}`,
      );
    }
    if (!(p.v_on_V < 0 && p.v_off_V > 0)) {
      throw inputError('element.vteam', `v_on_V < 0 < v_off_V is needed, got ${p.v_on_V} and ${p.v_off_V}`);
    }
    if (!(p.k_on <= 0 && p.k_off >= 0)) {
      throw inputError('element.vteam', `k_on ≤ 0 ≤ k_off is needed, got ${p.k_on} and ${p.k_off}`);
    }
    if (!(p.x_on < p.x_off && p.initial >= p.x_on && p.initial <= p.x_off)) {
      throw inputError(
        'element.vteam',
        `x_on ≤ initial ≤ x_off is needed, got ${p.x_on}, ${p.initial}, ${p.x_off}`,
      );
    }
    this.values = p;
    const inUnit = (text: string): string => (p.unit === '1' ? text : text.replace('1', p.unit));
    this.parameters = parameterList(p, {
      r_on_ohm: positive('ohm'),
      r_off_ohm: positive('ohm'),
      x_on: [p.unit, -Number.MAX_VALUE, Number.MAX_VALUE],
      x_off: [p.unit, -Number.MAX_VALUE, Number.MAX_VALUE],
      k_on: [inUnit('1/s'), -Number.MAX_VALUE, 0],
      k_off: [inUnit('1/s'), 0, Number.MAX_VALUE],
      alpha_on: ['1', 0, Number.MAX_VALUE],
      alpha_off: ['1', 0, Number.MAX_VALUE],
      v_on_V: ['V', -Number.MAX_VALUE, -Number.MIN_VALUE],
      v_off_V: positive('V'),
      initial: [p.unit, p.x_on, p.x_off],
    });
    this.state = { name: 'x', unit: p.unit, low: p.x_on, high: p.x_off, initial: p.initial };
    const s = over(minus('x', 'x_on'), minus('x_off', 'x_on'));
    const resistance =
      p.mixing === 'linear'
        ? plus('r_on_ohm', times(minus('r_off_ohm', 'r_on_ohm'), s))
        : times('r_on_ohm', apply('exp', times(apply('ln', over('r_off_ohm', 'r_on_ohm')), s)));
    const speed = (side: 'off' | 'on') =>
      times(`k_${side}`, apply('powReal', minus(over('v', `v_${side}_V`), 1), `alpha_${side}`));
    this.equations = equations ?? {
      current: over('v', resistance),
      rate: times(
        when(
          apply('greater', 'v', 'v_off_V'),
          speed('off'),
          when(apply('less', 'v', 'v_on_V'), speed('on'), 0),
        ),
        p.window.expression(s, 'i'),
      ),
    };
  }

  with(values: Readonly<Record<string, number>>): Vteam {
    return new Vteam({ ...this.values, ...checkedValues(this, values) }, this.equations);
  }

  evaluate(voltage_V: number, x: number, point: ElementPoint): void {
    const p = this.values;
    const share = (x - p.x_on) / (p.x_off - p.x_on);
    let resistance: number;
    let slope: number;
    if (p.mixing === 'linear') {
      resistance = p.r_on_ohm + (p.r_off_ohm - p.r_on_ohm) * share;
      slope = (p.r_off_ohm - p.r_on_ohm) / (p.x_off - p.x_on);
    } else {
      const logRatio = Math.log(p.r_off_ohm / p.r_on_ohm);
      resistance = p.r_on_ohm * Math.exp(logRatio * share);
      slope = (resistance * logRatio) / (p.x_off - p.x_on);
    }
    point.current_A = voltage_V / resistance;
    point.conductance_S = 1 / resistance;
    point.stateSlope_A = (-voltage_V * slope) / (resistance * resistance);
  }

  rate(voltage_V: number, current_A: number, x: number): number {
    const p = this.values;
    let speed: number;
    if (voltage_V > p.v_off_V) speed = p.k_off * (voltage_V / p.v_off_V - 1) ** p.alpha_off;
    else if (voltage_V < p.v_on_V) speed = p.k_on * (voltage_V / p.v_on_V - 1) ** p.alpha_on;
    else return 0;
    return speed * p.window.evaluate((x - p.x_on) / (p.x_off - p.x_on), current_A);
  }
}
