import { apply, minus, type Operand, over, plus, times } from '../../core/expression/index.js';
import type { RandomStream } from '../../core/index.js';
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
import { thermalVoltage_V } from './physical-constants.js';

/**
 * Parameters of `MetastableSwitch` (Nugent & Molter, PLoS ONE 9:e85175 (2014)): resistances with all switches ON or OFF, time
 * constant, and the Schottky contact's two exponentials. `initial` is the share that is ON.
 */
export interface MetastableSwitchParameters {
  readonly r_on_ohm: number;
  readonly r_off_ohm: number;
  /** Voltages at which half of the switches turn, both positive. V */
  readonly v_on_V: number;
  readonly v_off_V: number;
  readonly tau_s: number;
  readonly temperature_K: number;
  /** Share of the current that the switches carry; the rest is a Schottky contact. */
  readonly phi: number;
  readonly alphaForward_A: number;
  readonly betaForward_per_V: number;
  readonly alphaReverse_A: number;
  readonly betaReverse_per_V: number;
  readonly initial: number;
}

/** As in the vendor's SPICE models: R 500 … 1500 Ω, V 0.27 V, τ 0.1 ms, no Schottky contact. */
export const defaultMetastableSwitch: MetastableSwitchParameters = {
  r_on_ohm: 500,
  r_off_ohm: 1500,
  v_on_V: 0.27,
  v_off_V: 0.27,
  tau_s: 1e-4,
  temperature_K: 298.5,
  phi: 1,
  alphaForward_A: 8e-4,
  betaForward_per_V: 4,
  alphaReverse_A: 8e-4,
  betaReverse_per_V: 4,
  initial: 0.1,
};

const bounds: Readonly<Record<keyof MetastableSwitchParameters, Bounds>> = {
  r_on_ohm: positive('ohm'),
  r_off_ohm: positive('ohm'),
  v_on_V: positive('V'),
  v_off_V: positive('V'),
  tau_s: positive('s'),
  temperature_K: positive('K'),
  phi: share,
  alphaForward_A: notNegative('A'),
  betaForward_per_V: notNegative('1/V'),
  alphaReverse_A: notNegative('A'),
  betaReverse_per_V: notNegative('1/V'),
  initial: share,
};

const exponential = (u: Operand) => apply('exp', apply('min', 60, u));
const logistic = (u: Operand) => over(1, plus(1, apply('exp', u)));
const thermal_V = times(thermalVoltage_V(1), 'temperature_K');
const turnOn = logistic(over(apply('negate', minus('v', 'v_on_V')), thermal_V));
const turnOff = logistic(over(plus('v', 'v_off_V'), thermal_V));
const equations: ElementEquations = {
  current: plus(
    times('phi', plus(over('x', 'r_on_ohm'), over(minus(1, 'x'), 'r_off_ohm')), 'v'),
    times(
      minus(1, 'phi'),
      minus(
        times('alphaForward_A', exponential(times('betaForward_per_V', 'v'))),
        times('alphaReverse_A', exponential(times(apply('negate', 'betaReverse_per_V'), 'v'))),
      ),
    ),
  ),
  rate: over(minus(times(turnOn, minus(1, 'x')), times(turnOff, 'x')), 'tau_s'),
};

/**
 * Generalised mean metastable switch, Nugent & Molter, PLoS ONE 9:e85175 (2014); Molter & Nugent, CNNA (2016):
 *   P_on = 1/(1 + e^(−(V − V_on)/V_T)),   P_off = 1 − 1/(1 + e^(−(V + V_off)/V_T))
 *   dx/dt = [P_on(1 − x) − P_off·x]/τ
 *   I = φ·V·(x/R_on + (1 − x)/R_off) + (1 − φ)(α_f e^(β_f V) − α_r e^(−β_r V))
 */
export class MetastableSwitch implements ElementModel {
  readonly linear: boolean;
  readonly passive: boolean;
  readonly monotonic = true;
  readonly validRange_V = [-5, 5] as const;
  readonly state: StateVariable;
  readonly values: MetastableSwitchParameters;
  readonly parameters: readonly ElementParameter[];
  readonly equations = equations;
  private readonly thermal_V: number;

  constructor(
    parameters: Partial<MetastableSwitchParameters> = {},
    readonly name = 'metastable-switch',
    readonly source = 'Nugent & Molter, PLoS ONE 9:e85175 (2014); Molter & Nugent, CNNA (2016)',
  ) {
    const p = { ...defaultMetastableSwitch, ...parameters };
    requireResistances(name, p.r_on_ohm, p.r_off_ohm);
    requirePositive(name, p, ['v_on_V', 'v_off_V', 'tau_s', 'temperature_K']);
    requireNotNegative(name, p, [
      'alphaForward_A',
      'betaForward_per_V',
      'alphaReverse_A',
      'betaReverse_per_V',
    ]);
    requireBetween(name, 'phi', p.phi, 0, 1);
    requireBetween(name, 'initial', p.initial, 0, 1);
    this.values = p;
    this.linear = p.phi === 1;
    this.passive = p.phi === 1 || p.alphaForward_A === p.alphaReverse_A;
    this.thermal_V = thermalVoltage_V(p.temperature_K);
    this.parameters = parameterList(p, bounds);
    this.state = { name: 'x', unit: '1', low: 0, high: 1, initial: p.initial };
  }

