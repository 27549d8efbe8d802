import { inputError } from '../../core/index.js';
import { type FittedBranch, type FittedStatics, whyNoStatics } from '../branches/index.js';
import { estimateInFile } from './estimate-schema.js';
import type { CellParts } from './schema.js';

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The part `iv` of a cell whose states were fitted; a law that has not converged is marked so. */
export function fittedBranches({ curves, branches }: FittedStatics): NonNullable<CellParts['iv']> {
  return {
    verdict: curves.verdict.name,
    branches: branches.map((branch) => {
      const { name, best, voltage_V, weights, censored, cycles } = branch;
      return {
        name,
        law: best.law,
        ...(best.offset_A === undefined ? {} : { offset_A: best.offset_A }),
        voltage_V: [voltage_V[0], voltage_V[1]] as [number, number],
        parameters: Object.fromEntries(
          Object.entries(best.estimates).map(([key, estimate]) => [key, estimateInFile(estimate)]),
        ),
        fit: {
          model: best.model,
          converged: best.status === 'converged',
          rms: best.rms,
          rmse_A: best.rmse_A,
          r2: finiteOrNull(best.r2),
          n: best.n,
          nEffective: best.nEffective,
          lag1: best.residuals.lag1,
          residualsSystematic: best.residuals.systematic,
          censored,
          cycles,
          weightKnee_A: weights.knee_A,
          weightShare: weights.share ?? null,
        },
      };
    }),
    comparison: branches.flatMap(comparisonOf),
  };
}

/**
 * The parts `iv` and `limits` of a cell that was swept.
 * @param compliance_A the limit of the current that the sweeps were measured under, where there was one
 * @throws `calibrate.no-cell`, exit code 2, with the reason
 */
export function sweptCell(name: string, statics: FittedStatics, compliance_A: number | undefined): CellParts {
  const refused = whyNoStatics(statics);
  if (refused !== undefined) throw inputError('calibrate.no-cell', `${name}: ${refused}`);
  const ends = statics.branches.map(({ voltage_V }) => voltage_V);
  return {
    name,
    iv: fittedBranches(statics),
    limits: {
      voltage_V: [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))],
      ...(compliance_A === undefined || !(compliance_A > 0) ? {} : { current_A: compliance_A }),
    },
  };
}

function comparisonOf({ name, comparison, fits }: FittedBranch) {
  return (comparison?.rows ?? []).map(({ name: model, deltaAic, heldOut }) => {
    const fit = fits.find((one) => one.model === model)!;
    return {
      branch: name,
      model,
      parameters: fit.parameters,
      rms: fit.rms,
      rmse_A: fit.rmse_A,
      converged: fit.status === 'converged',
      deltaAic: finiteOrNull(deltaAic),
      heldOut: heldOut ?? null,
    };
  });
}
