import { type Observations, type Summary, summarise } from '../estimates/index.js';
import type { CycleFeatures } from './cycle-features.js';
import type { SwitchingVoltage } from './switching-voltage.js';

/** One quantity over the cycles of a cell, or over the cells of a file. */
export interface FeatureSummary extends Summary {
  /** `setVoltage_V`, `window`, or a column's own name. */
  readonly name: string;
  /** SI unit; '' for ratios. */
  readonly unit: string;
  /** Sign of a voltage at which the state changes, whose values are magnitudes. */
  readonly sign?: 1 | -1;
  readonly observations: Observations;
}

/** Threshold and hold voltages of volatile cells, a polarity each. */
export const thresholdNames = [
  { name: 'thresholdPositive_V', event: 'threshold', polarity: 1 },
  { name: 'holdPositive_V', event: 'hold', polarity: 1 },
  { name: 'thresholdNegative_V', event: 'threshold', polarity: -1 },
  { name: 'holdNegative_V', event: 'hold', polarity: -1 },
] as const;

/** Summaries of every quantity of which two cycles or more say something; forming is left out. */
export function summariesOf(cycles: readonly CycleFeatures[], seed?: number): FeatureSummary[] {
  const after = cycles.filter(({ forming }) => !forming);
  const voltages = (pick: (cycle: CycleFeatures) => SwitchingVoltage | undefined) =>
    after.flatMap((cycle) => pick(cycle) ?? []);
  const sets = voltages(({ set }) => set);
  const resets = voltages(({ reset }) => reset);
  const numbers = (pick: (cycle: CycleFeatures) => number) =>
    observed(after.map((cycle): [number, number] => [pick(cycle), pick(cycle)]));
  const quantities: { name: string; unit: string; observations: Observations; sign?: 1 | -1 }[] = [
    { name: 'setVoltage_V', unit: 'V', observations: between(sets), ...signOf(sets) },
    { name: 'resetVoltage_V', unit: 'V', observations: between(resets), ...signOf(resets) },
    ...thresholdNames.map(({ name, event, polarity }) => ({
      name,
      unit: 'V',
      sign: polarity,
      observations: (event === 'hold' ? downTo : between)(
        after.flatMap(({ thresholds = [] }) =>
          thresholds.flatMap((one) => (one.polarity === polarity ? (one[event] ?? []) : [])),
        ),
      ),
    })),
    {
      name: 'off_S',
      unit: 'S',
      observations: observed(after.map(({ off_S, offIsBound }) => [offIsBound ? 0 : off_S, off_S])),
    },
    { name: 'on_S', unit: 'S', observations: numbers(({ on_S }) => on_S) },
    {
      name: 'window',
      unit: '',
      observations: observed(after.map(({ window, offIsBound }) => [window, offIsBound ? Infinity : window])),
    },
    { name: 'loopArea_VA', unit: 'V·A', observations: numbers(({ loopArea_VA }) => loopArea_VA) },
    { name: 'maxCurrent_A', unit: 'A', observations: numbers(({ maxCurrent_A }) => maxCurrent_A) },
  ];
  return quantities
    .filter(({ observations }) => observations.low.length >= 2)
    .map((quantity) => ({ ...quantity, ...summarise(quantity.observations, seed) }));
}

/** Events between two voltages, or above the largest where none was seen; magnitudes. */
const between = (events: readonly SwitchingVoltage[]): Observations =>
  observed(events.map(({ after_V, at_V, seen }) => [Math.abs(after_V), seen ? Math.abs(at_V) : Infinity]));

/** Of hold voltages: between the first voltage without and the last with, or below the smallest at which it still held; magnitudes. */
const downTo = (events: readonly SwitchingVoltage[]): Observations =>
  observed(events.map(({ after_V, at_V, seen }) => [seen ? Math.abs(at_V) : 0, Math.abs(after_V)]));

/** Pairs without a number left out. */
function observed(pairs: readonly (readonly [number, number])[]): Observations {
  const known = pairs.filter(([low, high]) => !Number.isNaN(low) && !Number.isNaN(high));
  return {
    low: Float64Array.from(known, ([low, high]) => Math.min(low, high)),
    high: Float64Array.from(known, ([low, high]) => Math.max(low, high)),
  };
}

function signOf(events: readonly SwitchingVoltage[]): { sign?: 1 | -1 } {
  const first = events[0];
  return first === undefined ? {} : { sign: first.after_V + (first.seen ? first.at_V : 0) < 0 ? -1 : 1 };
}
