import type { Diode } from './diode.js';
import { type ElementPoint, elementPoint } from './element-model.js';
import {
  boltzmann_J_per_K,
  celsiusZero_K,
  elementaryCharge_C,
  thermalVoltage_V,
} from './physical-constants.js';

/** Where SPICE's temperature rules are anchored, K. */
const REFERENCE_K = 300.15;

/**
 * The charge of a SPICE diode's junction (ngspice manual, ch. 7): depletion, with capacitance C(v) = CJ·(1 − v/VJ)^−M up to
 * FC·VJ and its tangent beyond, and diffusion, TT times the junction's current. CJ and VJ follow the temperature.
 */
export class JunctionCharge {
  readonly linear = false;
  private readonly capacitance_F: number;
  private readonly potential_V: number;
  private readonly gmin_S: number;
  private readonly point: ElementPoint = elementPoint();

  constructor(private readonly junction: Diode) {
    const { CJO, VJ, M, area, multiplier, temperature_C, nominal_C, gmin_S } = junction.values;
    const warm = depletionAt(temperature_C, nominal_C, CJO, VJ, M);
    this.capacitance_F = warm.capacitance_F * area * multiplier;
    this.potential_V = warm.potential_V;
    this.gmin_S = gmin_S;
  }

  /** @param controls the voltage over the junction, V @returns the charge, C; its slope, F, goes to `partials` */
  evaluate(controls: Float64Array, partials: Float64Array): number {
    const v = controls[0];
    const { M, FC, TT } = this.junction.values;
    const { capacitance_F: c, potential_V: vj } = this;
    const bend = FC * vj;
    let charge: number;
    if (v < bend) {
      const arg = 1 - v / vj;
      partials[0] = c * arg ** -M;
      charge = M === 1 ? -c * vj * Math.log(arg) : (vj * c * (1 - arg ** (1 - M))) / (1 - M);
    } else {
      const at = 1 - FC;
      const below = M === 1 ? -vj * Math.log(at) : (vj * (1 - at ** (1 - M))) / (1 - M);
      const slope = at ** (-1 - M);
      const flat = 1 - FC * (1 + M);
      partials[0] = c * slope * (flat + (M * v) / vj);
      charge = c * (below + slope * (flat * (v - bend) + (M / (2 * vj)) * (v * v - bend * bend)));
    }
    if (TT === 0) return charge;
    this.junction.evaluate(v, 0, this.point);
    partials[0] += TT * (this.point.conductance_S - this.gmin_S);
    return charge + TT * (this.point.current_A - this.gmin_S * v);
  }
}

/** Zero-bias capacitance and potential of a junction at a temperature, from those at another (SPICE3's rules). */
export function depletionAt(
  temperature_C: number,
  nominal_C: number,
  capacitance_F: number,
  potential_V: number,
  grading: number,
): { capacitance_F: number; potential_V: number } {
  if (temperature_C === nominal_C) return { capacitance_F, potential_V };
  const [warm, nominal] = [temperature_C + celsiusZero_K, nominal_C + celsiusZero_K];
  const unheated = (potential_V - potentialShift_V(nominal)) / (nominal / REFERENCE_K);
  const heated = potentialShift_V(warm) + (warm / REFERENCE_K) * unheated;
  const share = (kelvin: number, at_V: number): number =>
    1 + grading * (4e-4 * (kelvin - REFERENCE_K) - (at_V - unheated) / unheated);
  return {
    capacitance_F: (capacitance_F / share(nominal, potential_V)) * share(warm, heated),
    potential_V: heated,
  };
}

/** What SPICE adds to a built-in potential that is scaled with the temperature, V; 0 at 300.15 K. */
export function potentialShift_V(kelvin: number): number {
  const gap_eV = bandGap_eV(kelvin);
  const charge_per_J = elementaryCharge_C / boltzmann_J_per_K;
  const arg = charge_per_J * (-gap_eV / (2 * kelvin) + 1.1150877 / (2 * REFERENCE_K));
  return -2 * thermalVoltage_V(kelvin) * (1.5 * Math.log(kelvin / REFERENCE_K) + arg);
}

/** Of silicon, eV (Varshni's form, SPICE3's numbers). */
export function bandGap_eV(kelvin: number): number {
  return 1.16 - (7.02e-4 * kelvin * kelvin) / (kelvin + 1108);
}
