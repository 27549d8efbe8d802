import { formatQuantity, inputError, runError } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { type Figure, type FigureText, stackedCurves } from '../../report/index.js';
import { type ReadMargin, requireCrossbarMemory } from '../../solver/crossbar/index.js';
import type { Answer } from '../frame/index.js';
import type { WorkBar } from '../work-bar.js';
import type { ReadMarginCells } from './margin-cells.js';
import type { MarginOptions } from './margin-options.js';
import { farthest, marginAt, marginJson, triedText } from './margin-read.js';
import { percent } from './percent.js';

/** Twice as large until the margin is missed, then by halves; sizes between those tried are taken to lie between them. */
export function largestArray(
  given: MarginOptions,
  wanted: number,
  cells: ReadMarginCells,
  bar: WorkBar,
): Answer {
  if (given.size !== undefined || given.bitLines !== undefined || given.select !== undefined) {
    const flag =
      given.select !== undefined ? '--select' : given.size === undefined ? '--bit-lines' : '--size';
    throw inputError(
      'crossbar.usage',
      `${flag}: --at-least tries sizes, at the cell with the longest wires; leave it out`,
    );
  }
  if (given.floatRows.length + given.floatCols.length > 0) {
    throw inputError('crossbar.usage', '--float-rows, --float-cols: --at-least tries sizes; leave them out');
  }
  const most = given.upTo ?? 256;
  requireCrossbarMemory(most, most);
  const tried = new Map<number, ReadMargin>();
  const steps = 2 * Math.ceil(Math.log2(most + 1)) + 1;
  const meets = (size: number): boolean => {
    bar.update(tried.size, steps, 'sizes');
    const margin = marginAt(given, [size, size], farthest(given, size, size), cells, () => {});
    tried.set(size, margin);
    return margin.margin >= wanted;
  };
  const alone = meets(1);
  if (!alone) {
    const { margin } = tried.get(1)!;
    throw runError(
      'crossbar.margin',
      `no size has a margin of ${percent(wanted)}: a single cell (${cells.text}) with these wires has ${percent(margin)} at ${given.voltage} V; ask for less, or take cells further apart`,
    );
  }
  let [good, bad] = [1, Number.POSITIVE_INFINITY];
  while (good < most && bad === Number.POSITIVE_INFINITY) {
    const next = Math.min(2 * good, most);
    if (meets(next)) good = next;
    else bad = next;
  }
  while (bad - good > 1 && bad !== Number.POSITIVE_INFINITY) {
    const middle = (good + bad) >> 1;
    if (meets(middle)) good = middle;
    else bad = middle;
  }
  const sizes = [...tried.entries()].sort(([a], [b]) => a - b);
  const { margin, on, off } = tried.get(good)!;
  const open = bad === Number.POSITIVE_INFINITY;
  const all = sizes.every(([, found]) => found.on.all && found.off.all);
  const falls = sizes.every(([, found], k) => k === 0 || found.margin <= sizes[k - 1][1].margin + 1e-9);
  return {
    text: [
      open
        ? `${good} × ${good}, the largest size tried, still has a margin of ${percent(margin)} (wanted: ${percent(wanted)}); --up-to tries larger ones`
        : `${good} × ${good} is the largest array with a margin of at least ${percent(wanted)}: ${percent(margin)}; ${bad} × ${bad} has ${percent(tried.get(bad)!.margin)}`,
      `  ${cells.text}, read under ${given.scheme} with ${formatQuantity(given.voltage, 'V')} at the cell with the longest wires`,
      `  on ${formatQuantity(on.sensed_A, 'A')} (${triedText(on.all, on.tried)}), off ${formatQuantity(off.sensed_A, 'A')} (${triedText(off.all, off.tried)})`,
      ...sizes.map(([size, found]) => `  ${size} × ${size}: ${percent(found.margin)}`),
      ...(falls ? [] : ['  the margin does not fall with every size: one that was not tried may be larger']),
    ].join('\n'),
    json: {
      atLeast: wanted,
      largestSize: good,
      largestTried: sizes.at(-1)![0],
      missedBy: open ? null : bad,
      fallsWithSize: falls,
      scheme: given.scheme,
      read_V: given.voltage,
      ...marginJson(tried.get(good)!),
      allPatterns: all,
      sizes: sizes.map(([size, found]) => ({ size, ...marginJson(found) })),
    },
    outputs: {
      '.csv': () =>
        csvText(
          [
            'size',
            'margin',
            'ratio',
            'swing',
            'on_A',
            'off_A',
            'sneak_share_off',
            'patterns_on',
            'patterns_off',
          ],
          sizes.map(([size, found]) => [
            size,
            ...[found.margin, found.ratio, found.swing].map((value) => (Number.isNaN(value) ? '' : value)),
            found.on.sensed_A,
            found.off.sensed_A,
            Number.isNaN(found.sneakShareOff) ? '' : found.sneakShareOff,
            found.on.tried,
            found.off.tried,
          ]),
        ),
    },
    figure: ({ redraw }) => sizesFigure(sizes, { redraw }),
  };
}

function sizesFigure(sizes: readonly (readonly [number, ReadMargin])[], text: FigureText): Figure {
  const panel = (quantity: string, unit: string, of: (margin: ReadMargin) => number) => ({
    quantity,
    unit,
    values: sizes.map(([, margin]) => of(margin)),
  });
  return stackedCurves({
    ...text,
    x: { quantity: 'word lines = bit lines', unit: '1', values: sizes.map(([size]) => size) },
    panels: [
      panel('read margin (%)', '1', ({ margin }) => 100 * margin),
      panel('least on current', 'A', ({ on }) => on.sensed_A),
      panel('largest off current', 'A', ({ off }) => off.sensed_A),
    ],
  });
}
