import type { Netlist, TransientAnalysis } from '../../circuits/netlist/index.js';
import { inputError } from '../../core/index.js';
import type { TransientOptions } from './transient-options.js';
import type { TransientSolution } from './transient-result.js';
import { TransientRun } from './transient-run.js';

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
