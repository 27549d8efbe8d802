import type { Tree } from '../schema/index.js';
import { type MeanOfSeeds, meanOfShares } from '../sessions/index.js';
import { type DifferingKey, differingKeys } from './differing-keys.js';
import type { KeptEpoch, KeptRun } from './kept-run.js';

/** Errors that curves can be drawn of. */
export type ErrorName = 'trainError' | 'validationError' | 'testError';

/** Runs that differ in nothing but their seed. */
export interface ComparedGroup {
  /** What sets it apart: `training.beta=0.2`; the run's own name where nothing does. */
  readonly name: string;
  readonly runs: readonly KeptRun[];
  /** Test error of the epoch that each run keeps (the best on validation samples, else the last), over the seeds. */
  readonly testError?: MeanOfSeeds;
}

/** Several runs beside each other. */
export interface ComparedRuns {
  readonly groups: readonly ComparedGroup[];
  /** Between the groups; one value a group. */
  readonly keys: readonly DifferingKey[];
}

/** Groups runs that differ in their seed alone, and says in which keys the groups differ. */
export function compareRuns(runs: readonly KeptRun[]): ComparedRuns {
  const byConfig = new Map<string, KeptRun[]>();
  for (const run of runs) {
    const key = JSON.stringify(withoutSeed(run.config ?? {}));
    byConfig.set(key, [...(byConfig.get(key) ?? []), run]);
  }
  const members = [...byConfig.values()];
  const keys = differingKeys(members.map(([{ config = {} }]) => withoutSeed(config)));
  const names = members.map((_, at) => nameOf(keys, at));
  const groups = members.map((group, at): ComparedGroup => {
    const errors = group.flatMap((run) => keptEpoch(run)?.testError ?? []);
    const isUnique = names[at] !== '' && names.indexOf(names[at]) === names.lastIndexOf(names[at]);
    return {
      name: isUnique ? names[at] : group[0].name,
      runs: group,
      ...(errors.length === 0 ? {} : { testError: meanOfShares(errors) }),
    };
  });
  return { groups, keys };
}

/** The epoch whose parameters a run is looked at with: the best on validation samples, else its last. */
export function keptEpoch({ best, epochs }: KeptRun): KeptEpoch | undefined {
  return best ?? epochs.at(-1);
}

/** Mean and interval of an error over the runs of a group, epoch by epoch; epochs that a run lacks are of fewer runs. */
export function errorCurve(
  { runs }: ComparedGroup,
  error: ErrorName,
): (MeanOfSeeds & { readonly epoch: number })[] {
  const values = new Map<number, number[]>();
  for (const { epochs } of runs)
    for (const epoch of epochs) {
      const value = epoch[error];
      if (value !== undefined) values.set(epoch.epoch, [...(values.get(epoch.epoch) ?? []), value]);
    }
  return [...values].sort(([a], [b]) => a - b).map(([epoch, all]) => ({ epoch, ...meanOfShares(all) }));
}

const MOST_KEYS_IN_A_NAME = 3;

function nameOf(keys: readonly DifferingKey[], at: number): string {
  const preset = keys.find(({ key }) => key === 'preset')?.values[at];
  // Another preset differs in everything; its name says so.
  if (preset !== undefined) return JSON.parse(preset) as string;
  const own = keys.filter(({ key }) => key !== 'preset');
  if (own.length > MOST_KEYS_IN_A_NAME) return '';
  return own.map(({ key, values }) => `${key.split('.').at(-1)} ${values[at] ?? 'not set'}`).join(', ');
}

function withoutSeed({ seed: _, threads: __, ...rest }: Tree): Tree {
  return rest;
}
