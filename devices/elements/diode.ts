import { inputError } from '../../core/index.js';
import { type DiodeParameters, defaultDiode } from './diode-parameters.js';
import { diodeParameterList, type JunctionQuantities, junctionSlopes } from './diode-partials.js';
import type { ElementModel, ElementPoint } from './element-model.js';
import { checkedValues, type ElementParameter, type ElementPartials } from './element-parameters.js';
import { celsiusZero_K, thermalVoltage_V } from './physical-constants.js';

/** Largest exponent taken as such; beyond it the exponential goes on along its tangent, so that nothing overflows. */
const EXPONENT_LIMIT = 230;

/**
 * The junction of a SPICE diode, level 1 (ngspice manual, ch. 7), without its series resistance, which is an element
 * of its own:
 *   I = IS·(exp(v/(N·Vt)) − 1) + gmin·v                 for v ≥ −3·N·Vt
 *   I = −IS·(1 + (3·N·Vt/(e·v))³) + gmin·v              below
 *   I = −IS·exp(−(xbv + v)/(NBV·Vt)) + gmin·v           for v < −xbv, when it breaks down
 * with IKF dividing the forward current by 1 + √(I/IKF).
 */
export class Diode implements ElementModel {
  readonly name = 'diode';
  readonly source = 'SPICE diode, level 1 (ngspice manual, ch. 7)';
  readonly linear = false;
  readonly passive = true;
  readonly monotonic = true;
  readonly validRange_V = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  readonly values: DiodeParameters;
  /** Saturation current at temperature, times area and multiplier, A. */
  readonly saturation_A: number;
  private readonly emission_V: number;
  private readonly breakdownEmission_V: number;
  /** Where the breakdown exponential starts, V; Infinity without BV. */
  private readonly breakdown_V: number;
  private readonly critical_V: number;
  private readonly knee_A: number;
  private readonly gmin_S: number;
  readonly parameters: readonly ElementParameter[];
  /** Derivatives of the junction's quantities by each parameter, worked out when first asked for. */
  private slopes: readonly JunctionQuantities[] | undefined;
  private readonly byQuantity: JunctionQuantities;

  constructor(parameters: Partial<DiodeParameters> = {}) {
    const p = { ...defaultDiode, ...parameters };
    for (const key of ['IS', 'N', 'area', 'multiplier'] as const) {
      if (!(p[key] > 0) || !Number.isFinite(p[key])) {
        throw inputError('element.diode', `diode parameter ${key} must be a positive number, got ${p[key]}`);
      }
    }
    if (!(p.temperature_C > -celsiusZero_K) || !(p.nominal_C > -celsiusZero_K)) {
      throw inputError('element.diode', `diode temperature must be above −273.15 °C, got ${p.temperature_C}`);
    }
    this.values = p;
    this.gmin_S = p.gmin_S;
    this.parameters = diodeParameterList(p);
    const thermal_V = thermalVoltage_V(p.temperature_C + celsiusZero_K);
    const ratio = (p.temperature_C + celsiusZero_K) / (p.nominal_C + celsiusZero_K);
    const heating = ((ratio - 1) * p.EG) / (p.N * thermal_V) + (p.XTI / p.N) * Math.log(ratio);
    const scale = p.area * p.multiplier;
    this.saturation_A = p.IS * Math.exp(heating) * scale;
    this.emission_V = p.N * thermal_V;
    this.breakdownEmission_V = (p.NBV ?? p.N) * thermal_V;
    this.knee_A = p.IKF === undefined ? Number.POSITIVE_INFINITY : p.IKF * scale;
    this.critical_V = this.emission_V * Math.log(this.emission_V / (Math.SQRT2 * this.saturation_A));
    this.breakdown_V =
      p.BV === undefined ? Number.POSITIVE_INFINITY : this.matchBreakdown(p.BV, p.IBV * scale, thermal_V);
    this.byQuantity = this.quantities();
  }

  /** Start of the breakdown branch such that the current at −BV is −IBV (ngspice manual, ch. 7). */
  private matchBreakdown(breakdown_V: number, current_A: number, thermal_V: number): number {
    const smallest_A = (this.saturation_A * breakdown_V) / thermal_V;
    if (current_A < smallest_A) return breakdown_V;
    const slope_V = this.breakdownEmission_V;
    const ratio = current_A / this.saturation_A;
    let start_V = breakdown_V - slope_V * Math.log(1 + ratio);
    for (let pass = 0; pass < 25; pass++) {
      start_V = breakdown_V - slope_V * Math.log(ratio + 1 - start_V / thermal_V);
    }
    return start_V;
  }

