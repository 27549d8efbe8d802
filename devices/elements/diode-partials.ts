import type { DiodeParameters } from './diode-parameters.js';
import {
  type Bounds,
  celsius,
  type ElementParameter,
  free,
  notNegative,
  parameterList,
  positive,
} from './element-parameters.js';
import { celsiusZero_K, thermalVoltage_V } from './physical-constants.js';

const bounds: Readonly<Record<keyof DiodeParameters, Bounds>> = {
  IS: positive('A'),
  N: positive('1'),
  RS: notNegative('ohm'),
  BV: positive('V'),
  IBV: positive('A'),
  NBV: positive('1'),
  IKF: positive('A'),
  EG: free('eV'),
  XTI: free('1'),
  CJO: notNegative('F'),
  VJ: positive('V'),
  M: notNegative('1'),
  TT: notNegative('s'),
  FC: ['1', 0, 0.95],
  area: positive('1'),
  multiplier: positive('1'),
  temperature_C: celsius,
  nominal_C: celsius,
  gmin_S: notNegative('S'),
};

/** Those that the diode has: BV, NBV and IKF are absent where nothing breaks down or bends. */
export function diodeParameterList(values: DiodeParameters): ElementParameter[] {
  return parameterList(values, bounds);
}

/** What the junction's equations are written in; see `Diode`. */
export interface JunctionQuantities {
  /** Saturation current, A. */
  saturation_A: number;
  /** N·Vt and NBV·Vt, V. */
  emission_V: number;
  breakdownEmission_V: number;
  /** Where the breakdown exponential starts, V. */
  breakdown_V: number;
  knee_A: number;
  gmin_S: number;
}

const fixed: JunctionQuantities = {
  saturation_A: 0,
  emission_V: 0,
  breakdownEmission_V: 0,
  breakdown_V: 0,
  knee_A: 0,
  gmin_S: 0,
};

/** Derivatives of the junction's quantities `q` by one parameter of the diode; zero for RS and what only transients see. */
export function junctionSlopes(p: DiodeParameters, q: JunctionQuantities, name: string): JunctionQuantities {
  if (name === 'gmin_S') return { ...fixed, gmin_S: 1 };
  const kelvin = p.temperature_C + celsiusZero_K;
  const nominal = p.nominal_C + celsiusZero_K;
  const thermal_V = thermalVoltage_V(kelvin);
  const ratio = kelvin / nominal;
  const heating = ((ratio - 1) * p.EG) / (p.N * thermal_V) + (p.XTI / p.N) * Math.log(ratio);
  const is = (which: string): number => (name === which ? 1 : 0);
  const thermalSlope = is('temperature_C') * (thermal_V / kelvin);
  const nbv = p.NBV ?? p.N;
  const scale = p.area * p.multiplier;
  const scaleSlope = is('area') * p.multiplier + is('multiplier') * p.area;
  // d ln(saturation): IS, area and multiplier are factors of it, the rest is in the exponent
  const logSlope =
    is('IS') / p.IS +
    scaleSlope / scale -
    (is('N') * heating) / p.N +
    (is('EG') * (ratio - 1)) / (p.N * thermal_V) +
    (is('XTI') * Math.log(ratio)) / p.N +
    is('temperature_C') * (p.EG / (p.N * thermal_V * kelvin) + p.XTI / (p.N * kelvin)) -
    is('nominal_C') * ((p.EG * ratio) / (p.N * thermal_V * nominal) + p.XTI / (p.N * nominal));
  const slopes: JunctionQuantities = {
    ...fixed,
    saturation_A: q.saturation_A * logSlope,
    emission_V: is('N') * thermal_V + p.N * thermalSlope,
    breakdownEmission_V: is(p.NBV === undefined ? 'N' : 'NBV') * thermal_V + nbv * thermalSlope,
    knee_A: p.IKF === undefined ? 0 : is('IKF') * scale + p.IKF * scaleSlope,
  };
  if (p.BV === undefined) return slopes;
  const current_A = p.IBV * scale;
  if (current_A < (q.saturation_A * p.BV) / thermal_V) return { ...slopes, breakdown_V: is('BV') };
  // xbv = BV − m·ln r, r = i/s + 1 − xbv/Vt, differentiated as it stands
  const { saturation_A: s, breakdownEmission_V: m, breakdown_V: xbv } = q;
  const r = current_A / s + 1 - xbv / thermal_V;
  const currentSlope = is('IBV') * scale + p.IBV * scaleSlope;
  const ratioSlope = (currentSlope - current_A * logSlope) / s + (xbv * thermalSlope) / thermal_V ** 2;
  const right = is('BV') - slopes.breakdownEmission_V * Math.log(r) - (m / r) * ratioSlope;
  return { ...slopes, breakdown_V: right / (1 - m / (r * thermal_V)) };
}
