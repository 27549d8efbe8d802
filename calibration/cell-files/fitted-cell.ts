import { formatQuantity, inputError } from '../../core/index.js';
import {
  type CellDescription,
  type ComparedLaws,
  jointWindow,
  type TrainDescription,
  type TrainFit,
} from '../trains/index.js';
import { estimateInFile } from './estimate-schema.js';
import { noiseOfCell } from './fitted-noise.js';
import type { CellDirection, CellParts, CellPulse } from './schema.js';

/** What `calibrate fit` knows of one cell once its trains are fitted. */
export interface FittedTrains {
  readonly description: CellDescription;
  readonly up?: ComparedLaws;
  readonly down?: ComparedLaws;
}

/** Ends of a cell's conductances. */
type Window = readonly [low_S: number, high_S: number];

/**
 * The parts `pulse` and `population` of a cell whose trains were fitted. Steps are the laws'; labels, trains and window are the data's.
 * @param window where it is known; else the lowest and the highest conductance measured
 * @throws `calibrate.no-cell`, exit code 2, with the reason: one polarity, no conductances, trains of two cells, a fit that is none
 */
export function fittedCell(name: string, fitted: FittedTrains, window?: Window): CellParts {
  const { description, up, down } = fitted;
  const refused = whyNoCell(fitted, window);
  if (refused !== undefined) throw inputError('calibrate.no-cell', `${name}: ${refused}`);
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
    potentiation: directionOf(joint?.up ?? rise.best, description.up[0]),
    depression: directionOf(joint?.down ?? fall.best, description.down[0]),
    comparison: [...comparisonOf(rise, 'up'), ...comparisonOf(fall, 'down')],
  };
  return { name, pulse, population: noiseOfCell(description, g_max_S - g_min_S) };
}

/** What the window of a cell file is, where it is not simply what was measured: sentences. */
export function windowRemarks(fitted: FittedTrains, window?: Window): string[] {
  if (window !== undefined || whyNoCell(fitted, window) !== undefined) return [];
  return [...jointOf(fitted, seenBy(fitted.description)).remarks];
}

function seenBy({ up, down }: CellDescription): Window {
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

/** Why trains make no cell, or undefined. */
export function whyNoCell({ description, up, down }: FittedTrains, window?: Window): string | undefined {
  if (up === undefined || down === undefined) {
    const missing = up === undefined ? 'potentiation' : 'depression';
    return `no ${missing}: a cell that trains needs both polarities`;
  }
  const { unit } = description.up[0].train;
  if (unit === 'A')
    return 'the trains are currents; the read voltage makes them conductances: --answer readVoltage=0.1V';
  if (unit !== 'S') return 'nobody knows the unit of the trains; name it: --answer conductanceUnit=uS';
  if (description.apart !== undefined && window === undefined) {
    const [low, high] = seenBy(description).map((end) => formatQuantity(end, 'S').replace(' ', ''));
    return `${description.apart}; to make a cell of them all the same, name the window it works in, in siemens: --window LOW,HIGH (these trains lie between ${low} and ${high})`;
  }
  if (window !== undefined) {
    const empty = [...description.up, ...description.down].find(
      ({ low, high }) => high < window[0] || low > window[1],
    );
    if (empty !== undefined) {
      const [low, high, least, most] = [...window, empty.low, empty.high].map((g) => formatQuantity(g, 'S'));
      return `--window ${low} to ${high} holds nothing of the ${empty.train.direction === 'up' ? 'potentiation' : 'depression'}, which lies between ${least} and ${most}; name a window that both trains are in`;
    }
  }
  const failed = [up.best, down.best].find(({ status }) => status !== 'converged');
  if (failed !== undefined) {
    return `the ${failed.model} fit of the ${failed.direction === 'up' ? 'potentiation' : 'depression'} has not converged; no cell is made of it`;
  }
  return undefined;
}

function directionOf(fit: TrainFit, { train, pulses, labels }: TrainDescription): CellDirection {
  const { amplitude_V, width_s } = train;
  const [low, high] = fit.range;
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
