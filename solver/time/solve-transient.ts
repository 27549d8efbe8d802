import type { Netlist, TransientAnalysis } from '../../circuits/netlist/index.js';
import { inputError } from '../../core/index.js';
import type { TransientSolution } from './transient-result.js';
import { TransientRun } from './transient-run.js';

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

/**
 * A circuit in time, from its operating point or from initial conditions: variable steps of a stiff method, local errors of
 * charges, fluxes and states controlled. How it ended is its `status`.
 * @throws OhmpropError for times that make no interval, and for a circuit that cannot have a start
 */
export async function solveTransient(
  netlist: Netlist,
  analysis: Omit<TransientAnalysis, 'place'>,
  options: TransientOptions = {},
): Promise<TransientSolution> {
  const { step_s, stop_s, start_s, maxStep_s } = analysis;
  for (const [name, value] of Object.entries({ step_s, stop_s, maxStep_s: maxStep_s ?? 1 })) {
    if (!(value > 0) || !Number.isFinite(value)) {
      throw inputError('circuit.transient', `${name} of a transient must be above 0 s, got ${value} s`);
    }
  }
  if (!(start_s >= 0 && start_s < stop_s)) {
    throw inputError('circuit.transient', `a transient is kept from ${start_s} s on and ends at ${stop_s} s`);
  }
  return new TransientRun(netlist, analysis, options).run();
}
