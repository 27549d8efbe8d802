import type { StaticCurves } from '../features/index.js';
import { type BranchOptions, type FittedBranch, fitStaticBranch } from './compare-branch.js';
import { bothPolarities, shapeOf } from './fit-branch.js';

/** Laws of the states of one cell, or why there are none. */
export interface FittedStatics {
  readonly curves: StaticCurves;
  readonly branches: readonly FittedBranch[];
  /** Why nothing was fitted. */
  readonly refused?: string;
  readonly remarks: readonly string[];
}

/** Verdicts without a current that belongs to the voltage. */
const NO_LAW: Readonly<Record<string, string>> = {
  open: 'nothing conducts, and a law would be one of the noise',
  capacitive: 'its current is that of the rate of the voltage, not of the voltage',
};

/** Laws of every state of a cell. What does not switch has one, and says so. @throws `branches.few`, exit code 2 */
export function fitStatics(curves: StaticCurves, options: BranchOptions = {}): FittedStatics {
  const { verdict, cell } = curves;
  const { name, switches, because, missing } = verdict;
  const refused =
    NO_LAW[name] ??
    (curves.branches.length === 0 ? 'no state was measured apart from its changes' : undefined);
  if (refused !== undefined)
    return { curves, branches: [], refused: `${name}: ${refused} (${because})`, remarks: [] };
  const remarks = [
    ...curves.remarks,
    ...(switches
      ? []
      : [
          `${name === 'unclear' ? 'no switching was seen' : `${name}, it does not switch`}: a static law alone, no states and no dynamics (${because}${missing === undefined ? '' : `; missing: ${missing}`})`,
        ]),
  ];
  return {
    curves,
    remarks,
    branches: curves.branches.flatMap((branch) => fitStaticBranch(cell, branch, options)),
  };
}

/** Verdicts of which one polarity says all. */
const ONE_IS_ENOUGH = new Set<string>(['ohmic', 'shorted', 'unipolar']);

/** Why no cell can be made of them, or undefined. */
export function whyNoStatics({ curves, branches, refused }: FittedStatics): string | undefined {
  if (refused !== undefined) return refused;
  const { name } = curves.verdict;
  if (ONE_IS_ENOUGH.has(name)) return undefined;
  const voltage_V = Float64Array.from(
    branches.flatMap(({ points }) => Array.from(shapeOf(points).voltage_V)),
  );
  if (bothPolarities(voltage_V)) return undefined;
  const side = voltage_V.some((v) => v > 0) ? 'negative' : 'positive';
  return `one polarity only, where a cell needs both: nothing is known of the ${side} side, and the curve is bent or changes. Sweep that too`;
}
