import type { Estimate } from '../../../calibration/estimates/index.js';
import { thresholdNames } from '../../../calibration/features/index.js';
import type { MeasuredNumber } from '../../../report/index.js';
import { type CellRow, medianOf, resetVoltageOf, setVoltageOf, thresholdOf } from './cell-rows.js';

/** A quantity of every cycle, as tables and distributions show it. */
export interface CycleQuantity {
  /** As files name it, with its unit: `set_V`. */
  readonly key: string;
  /** As people write it. */
  readonly symbol: string;
  readonly unit: string;
  /** What it is, for figures: `set voltage`. */
  readonly words: string;
  of(cycle: CellRow['cycles'][number]): number;
  /** Of `FeatureSummary`, which has its median with an interval. */
  readonly summary: string;
  /** Shown only where there is one: of volatile cells. */
  readonly ifThere?: true;
  /** The summary is of the inverse: conductances. */
  readonly inverted?: true;
}

/** Threshold and hold voltages, signed; only of volatile cells. */
const thresholds = thresholdNames.map(({ name, event, polarity }): CycleQuantity => {
  const [symbol, word] = event === 'hold' ? ['V_hold', 'hold voltage'] : ['V_th', 'threshold voltage'];
  const [sign, side] = polarity === 1 ? ['+', 'positive'] : ['−', 'negative'];
  return {
    key: `${event}_${side}_V`,
    symbol: `${symbol}${sign}`,
    unit: 'V',
    words: `${word} of the ${side} side`,
    of: (cycle) => thresholdOf(cycle, event, polarity),
    summary: name,
    ifThere: true,
  };
});

/** In the order of tables. */
export const cycleQuantities: readonly CycleQuantity[] = [
  {
    key: 'set_V',
    symbol: 'V_set',
    unit: 'V',
    words: 'set voltage',
    of: setVoltageOf,
    summary: 'setVoltage_V',
  },
  {
    key: 'reset_V',
    symbol: 'V_reset',
    unit: 'V',
    words: 'reset voltage',
    of: resetVoltageOf,
    summary: 'resetVoltage_V',
  },
  ...thresholds,
  {
    key: 'R_on_ohm',
    symbol: 'R_on',
    unit: 'Ω',
    words: 'on resistance',
    of: ({ on_S }) => 1 / on_S,
    summary: 'on_S',
    inverted: true,
  },
  {
    key: 'R_off_ohm',
    symbol: 'R_off',
    unit: 'Ω',
    words: 'off resistance',
    of: ({ off_S }) => 1 / off_S,
    summary: 'off_S',
    inverted: true,
  },
  {
    key: 'window',
    symbol: 'window',
    unit: '1',
    words: 'window',
    of: ({ window }) => window,
    summary: 'window',
  },
  {
    key: 'loop_area_VA',
    symbol: 'loop area',
    unit: 'VA',
    words: 'loop area',
    of: ({ loopArea_VA }) => loopArea_VA,
    summary: 'loopArea_VA',
  },
];

/** Those that every table has, and those that one of these cells shows. */
export const quantitiesOf = (rows: readonly CellRow[]): readonly CycleQuantity[] =>
  cycleQuantities.filter(
    ({ ifThere, of }) =>
      ifThere !== true || rows.some(({ cycles }) => cycles.some((cycle) => Number.isFinite(of(cycle)))),
  );

/** Median over the cycles of a cell, with its interval where two cycles or more give one. */
export function medianCell(row: CellRow, quantity: CycleQuantity): MeasuredNumber {
  const summary = row.loops.summaries.find(({ name }) => name === quantity.summary);
  // where the off state drowns in most cycles, its resistance is the least it can be, and so is the window
  const drowned = row.cycles.filter(({ offIsBound }) => offIsBound).length > row.cycles.length / 2;
  const bound = drowned && (quantity.summary === 'off_S' || quantity.summary === 'window');
  const least = bound ? { atLeast: true as const } : {};
  if (summary === undefined) return { value: medianOf(row.cycles.map(quantity.of)), ...least };
  const shown = shownEstimate(summary.median);
  const censored =
    summary.censored === 0 ? '' : `; ${summary.censored} of ${summary.n} without the event, censored`;
  const turned = quantity.inverted ? inverse(shown) : summary.sign === -1 ? negative(shown) : shown;
  return { ...turned, ...least, hint: `${shown.hint}${censored}` };
}

function negative({ value, low, high, ...rest }: MeasuredNumber): MeasuredNumber {
  return {
    ...rest,
    value: -value,
    ...(low === undefined || high === undefined ? {} : { low: -high, high: -low }),
  };
}

function inverse({ value, low, high, ...rest }: MeasuredNumber): MeasuredNumber {
  // An interval that is open below is open above, turned over.
  const over = (end: number) => (end > 0 ? 1 / end : Number.POSITIVE_INFINITY);
  return {
    ...rest,
    value: 1 / value,
    ...(low === undefined || high === undefined
      ? {}
      : { low: high === Number.POSITIVE_INFINITY ? 0 : over(high), high: over(low) }),
  };
}

/** An estimate as a page shows it. */
export function shownEstimate(estimate: Estimate | undefined): MeasuredNumber {
  if (estimate === undefined) return { value: Number.NaN };
  const { value, low, high, identifiable, method, n, nEffective } = estimate;
  if (!Number.isFinite(low) && !Number.isFinite(high) && identifiable)
    return { value, hint: `${method}; n ${n}, too few for an interval` };
  const effective = nEffective === undefined ? '' : `, effective ${nEffective.toPrecision(3)}`;
  return { value, low, high, identifiable, hint: `${method}; n ${n}${effective}` };
}
