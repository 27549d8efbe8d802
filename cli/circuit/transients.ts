import type { SpiceCircuit } from '../../circuits/spice/index.js';
import { formatQuantity, isUsable } from '../../core/index.js';
import { solveTransient, type TransientSolution } from '../../solver/time/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, warn } from '../io.js';
import type { Work } from './work.js';

/** A file's transients; what was computed until they are asked to end is kept. */
export async function transients(io: Io, circuit: SpiceCircuit, work: Work): Promise<TransientSolution[]> {
  const { transient, tolerances, initialVoltages_V } = circuit.analyses;
  const { signal } = work;
  const solutions: TransientSolution[] = [];
  for (const [k, analysis] of transient.entries()) {
    const { stop_s } = analysis;
    const progress = (reached_s: number) =>
      work.progress(
        (k + reached_s / stop_s) / transient.length,
        `${formatQuantity(reached_s, 's')} of ${formatQuantity(stop_s, 's')}`,
      );
    const options = { ...tolerances, initialVoltages_V, signal, progress };
    const solution = await solveTransient(circuit, analysis, options);
    const { floatingAtStart, start, switchesHeldAtStart } = solution.stats;
    if (floatingAtStart.length > 0 && (start === undefined || isUsable(start.status))) {
      warn(
        io,
        `${floatingAtStart.slice(0, 8).join(', ')}: no path for direct current to ground; taken to start at 0 V (.ic sets another)`,
      );
    }
    if (switchesHeldAtStart) {
      warn(
        io,
        'no operating point has all switches stay as they are; they were held as they start (ON, OFF)',
      );
    }
    solutions.push(solution);
    if (solution.status === 'aborted') break;
  }
  return solutions;
}

/** How a command ends whose transient was interrupted: its results are out all the same. */
export function endOf(io: Io, solutions: readonly TransientSolution[]) {
  return solutions.some(({ status }) => status === 'aborted') ? interruptionOf(io.signal) : undefined;
}
