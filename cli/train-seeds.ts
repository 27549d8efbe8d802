import { adviceText, adviseCell } from '../calibration/cell-files/index.js';
import { composeCells } from '../experiments/composition/index.js';
import type { RunConfig } from '../experiments/schema/index.js';
import {
  besideIdeal,
  type MeanOfSeeds,
  meanOfShares,
  type PairedAccuracies,
  pairedAccuracies,
  type SeedOutcome,
  severalRuns,
  testErrorOf,
  type Variant,
} from '../experiments/sessions/index.js';
import { requireFreeDirectory, writeUserFile } from '../records/index.js';
import type { Answer } from './frame/index.js';
import { interruptionOf } from './interruption.js';
import { type Io, printLine } from './io.js';
import { watchTraining } from './progress.js';
import { runSummary } from './run-summary.js';

/** What `train --seeds N --beside-ideal` was asked for. */
export interface SeveralAsked {
  readonly seeds: number;
  readonly ideal: boolean;
  readonly withoutReport: boolean;
  readonly from?: string;
  readonly directory?: string;
}

/** Trains under several seeds, one run after the other, and beside ideal cells where that is asked for. */
export async function trainSeveral(io: Io, config: RunConfig, asked: SeveralAsked): Promise<Answer> {
  const { seeds, ideal, withoutReport, from, directory } = asked;
  if (directory !== undefined) await requireFreeDirectory(directory);
  const pair = ideal ? await besideIdeal(config) : undefined;
  const variants: readonly Variant[] = pair ?? [{ config }];
  const outcomes = await watchTraining(io, undefined, (watched) =>
    severalRuns(variants, {
      ...watched,
      withoutReport,
      seeds,
      onRun: (text) => printLine(io.stderr, text),
      ...(from === undefined ? {} : { from }),
      ...(directory === undefined ? {} : { out: directory }),
    }),
  );
  const compared = pair && pairedAccuracies(outcomes, pair);
  const advice = pair && (await adviceOf(pair[0]));
  const json = {
    seeds: outcomes.map(({ seed, variant, outcome }) => ({
      seed,
      ...(variant === undefined ? {} : { variant }),
      ...runSummary(outcome.path, outcome.config.preset, outcome.epochs, outcome.best),
    })),
    accuracy: meanOfShares(accuraciesOf(outcomes, pair?.[0].name)),
    ...(compared === undefined ? {} : { besideIdeal: compared }),
    ...(advice === undefined ? {} : { advice }),
  };
  const files = outcomes.map(({ outcome }) => outcome.path);
  if (directory !== undefined) {
    const summary = `${directory.replace(/\/+$/, '')}/seeds.json`;
    await writeUserFile(summary, `${JSON.stringify(json, null, 2)}\n`);
    files.push(summary);
  }
  const last = outcomes.at(-1);
  const interrupted = last?.outcome.interrupted === true;
  if (interrupted)
    printLine(io.stderr, `Interrupted; to go on with this run: ohmprop resume ${last.outcome.path}`);
  const text = [
    ...(compared === undefined ? seedLines(outcomes, pair?.[0].name) : pairLines(compared, variants)),
    ...(pair !== undefined && pair[0].config.cells?.policy === 'exact'
      ? [
          'policy exact sets conductances without pulses: steps, asymmetry and noise of pulses had no say, and what the cells cost is not in these numbers; --policy accumulate or proportional makes pulses',
        ]
      : []),
    ...(advice === undefined ? [] : [`policy for these cells: ${adviceText(advice)}`]),
  ].join('\n');
  return { text, json, files, ...(interrupted ? { failure: interruptionOf(io.signal) } : {}) };
}

async function adviceOf({ config }: Variant) {
  const { cells, network } = config;
  if (cells === undefined || network.kind !== 'resistive') return undefined;
  const { model } = await composeCells(cells, network.window);
  return adviseCell(model, cells.readNoise);
}

function accuraciesOf(outcomes: readonly SeedOutcome[], variant: string | undefined): number[] {
  return outcomes
    .filter((one) => one.variant === variant && !one.outcome.interrupted)
    .map(({ outcome }) => 1 - testErrorOf(outcome));
}

function seedLines(outcomes: readonly SeedOutcome[], variant: string | undefined): string[] {
  const accuracies = accuraciesOf(outcomes, variant);
  return [
    ...outcomes
      .filter((one) => one.variant === variant && !one.outcome.interrupted)
      .map(
        ({ seed, outcome }) =>
          `seed ${seed}: test accuracy ${points(1 - testErrorOf(outcome))} %  ${outcome.path}`,
      ),
    ...(accuracies.length === 0 ? [] : [`test accuracy ${meanText(meanOfShares(accuracies))}`]),
  ];
}

function pairLines(
  { pairs, cells, ideal, difference }: PairedAccuracies,
  [own]: readonly Variant[],
): string[] {
  return [
    `test accuracy, %: cells ${own.name ?? ''}, ideal cells of the same window, difference in points`,
    ...pairs.map(
      (pair) =>
        `  seed ${String(pair.seed).padEnd(6)} ${points(pair.cells).padStart(6)} ${points(pair.ideal).padStart(6)} ${signed(pair.difference).padStart(7)}`,
    ),
    `cells ${meanText(cells)}`,
    `ideal ${meanText(ideal)}`,
    `difference ${meanText(difference, signed, 'points')}`,
  ];
}

function meanText({ n, mean, deviation, low, high }: MeanOfSeeds, show = points, unit = '%'): string {
  if (deviation === undefined || low === undefined || high === undefined)
    return `${show(mean)} ${unit} (one seed)`;
  return `${show(mean)} ± ${points(deviation)} ${unit} (mean ± standard deviation of ${n} seeds; 95 % interval of the mean ${show(low)} to ${show(high)}${n < FEW ? `, of so few seeds a guess` : ''})`;
}

/** Fewer seeds give a mean and no interval worth the name: Student's t of two is 12.7. */
const FEW = 4;

const points = (share: number): string => (100 * share).toFixed(2);
const signed = (share: number): string => `${share < 0 ? '−' : '+'}${points(Math.abs(share))}`;
