import {
  type Bounds,
  celsius,
  type ElementParameter,
  free,
  notNegative,
  parameterList,
  positive,
} from './element-parameters.js';

/** Parameters of a level-1 MOS transistor by their SPICE names, and the size of one transistor. */
export interface MosParameters {
  /** +1 for an n-channel, −1 for a p-channel transistor. */
  readonly polarity: 1 | -1;
  /** Threshold voltage without body bias, V; negative for an enhancement p-channel. */
  readonly VTO: number;
  /** Transconductance parameter, A/V². */
  readonly KP: number;
  /** Body-effect coefficient, √V. */
  readonly GAMMA: number;
  /** Surface potential at strong inversion, V. */
  readonly PHI: number;
  /** Channel-length modulation, 1/V. */
  readonly LAMBDA: number;
  /** Resistances of drain and source, Ω; not part of the channel: a circuit puts them in front. */
  readonly RD: number;
  readonly RS: number;
  /** Saturation current of a bulk junction, A; and per area, A/m². */
  readonly IS: number;
  readonly JS: number;
  /** Zero-bias capacitances of the bulk junctions, F; per area, F/m²; per perimeter, F/m. */
  readonly CBD?: number;
  readonly CBS?: number;
  readonly CJ: number;
  readonly CJSW: number;
  /** Potential, V, and gradings of the bulk junctions. */
  readonly PB: number;
  readonly MJ: number;
  readonly MJSW: number;
  readonly FC: number;
  /** Overlap capacitances of the gate per width (source, drain) and per length (bulk), F/m. */
  readonly CGSO: number;
  readonly CGDO: number;
  readonly CGBO: number;
  /** Oxide thickness, m; without it the gate has no capacitance but the overlaps. */
  readonly TOX?: number;
  /** Lateral diffusion, m: the channel is L − 2·LD long. */
  readonly LD: number;
  /** Channel length and width, m. */
  readonly L: number;
  readonly W: number;
  /** Areas, m², and perimeters, m, of drain and source. */
  readonly AD: number;
  readonly AS: number;
  readonly PD: number;
  readonly PS: number;
  readonly multiplier: number;
  readonly temperature_C: number;
  readonly nominal_C: number;
  /** Conductance in parallel with each bulk junction, S. */
  readonly gmin_S: number;
}

/** The defaults of SPICE. */
export const defaultMos: MosParameters = {
  polarity: 1,
  VTO: 0,
  KP: 2e-5,
  GAMMA: 0,
  PHI: 0.6,
  LAMBDA: 0,
  RD: 0,
  RS: 0,
  IS: 1e-14,
  JS: 0,
  CJ: 0,
  CJSW: 0,
  PB: 0.8,
  MJ: 0.5,
  MJSW: 0.5,
  FC: 0.5,
  CGSO: 0,
  CGDO: 0,
  CGBO: 0,
  LD: 0,
  L: 1e-4,
  W: 1e-4,
  AD: 0,
  AS: 0,
  PD: 0,
  PS: 0,
  multiplier: 1,
  temperature_C: 27,
  nominal_C: 27,
  gmin_S: 1e-12,
};

const bounds: { readonly [K in keyof MosParameters]?: Bounds } = {
  VTO: free('V'),
  KP: positive('A/V²'),
  GAMMA: notNegative('√V'),
  PHI: positive('V'),
  LAMBDA: notNegative('1/V'),
  RD: notNegative('ohm'),
  RS: notNegative('ohm'),
  IS: notNegative('A'),
  JS: notNegative('A/m²'),
  CBD: notNegative('F'),
  CBS: notNegative('F'),
  CJ: notNegative('F/m²'),
  CJSW: notNegative('F/m'),
  PB: positive('V'),
  MJ: ['1', 0, 0.99],
  MJSW: ['1', 0, 0.99],
  FC: ['1', 0, 0.95],
  CGSO: notNegative('F/m'),
  CGDO: notNegative('F/m'),
  CGBO: notNegative('F/m'),
  TOX: positive('m'),
  LD: notNegative('m'),
  L: positive('m'),
  W: positive('m'),
  AD: notNegative('m²'),
  AS: notNegative('m²'),
  PD: notNegative('m'),
  PS: notNegative('m'),
  multiplier: positive('1'),
  temperature_C: celsius,
  nominal_C: celsius,
  gmin_S: notNegative('S'),
};

/** Those that the transistor has; TOX, CBD and CBS are absent where they are not given. */
export function mosParameterList(values: MosParameters): ElementParameter[] {
  return parameterList(values, bounds);
}
