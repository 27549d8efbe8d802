/** Tolerances of a transient, by their SPICE names, and what accompanies it. */
export interface TransientOptions {
  /** Local error of charges, fluxes and states against their size; 1e-3. */
  readonly reltol?: number;
  /** Voltage that does not count, V: 1e-6; current, A: 1e-12; charge, C: what vntol is to each capacitance. */
  readonly vntol?: number;
  readonly abstol?: number;
  readonly chgtol?: number;
  /** Voltages at which nodes start, V. */
  readonly initialVoltages_V?: ReadonlyMap<string, number>;
  /** Stops it between steps; what was computed is kept. */
  readonly signal?: AbortSignal;
  /** Called now and then with the time reached, s. */
  readonly progress?: (reached_s: number) => void;
}
