import { formatQuantity, inputError } from '../../core/index.js';
import type { Question } from '../measured/index.js';
import {
  type CellDescription,
  type ComparedLaws,
  jointWindow,
  soundTrain,
  type TrainDescription,
  type TrainFit,
} from '../trains/index.js';
import { estimateInFile } from './estimate-schema.js';
import { noiseOfCell } from './fitted-noise.js';
import type { CellDirection, CellParts, CellPulse } from './schema.js';
import { cellOfTrains } from './table-cell.js';

/** What `calibrate fit` knows of one cell once its trains are fitted. */
export interface FittedTrains {
  readonly description: CellDescription;
  readonly up?: ComparedLaws;
  readonly down?: ComparedLaws;
  /** No law was asked for but the data themselves. */
  readonly table?: true;
}

/** Ends of a cell's conductances. */
type Window = readonly [low_S: number, high_S: number];

/** Where a cell works: between two conductances [S], or one number, g_max/g_min, below the highest that was measured. */
export type NamedWindow = Window | number;

/** The ends that a window named stands for, of one cell. */
export function windowEnds(
  description: Pick<CellDescription, 'up' | 'down'>,
  window: NamedWindow | undefined,
): Window | undefined {
  if (typeof window !== 'number') return window;
  const [, high] = seenBy(description);
  return [high / window, high];
}

/**
 * The parts `pulse` and `population` of a cell whose trains were fitted. Steps are the laws'; labels, trains and window are the data's.
 * @param named where it is known; else the lowest and the highest conductance measured
 * @throws `calibrate.no-cell`, exit code 2, with the reason: one polarity, no conductances, trains of two cells, a fit that is none
 */
export function fittedCell(name: string, fitted: FittedTrains, named?: NamedWindow): CellParts {
  const { description, up, down } = fitted;
  const window = windowEnds(description, named);
  const refused = whyNoCell(fitted, named);
  if (refused !== undefined) throw inputError('calibrate.no-cell', `${name}: ${refused}`);
  if (fitted.table) return cellOfData(name, description, window);
  const [rise, fall] = [up!, down!];
  const all = [...description.up, ...description.down];
  const joint = window === undefined ? jointOf(fitted, seenBy(description)) : undefined;
  const [g_min_S, g_max_S] = window ?? joint!.window;
  const isFitted = joint?.fitted.low === true || joint?.fitted.high === true;
  const read = all[0].train.readVoltage_V;
  const pulse: CellPulse = {
    g_min_S,
    g_max_S,
    window: window !== undefined ? 'assumed' : isFitted ? 'fitted' : 'measured',
    ...(read === undefined ? {} : { readVoltage_V: read }),
    potentiation: directionOf(joint?.up ?? rise.best, description.up),
    depression: directionOf(joint?.down ?? fall.best, description.down),
    comparison: [...comparisonOf(rise, 'up'), ...comparisonOf(fall, 'down')],
  };
  return { name, pulse, population: noiseOfCell(description, g_max_S - g_min_S) };
}

/** What the window of a cell file is, where it is not simply what was measured: sentences. */
export function windowRemarks(fitted: FittedTrains, window?: NamedWindow): string[] {
  if (window !== undefined || fitted.table || whyNoCell(fitted, window) !== undefined) return [];
  return [...jointOf(fitted, seenBy(fitted.description)).remarks];
}

function seenBy({ up, down }: Pick<CellDescription, 'up' | 'down'>): Window {
  const all = [...up, ...down];
  return [
    Math.min(...all.map(({ low }) => low).filter((low) => low > 0)),
    Math.max(...all.map(({ high }) => high)),
  ];
}

function jointOf({ description, up, down }: FittedTrains, seen: Window) {
  const trains = {
    up: description.up.map(({ train }) => train),
    down: description.down.map(({ train }) => train),
  };
  return jointWindow(trains, { up: up!, down: down! }, seen);
}

/** Share of a train's range that a window must hold to be the window of its cell. */
const MOST_OF_IT = 0.5;

/** Why trains make no cell, or undefined. */
export function whyNoCell(fitted: FittedTrains, named?: NamedWindow): string | undefined {
  const { description, up, down } = fitted;
  const window = windowEnds(description, named);
  if (description.up.length === 0 || description.down.length === 0) {
    const missing = description.up.length === 0 ? 'potentiation' : 'depression';
    return `no ${missing}: a cell that trains needs both polarities`;
  }
  const { unit } = description.up[0].train;
  if (unit === 'A')
    return 'the trains are currents; the read voltage makes them conductances: --answer readVoltage=0.1V';
  if (unit !== 'S') return 'nobody knows the unit of the trains; name it: --answer conductanceUnit=uS';
  if (![...description.up, ...description.down].some(({ low }) => low > 0))
    return 'its lowest conductances are at or below zero, as by an offset of the current or a read voltage of the other sign; correct the data';
  if (description.apart !== undefined && window === undefined) {
    const [low, high] = seenBy(description).map((end) => formatQuantity(end, 'S').replace(' ', ''));
    return `${description.apart}; to make a cell of them all the same, name the window it works in, in siemens: --window LOW,HIGH (these trains lie between ${low} and ${high})`;
  }
  if (window !== undefined) {
    const within = ({ low, high }: TrainDescription): number =>
      (Math.min(high, window[1]) - Math.max(low, window[0])) / (high - low);
    const empty = [...description.up, ...description.down].find((train) => !(within(train) >= MOST_OF_IT));
    if (empty !== undefined) {
      const [low, high, least, most] = [...window, empty.low, empty.high].map((g) => formatQuantity(g, 'S'));
      return `--window ${low} to ${high} ${within(empty) > 0 ? 'holds less than half' : 'holds nothing'} of the ${empty.train.direction === 'up' ? 'potentiation' : 'depression'}, which lies between ${least} and ${most}; name a window that both trains are in`;
    }
  }
  const question = windowQuestion(description, named);
  if (question !== undefined) return `${question.text}; ${question.flag}`;
  if (fitted.table) return undefined;
  if (up === undefined || down === undefined) return 'its trains were not fitted';
  const failed = [up.best, down.best].find(({ status }) => status !== 'converged');
  if (failed !== undefined) {
    return `the ${failed.model} fit of the ${failed.direction === 'up' ? 'potentiation' : 'depression'} has not converged; no cell is made of it`;
  }
  return undefined;
}

