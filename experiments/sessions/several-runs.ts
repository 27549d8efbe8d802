import { inputError } from '../../core/index.js';
import { describeLifetime } from '../composition/index.js';
import { isInstrument, type RunConfig } from '../schema/index.js';
import { type RunOutcome, type StartRunOptions, startRun } from './start-run.js';

/** A configuration to be run under several seeds, by what it is called beside others. */
export interface Variant {
  /** `ideal`: part of the name of its directories. Nothing where there is but one. */
  readonly name?: string;
  readonly config: RunConfig;
}

/** One run of several. */
export interface SeedOutcome {
  readonly seed: number;
  readonly variant?: string;
  readonly outcome: RunOutcome;
}

/** How several runs are made. */
export interface SeveralRunsOptions extends StartRunOptions {
  /** How many, the seeds counted up from that of the configuration. */
  readonly seeds: number;
  /** Is told what begins, before it does. */
  readonly onRun?: (text: string) => void;
}

/** Seeds counted up from a configuration's own. */
export function seedsFrom({ seed }: Pick<RunConfig, 'seed'>, count: number): number[] {
  return Array.from({ length: count }, (_, k) => seed + k);
}

/**
 * Runs each variant under each seed, one after the other, the variants of one seed in turn: what a machine does meanwhile falls on all
 * of them. Each has a run directory of its own; under `out` where that is given (`seed-3`, `seed-3-ideal`).
 * @returns those that were finished; where one was interrupted it is the last
 * @throws `seeds.board` where they would write one piece of hardware again and again
 */
export async function severalRuns(
  variants: readonly Variant[],
  { seeds, out, onRun, ...options }: SeveralRunsOptions,
): Promise<SeedOutcome[]> {
  const outcomes: SeedOutcome[] = [];
  const list = seedsFrom(variants[0].config, seeds);
  for (const { config } of variants) requireSimulated(config, list.length * variants.length);
  const all = list.length * variants.length;
  for (const seed of list) {
    for (const { name, config } of variants) {
      const own = name === undefined ? '' : `, ${name}`;
      onRun?.(`run ${outcomes.length + 1} of ${all}: seed ${seed}${own}`);
      const folder = `seed-${seed}${name === undefined ? '' : `-${name.replace(/[^\w.-]+/g, '-')}`}`;
      const outcome = await startRun(
        { ...config, seed },
        { ...options, ...(out === undefined ? {} : { out: `${out.replace(/\/+$/, '')}/${folder}` }) },
      );
      outcomes.push({ seed, outcome, ...(name === undefined ? {} : { variant: name }) });
      if (outcome.interrupted) return outcomes;
    }
  }
  return outcomes;
}

/** A new run writes every wiper of its board. */
function requireSimulated({ network, cells }: RunConfig, runs: number): void {
  if (runs > 1 && cells !== undefined && isInstrument(cells.model)) {
    throw inputError(
      'seeds.board',
      `--seeds: ${runs} runs would program the cells behind ${cells.model} anew ${runs} times; train on them once, or on simulated ones that are alike, --cells ${cells.like ?? 'my.cell.json'}`,
    );
  }
  if (runs === 1 || network.kind !== 'board') return;
  if (describeLifetime(network.device) === 'made-for-this') return;
  throw inputError(
    'seeds.board',
    `--seeds: ${runs} runs would write ${network.device} anew ${runs} times; train on it once, or on --device virtual`,
  );
}

/** What a run came to: the best epoch on the validation samples where there are any, else the last. */
export function testErrorOf({ best, epochs }: Pick<RunOutcome, 'best' | 'epochs'>): number {
  return best?.testError ?? epochs.at(-1)?.testError ?? Number.NaN;
}
