import type { FittedTrains } from '../../calibration/cell-files/index.js';
import { inputError, type OhmpropError, runError } from '../../core/index.js';
import type { FittedSweeps, ReadFile } from './fit-files.js';
import { staticName } from './fit-statics.js';

/** Nothing to fit; or a fit that has not converged, which is printed and marked all the same. */
export function failureOf(
  read: readonly ReadFile[],
  cells: readonly FittedTrains[],
  sweeps: readonly FittedSweeps[],
): OhmpropError | undefined {
  if (cells.length === 0 && sweeps.length > 0) return failureOfSweeps(sweeps);
  if (cells.length === 0) {
    const why = read.map(({ file, labels }) => {
      const reason =
        (file.series.some(({ kind }) => kind === 'step-table')
          ? 'a table of steps over conductances, which is a cell already: "ohmprop cell pulse crosssim:UP.txt,DOWN.txt", "train --cells crosssim:UP.txt,DOWN.txt"'
          : undefined) ??
        labels.ramps[0]?.reason ??
        labels.refused[0]?.reason ??
        `no sweep and no train of pulses; it holds ${[...new Set(file.series.map(({ kind }) => kind))].join(', ') || 'no series'}`;
      return `${file.path}: ${reason}`;
    });
    return inputError(
      'calibrate.no-trains',
      `nothing to fit: ${why.join('; ')}. "ohmprop calibrate inspect" says what the file was taken for`,
    );
  }
  const bad = cells
    .flatMap(({ up, down }) => [up, down])
    .find((laws) => laws !== undefined && laws.best.status !== 'converged');
  if (bad === undefined) return sweeps.length === 0 ? undefined : failureOfSweeps(sweeps);
  return runError(
    'calibrate.converge',
    `the ${bad.best.model} fit of the ${bad.best.direction === 'up' ? 'potentiation' : 'depression'} has not converged (${bad.best.status}); its numbers are the best met, no result. Try another law: --model`,
  );
}

/** No law of any cell; or one that has not converged, which is kept and marked. */
function failureOfSweeps(sweeps: readonly FittedSweeps[]): OhmpropError | undefined {
  if (sweeps.every(({ statics }) => statics.refused !== undefined)) {
    const why = sweeps.map(({ file, statics }) => `${staticName(file.path, statics)}: ${statics.refused}`);
    return inputError('calibrate.no-law', `nothing to fit: ${why.slice(0, 5).join('; ')}`);
  }
  for (const { file, statics } of sweeps) {
    const bad = statics.branches.find(({ best }) => best.status !== 'converged');
    if (bad === undefined) continue;
    return runError(
      'calibrate.converge',
      `${staticName(file.path, statics)}: the ${bad.best.model} fit of ${bad.name} has not converged (${bad.best.status}); its numbers are the best met, no result, and marked so in files. Try another law: --model`,
    );
  }
  return undefined;
}
