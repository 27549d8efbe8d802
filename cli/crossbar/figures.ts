import {
  type Figure,
  type FigureText,
  heatMap,
  namedBars,
  placeBars,
  type ReportSection,
  stackedCurves,
} from '../../report/index.js';
import type { AsDrawn } from './as-drawn.js';
import type { CrossbarEffects } from './effects.js';
import type { WeightsAnswer } from './weights.js';

/** How `--map` calls what `effectSections` gives, in its order. */
export const mapNames = ['voltage', 'current', 'drop', 'error', 'sneak'] as const;

/** What wires do to one input vector, a map or curve each, with what it means. */
export function effectSections(
  effects: CrossbarEffects,
  { rows, columns, sensedName }: Pick<AsDrawn, 'rows' | 'columns' | 'sensedName'>,
  { redraw }: Pick<FigureText, 'redraw'> = {},
): ReportSection[] {
  const by = redraw === undefined ? {} : { redraw };
  const map = (
    title: string,
    caption: string,
    values: Float64Array,
    quantity: string,
    unit: string,
  ): ReportSection => ({
    title,
    caption,
    figure: heatMap({
      ...by,
      values,
      rows,
      columns,
      quantity,
      unit,
      rowName: 'word line',
      columnName: 'bit line',
    }),
  });
  return [
    map(
      'Voltage at the cells',
      'Driven-line less sensed-line voltage: what reaches each cell.',
      effects.cell_V,
      'voltage',
      'V',
    ),
    map(
      'Current',
      'Through each cell, from the driven to the sensed line.',
      effects.current_A,
      'current',
      'A',
    ),
    map(
      'Drop',
      'What each cell lacks of the voltage between the ends of its lines. Grey: on a floating line.',
      effects.drop_V,
      'drop',
      'V',
    ),
    {
      title: 'Output error',
      caption: `Output current of each ${sensedName} against the ideal product Σ G·V.`,
      figure: placeBars({
        ...by,
        values: effects.outputError.map((error) => 100 * error),
        placeTitle: sensedName,
        quantity: 'output error (%)',
        unit: '1',
      }),
    },
    map(
      'Sneak-path share',
      `Share of its ${sensedName}'s cell current that flows through a cell where the ideal product has none, or against it.`,
      effects.sneakShare.map((share) => 100 * share),
      'share (%)',
      '1',
    ),
  ];
}

/** What became of a signed matrix times input vector `input`. */
export function productSections(
  { products, exactProducts, parts }: WeightsAnswer,
  input: number,
  { redraw }: Pick<FigureText, 'redraw'> = {},
): ReportSection[] {
  const by = redraw === undefined ? {} : { redraw };
  const largest = exactProducts.flat().reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  return [
    {
      title: 'Products',
      caption: `Product of each output with input vector ${input} less the exact one, over the largest exact product of all.`,
      figure: placeBars({
        ...by,
        values: products.map((product, j) => (100 * (product[input] - exactProducts[j][input])) / largest),
        placeTitle: 'output',
        quantity: 'product error (%)',
        unit: '1',
      }),
    },
    {
      title: 'Where the error comes from',
      caption:
        'What each step adds to those before it, root mean square over that of the exact products, of all input vectors. Steps may undo each other.',
      figure: namedBars({
        ...by,
        names: ["cells' levels", 'drivers', 'wires', 'read-out'],
        nameTitle: 'step',
        values: [parts.cells, parts.drivers, parts.wires, parts.readOut].map((share) => 100 * share),
        quantity: 'error (%)',
        unit: '1',
      }),
    },
  ];
}

/** One point of a sweep over arrays. */
export interface CrossbarSweepPoint {
  readonly value: number;
  readonly relativeError: number;
  readonly worstDrop_V: number;
  readonly power_W: number;
}

/** Error, drop and power against what was varied. @param x its name, and its SI unit (`1` where there is none) */
export function crossbarSweepFigure(
  points: readonly CrossbarSweepPoint[],
  x: { readonly quantity: string; readonly unit: string },
  text: FigureText = {},
): Figure {
  return stackedCurves({
    ...text,
    x: { ...x, values: points.map(({ value }) => value) },
    panels: [
      { quantity: 'output error (%)', unit: '1', values: points.map((p) => 100 * p.relativeError) },
      { quantity: 'worst drop', unit: 'V', values: points.map((p) => p.worstDrop_V) },
      { quantity: 'power', unit: 'W', values: points.map((p) => p.power_W) },
    ],
  });
}