  with(values: Readonly<Record<string, number>>): MetastableSwitch {
    return new MetastableSwitch({ ...this.values, ...checkedValues(this, values) }, this.name, this.source);
  }

  evaluate(voltage_V: number, x: number, point: ElementPoint): void {
    const p = this.values;
    const conductance = x / p.r_on_ohm + (1 - x) / p.r_off_ohm;
    point.current_A = p.phi * conductance * voltage_V;
    point.conductance_S = p.phi * conductance;
    point.stateSlope_A = p.phi * voltage_V * (1 / p.r_on_ohm - 1 / p.r_off_ohm);
    if (p.phi === 1) return;
    const share = 1 - p.phi;
    const forward = p.alphaForward_A * Math.exp(Math.min(60, p.betaForward_per_V * voltage_V));
    const reverse = p.alphaReverse_A * Math.exp(Math.min(60, -p.betaReverse_per_V * voltage_V));
    point.current_A += share * (forward - reverse);
    point.conductance_S += share * (p.betaForward_per_V * forward + p.betaReverse_per_V * reverse);
  }

  rate(voltage_V: number, _current_A: number, x: number): number {
    const { on, off } = this.rates(voltage_V);
    return on * (1 - x) - off * x;
  }

  rateSlopes(voltage_V: number, x: number, _point: ElementPoint, out: ElementRate): void {
    const { on, off } = this.rates(voltage_V);
    const { tau_s } = this.values;
    const turned = on * (1 - on * tau_s) * (1 - x) + off * (1 - off * tau_s) * x;
    out.rate = on * (1 - x) - off * x;
    out.voltageSlope = turned / this.thermal_V;
    out.stateSlope = -(on + off);
  }

  /** In the order of `parameters`, by hand: fits and transients ask for them at every step. */
  partials(voltage_V: number, _current_A: number, x: number, { current, rate }: ElementPartials): void {
    const p = this.values;
    const beta = Math.min(60, p.betaForward_per_V * voltage_V);
    const gamma = Math.min(60, -p.betaReverse_per_V * voltage_V);
    const forward = p.alphaForward_A * Math.exp(beta);
    const reverse = p.alphaReverse_A * Math.exp(gamma);
    const rest = 1 - p.phi;
    current[0] = (-p.phi * voltage_V * x) / (p.r_on_ohm * p.r_on_ohm);
    current[1] = (-p.phi * voltage_V * (1 - x)) / (p.r_off_ohm * p.r_off_ohm);
    current.fill(0, 2, 6);
    current[6] = voltage_V * (x / p.r_on_ohm + (1 - x) / p.r_off_ohm) - (forward - reverse);
    current[7] = rest * Math.exp(beta);
    current[8] = beta < 60 ? rest * forward * voltage_V : 0;
    current[9] = -rest * Math.exp(gamma);
    current[10] = gamma < 60 ? rest * reverse * voltage_V : 0;
    current[11] = 0;
    rate.fill(0);
    const { on, off } = this.rates(voltage_V);
    const byOn = (on * (1 - on * p.tau_s) * (1 - x)) / this.thermal_V;
    const byOff = (off * (1 - off * p.tau_s) * x) / this.thermal_V;
    rate[2] = -byOn;
    rate[3] = byOff;
    rate[4] = -(on * (1 - x) - off * x) / p.tau_s;
    rate[5] = -(byOn * (voltage_V - p.v_on_V) + byOff * (voltage_V + p.v_off_V)) / p.temperature_K;
  }

  /** x after `elapsed_s` at a constant voltage: exact, and stable for any step. */
  step(x: number, voltage_V: number, elapsed_s: number): number {
    const { on, off } = this.rates(voltage_V);
    const rest = on / (on + off);
    return rest + (x - rest) * Math.exp(-(on + off) * elapsed_s);
  }

  /**
   * The same for a device of `switches` switches that turn at random: each keeps or changes its state with the exact
   * two-state probabilities, the sums drawn as normal numbers (two of the stream), exact in mean and variance.
   */
  stochasticStep(
    x: number,
    voltage_V: number,
    elapsed_s: number,
    switches: number,
    stream: RandomStream,
  ): number {
    const { on, off } = this.rates(voltage_V);
    const mixed = -Math.expm1(-(on + off) * elapsed_s);
    const turnOn = (mixed * on) / (on + off);
    const turnOff = (mixed * off) / (on + off);
    const draw = (n: number, p: number) => n * p + Math.sqrt(n * p * (1 - p)) * stream.normal();
    const change = draw((1 - x) * switches, turnOn) - draw(x * switches, turnOff);
    return Math.min(1, Math.max(0, x + change / switches));
  }

  /** Rates of turning on and off, 1/s. */
  private rates(voltage_V: number): { on: number; off: number } {
    const { v_on_V, v_off_V, tau_s } = this.values;
    const on = 1 / (1 + Math.exp(-(voltage_V - v_on_V) / this.thermal_V));
    const off = 1 / (1 + Math.exp((voltage_V + v_off_V) / this.thermal_V));
    return { on: on / tau_s, off: off / tau_s };
  }
}
