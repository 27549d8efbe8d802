/** Parameters of a SPICE diode by their SPICE names, at the nominal temperature and for area 1. */
export interface DiodeParameters {
  /** Saturation current, A. */
  readonly IS: number;
  /** Emission coefficient. */
  readonly N: number;
  /** Series resistance, Ω. Not part of the junction: a circuit puts it in front. */
  readonly RS: number;
  /** Breakdown voltage, V; no breakdown when left out. */
  readonly BV?: number;
  /** Current at breakdown, A. */
  readonly IBV: number;
  /** Emission coefficient in breakdown; N when left out. */
  readonly NBV?: number;
  /** Forward knee current, A; none when left out. */
  readonly IKF?: number;
  /** Activation energy, eV. */
  readonly EG: number;
  /** Saturation-current temperature exponent. */
  readonly XTI: number;
  /** Junction capacitance at 0 V, F; potential, V; grading; transit time, s: for transients. */
  readonly CJO: number;
  readonly VJ: number;
  readonly M: number;
  readonly TT: number;
  /** Share of VJ above which the depletion capacitance goes on along its tangent. */
  readonly FC: number;
  readonly area: number;
  readonly multiplier: number;
  readonly temperature_C: number;
  readonly nominal_C: number;
  /** Conductance in parallel with the junction, S. */
  readonly gmin_S: number;
}

/** The defaults of SPICE. */
export const defaultDiode: DiodeParameters = {
  IS: 1e-14,
  N: 1,
  RS: 0,
  IBV: 1e-3,
  EG: 1.11,
  XTI: 3,
  CJO: 0,
  VJ: 1,
  M: 0.5,
  TT: 0,
  FC: 0.5,
  area: 1,
  multiplier: 1,
  temperature_C: 27,
  nominal_C: 27,
  gmin_S: 1e-12,
};