/** Conductance of a memory cell that is more often a wrong unit: 100 Ω. */
const LARGE_S = 0.01;

/**
 * Conductances that no memory cell is published with are asked about, and nothing is made of them meanwhile: a unit that is wrong
 * by 1000 looks like any other train. Whoever knows better says the window.
 */
export function windowQuestion(
  { up, down }: Pick<CellDescription, 'up' | 'down'>,
  window?: NamedWindow,
): Question | undefined {
  const all = [...up, ...down];
  const high = Math.max(...all.map((train) => train.high));
  // A ratio says nothing of the unit.
  if (typeof window === 'object' || all[0]?.train.unit !== 'S' || !(high > LARGE_S)) return undefined;
  const low = Math.min(...all.map((train) => train.low));
  const [from, to] = [low, high].map((g) => formatQuantity(g, 'S'));
  const [milli, thousandth] = [low / 1000, high / 1000].map((g) => formatQuantity(g, 'S'));
  const rounded = [low * 0.999, high * 1.001].map((g) => `${(g * 1e3).toPrecision(4)}mS`).join(',');
  return {
    key: 'window',
    text: `conductances from ${from} to ${to}: published cells have a few mS at the most, and a thousandth, ${milli} to ${thousandth}, is a usual window. Is the current in mA or µA, or the read voltage another? Correct the unit (columns=…,current_uA, or conductanceUnit=uS), or state the window if they are right`,
    flag: `--window ${rounded}`,
    blocks: true,
  };
}

/** Steps of the first train each way, as measured; over an outlier from its neighbour before to that behind. */
function cellOfData(name: string, description: CellDescription, window?: Window): CellParts {
  const [up, down] = [description.up, description.down].map(([{ train }]) => soundTrain(train));
  const { parts, remarks } = cellOfTrains(name, {
    up_S: up.states,
    down_S: down.states,
    lines: Array.from({ length: Math.max(up.states.length, down.states.length) }, (_, k) => k + 1),
    upPulses: up.pulses,
    downPulses: down.pulses,
  });
  const [g_min_S, g_max_S] = window ?? [parts.pulse!.g_min_S, parts.pulse!.g_max_S];
  const ends = window === undefined ? {} : { g_min_S, g_max_S, window: 'assumed' as const };
  return {
    ...parts,
    ...(remarks.length === 0 ? {} : { description: remarks.join('. ') }),
    pulse: {
      ...parts.pulse!,
      ...(up.readVoltage_V === undefined ? {} : { readVoltage_V: up.readVoltage_V }),
      ...ends,
    },
    population: noiseOfCell(description, g_max_S - g_min_S),
  };
}

/** Labels and range are of the data but their outliers, which are named beside them. */
function directionOf(fit: TrainFit, trains: readonly TrainDescription[]): CellDirection {
  const [{ train, pulses, ...first }] = trains;
  const labels = first.withoutOutliers ?? first.labels;
  const { amplitude_V, width_s } = train;
  const low = Math.min(...trains.map((one) => one.low));
  const high = Math.max(...trains.map((one) => one.high));
  return {
    law: fit.law,
    // digitised trains may end at a fraction
    pulses: Math.max(1, Math.round(pulses)),
    range_S: [low, high],
    ...(amplitude_V === undefined || width_s === undefined ? {} : { pulse: { amplitude_V, width_s } }),
    nonlinearity: {
      ...(labels.fixed === undefined ? {} : { fixed: { label: labels.fixed.label, r2: labels.fixed.r2 } }),
      free: { label: labels.free.label, r2: labels.free.r2 },
    },
    parameters: Object.fromEntries(
      Object.entries(fit.estimates).map(([key, estimate]) => [key, estimateInFile(estimate)]),
    ),
    fit: {
      model: fit.model,
      rmse_S: fit.rmse,
      rmseOverRange: fit.rmseOverRange,
      r2: fit.r2,
      n: fit.n,
      nEffective: fit.nEffective,
      lag1: fit.residuals.lag1,
      residualsSystematic: fit.residuals.systematic,
    },
    train: { pulse: Array.from(train.pulses), conductance_S: Array.from(train.states) },
  };
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function comparisonOf({ comparison, fits }: ComparedLaws, direction: 'up' | 'down') {
  return comparison.rows.map(({ name, parameters, deltaAic, heldOut }) => {
    const fit = fits.find(({ model }) => model === name)!;
    return {
      direction,
      model: name,
      parameters: fit.parameters ?? parameters,
      rmse_S: fit.rmse,
      converged: fit.status === 'converged',
      deltaAic: finiteOrNull(deltaAic),
      heldOut: heldOut ?? null,
    };
  });
}