  evaluate(v: number, _state: number, point: ElementPoint): void {
    const nVt = this.emission_V;
    const is = this.saturation_A;
    let current: number;
    let slope: number;
    if (v >= -3 * nVt) {
      const exponent = v / nVt;
      const e = Math.exp(exponent < EXPONENT_LIMIT ? exponent : EXPONENT_LIMIT);
      const beyond = exponent < EXPONENT_LIMIT ? 0 : exponent - EXPONENT_LIMIT;
      current = is * (e * (1 + beyond) - 1);
      slope = (is * e) / nVt;
      if (current > 1e-18 && this.knee_A !== Number.POSITIVE_INFINITY) {
        const root = Math.sqrt(current / this.knee_A);
        slope = (slope * (1 + 0.5 * root)) / ((1 + root) * (1 + root));
        current /= 1 + root;
      }
    } else if (v >= -this.breakdown_V) {
      const fall = (3 * nVt) / (v * Math.E);
      const cube = fall * fall * fall;
      current = -is * (1 + cube);
      slope = (3 * is * cube) / v;
    } else {
      const exponent = -(this.breakdown_V + v) / this.breakdownEmission_V;
      const e = Math.exp(exponent < EXPONENT_LIMIT ? exponent : EXPONENT_LIMIT);
      const beyond = exponent < EXPONENT_LIMIT ? 0 : exponent - EXPONENT_LIMIT;
      current = -is * e * (1 + beyond);
      slope = (is * e) / this.breakdownEmission_V;
    }
    point.current_A = current + this.gmin_S * v;
    point.conductance_S = slope + this.gmin_S;
    point.stateSlope_A = 0;
  }

  /** Analytic, through the quantities that the equations are written in. */
  partials(v: number, _current_A: number, _state: number, out: ElementPartials): void {
    this.slopes ??= this.parameters.map(({ name }) => junctionSlopes(this.values, this.quantities(), name));
    const by = this.byQuantity;
    this.differentiate(v, by);
    for (let k = 0; k < this.slopes.length; k++) {
      const slope = this.slopes[k];
      out.current[k] =
        by.saturation_A * slope.saturation_A +
        by.emission_V * slope.emission_V +
        by.breakdownEmission_V * slope.breakdownEmission_V +
        by.breakdown_V * slope.breakdown_V +
        by.knee_A * slope.knee_A +
        by.gmin_S * slope.gmin_S;
      out.rate[k] = 0;
    }
  }

  with(values: Readonly<Record<string, number>>): Diode {
    return new Diode({ ...this.values, ...checkedValues(this, values) });
  }

  private quantities(): JunctionQuantities {
    const { saturation_A, emission_V, breakdownEmission_V, breakdown_V, knee_A, gmin_S } = this;
    return { saturation_A, emission_V, breakdownEmission_V, breakdown_V, knee_A, gmin_S };
  }

  /** ∂I/∂(each quantity), branch by branch as in `evaluate`. */
  private differentiate(v: number, by: JunctionQuantities): void {
    const { saturation_A: is, emission_V: nVt, breakdownEmission_V: m, knee_A: knee } = this;
    by.breakdownEmission_V = by.breakdown_V = by.knee_A = 0;
    by.gmin_S = v;
    if (v >= -3 * nVt) {
      const exponent = v / nVt;
      const e = Math.exp(Math.min(exponent, EXPONENT_LIMIT));
      by.saturation_A = e * (1 + Math.max(0, exponent - EXPONENT_LIMIT)) - 1;
      by.emission_V = (-is * e * exponent) / nVt;
      const current = is * by.saturation_A;
      if (current > 1e-18 && knee !== Number.POSITIVE_INFINITY) {
        const root = Math.sqrt(current / knee);
        const bend = 1 / ((1 + root) * (1 + root));
        by.knee_A = (current * root * bend) / (2 * knee);
        by.saturation_A *= (1 + 0.5 * root) * bend;
        by.emission_V *= (1 + 0.5 * root) * bend;
      }
    } else if (v >= -this.breakdown_V) {
      const fall = (3 * nVt) / (v * Math.E);
      const cube = fall * fall * fall;
      by.saturation_A = -(1 + cube);
      by.emission_V = (-3 * is * cube) / nVt;
    } else {
      const exponent = -(this.breakdown_V + v) / m;
      const e = Math.exp(Math.min(exponent, EXPONENT_LIMIT));
      by.saturation_A = -e * (1 + Math.max(0, exponent - EXPONENT_LIMIT));
      by.emission_V = 0;
      by.breakdown_V = (is * e) / m;
      by.breakdownEmission_V = (is * e * exponent) / m;
    }
  }

  /** Junction limiting of Nagel (SPICE2, UCB/ERL M520, 1975, §4.3.2), mirrored where the diode breaks down. */
  limit_V(proposed_V: number, previous_V: number): number {
    if (
      this.breakdown_V !== Number.POSITIVE_INFINITY &&
      proposed_V < Math.min(0, 10 * this.emission_V - this.breakdown_V)
    ) {
      const mirrored = limitForward(
        -(proposed_V + this.breakdown_V),
        -(previous_V + this.breakdown_V),
        this.breakdownEmission_V,
        this.critical_V,
      );
      return -(mirrored + this.breakdown_V);
    }
    return limitForward(proposed_V, previous_V, this.emission_V, this.critical_V);
  }
}

function limitForward(proposed: number, previous: number, emission: number, critical: number): number {
  if (proposed <= critical || Math.abs(proposed - previous) <= 2 * emission) return proposed;
  if (previous <= 0) return emission * Math.log(proposed / emission);
  const step = 1 + (proposed - previous) / emission;
  return step > 0 ? previous + emission * Math.log(step) : critical;
}
