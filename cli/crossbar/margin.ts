import { formatQuantity, inputError } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { heatMap } from '../../report/index.js';
import { marginOf, type ReadMargin, requireCrossbarMemory } from '../../solver/crossbar/index.js';
import { type Answer, defineCommand } from '../frame/index.js';
import { WorkBar } from '../work-bar.js';
import { type ReadMarginCells, readMarginCells } from './margin-cells.js';
import { largestArray } from './margin-largest.js';
import { type MarginOptions, marginOptions } from './margin-options.js';
import { apartText, farthest, marginAt, marginJson, orNull, type Place, triedText } from './margin-read.js';
import { percent } from './percent.js';

/** One array, and what is asked of it. */
interface Asked {
  readonly given: MarginOptions;
  readonly rows: number;
  readonly columns: number;
  readonly cells: ReadMarginCells;
  readonly bar: WorkBar;
}

export const marginCrossbarCommand = defineCommand({
  options: marginOptions,
  outputs: { '.csv': 'the worst patterns cell by cell; margins of all cells, or of all sizes tried' },
  draws: 'the pattern that adds most to an off cell; margins of all cells, or over the size',
  examples: [
    'ohmprop crossbar margin --size 32 --on 10k --ratio 100 --wire-ohm 2 --scheme v/2 --voltage 200mV',
    'ohmprop crossbar margin --size 8 --on 10k --wire-ohm 2 --voltage 200mV --select all -o margins.svg -o margins.csv',
    'ohmprop crossbar margin --on 10k --ratio 100 --wire-ohm 2 --voltage 200mV --at-least 20% -o sizes.svg',
    'ohmprop crossbar margin --size 16 --cells vteam-kvatinsky --selector threshold --wire-ohm 2 --scheme v/2 --voltage 800mV',
  ],
  notes: `Margin: (I_on - I_off)/I_on, of the current out of the selected bit line: I_on the least of a selected cell that is on, I_off the largest of
one that is off, each under the worst data pattern of all other cells. Swing: (V_on - V_off)/V across --sense-ohm (Flocke & Noll 2007, with it as
the pull-up). Sneak share: of I_off, what does not flow through the selected cell. Small arrays try every pattern; larger ones say how many.`,
  async answer(given, { io }) {
    if (given.voltage === 0) throw inputError('crossbar.usage', '--voltage: 0 V reads nothing');
    if (given.upTo !== undefined && given.atLeast === undefined) {
      throw inputError('crossbar.usage', '--up-to goes with --at-least');
    }
    const cells = await readMarginCells(io, given);
    const bar = new WorkBar(io);
    try {
      if (given.atLeast !== undefined) return largestArray(given, given.atLeast, cells, bar);
      const rows = cells.fixed?.rows ?? given.size ?? 16;
      const columns = cells.fixed?.columns ?? given.bitLines ?? rows;
      requireCrossbarMemory(rows, columns);
      const asked = { given, rows, columns, cells, bar };
      return given.select === 'all' ? allCells(asked) : oneCell(asked);
    } finally {
      bar.stop();
    }
  },
});

function oneCell({ given, rows, columns, cells, bar }: Asked): Answer {
  const place = given.select === 'all' ? undefined : given.select;
  const [row, column] = place ?? farthest(given, rows, columns);
  if (row >= rows || column >= columns) {
    throw inputError(
      'crossbar.lines',
      `--select: got row ${row}, column ${column}; rows count from 0 to ${rows - 1}, columns from 0 to ${columns - 1}`,
    );
  }
  const found = marginAt(given, [rows, columns], [row, column], cells, (reads) =>
    bar.update(Math.min(reads, 2 * given.patterns), 2 * given.patterns, 'reads'),
  );
  const { on, off, margin, ratio, swing, sneakShareOff, sneakShareOn } = found;
  const isOther = (k: number) => k !== row * columns + column;
  return {
    text: [
      `${rows} × ${columns} cells (${cells.text}), cell ${row},${column} read under ${given.scheme} with ${formatQuantity(given.voltage, 'V')}`,
      `  margin ${percent(margin)}${apartText(margin)}; on ${formatQuantity(on.sensed_A, 'A')} (${triedText(on.all, on.tried)}), off ${formatQuantity(off.sensed_A, 'A')} (${triedText(off.all, off.tried)}), ratio ${Number.isNaN(ratio) ? 'unknown' : ratio.toPrecision(3)}`,
      ...(given.senseOhm > 0
        ? [`  swing ${percent(swing)} of the read voltage, across ${formatQuantity(given.senseOhm, 'ohm')}`]
        : []),
      `  sneak share of the off current ${percent(sneakShareOff)}, of the on current ${percent(sneakShareOn)}`,
      `  on among the others: ${countOn(on.pattern, isOther)} of ${rows * columns - 1} in the worst pattern of an on cell, ${countOn(off.pattern, isOther)} in that of an off cell`,
    ].join('\n'),
    json: {
      rows,
      cols: columns,
      scheme: given.scheme,
      read_V: given.voltage,
      selected: [row, column],
      ...marginJson(found),
      worstPatternOn: nested(on.pattern, columns),
      worstPatternOff: nested(off.pattern, columns),
    },
    outputs: {
      '.csv': () =>
        csvText(
          ['row', 'column', 'level_when_on', 'level_when_off'],
          Array.from(on.pattern, (level, k) => [
            Math.floor(k / columns),
            k % columns,
            isOther(k) ? level : '',
            isOther(k) ? off.pattern[k] : '',
          ]),
        ),
    },
    figure: ({ redraw }) =>
      heatMap({
        redraw,
        values: Float64Array.from(off.pattern, (level, k) => (isOther(k) ? level : Number.NaN)),
        rows,
        columns,
        quantity: 'level, 0 = off',
        domain: [0, cells.levels - 1],
        unit: '1',
        rowName: 'word line',
        columnName: 'bit line',
        noValue: 'read',
      }),
  };
}

const countOn = (pattern: Uint8Array, isOther: (k: number) => boolean) =>
  pattern.reduce((count, level, k) => count + (level > 0 && isOther(k) ? 1 : 0), 0);

function nested(values: Uint8Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, k) =>
    Array.from(values.subarray(k * width, (k + 1) * width)),
  );
}

/** Every cell in turn, and what one threshold for all of them can tell apart. */
function allCells({ given, rows, columns, cells, bar }: Asked): Answer {
  const without = { rows: new Set(given.floatRows), columns: new Set(given.floatCols) };
  const found = Array.from({ length: rows * columns }, (_, k): ReadMargin | undefined => {
    const [row, column] = [Math.floor(k / columns), k % columns];
    bar.update(k, rows * columns, 'cells');
    if (without.rows.has(row) || without.columns.has(column)) return undefined;
    return marginAt(given, [rows, columns], [row, column], cells, () => {});
  });
  const read = found.flatMap((margin, k) => (margin === undefined ? [] : [{ k, ...margin }]));
  if (read.length === 0)
    throw inputError('crossbar.lines', 'every cell lies on a floating line: none is read');
  const sign = Math.sign(given.voltage);
  const by = (of: (entry: (typeof read)[number]) => number) => read.reduce((a, b) => (of(b) < of(a) ? b : a));
  const least = by(({ margin }) => (Number.isNaN(margin) ? Number.NEGATIVE_INFINITY : margin));
  const lowest = by(({ on }) => sign * on.sensed_A);
  const highest = by(({ off }) => -sign * off.sensed_A);
  const { margin: common } = marginOf(lowest.on, highest.off, given.voltage, given.senseOhm);
  const at = (k: number): Place => [Math.floor(k / columns), k % columns];
  const all = read.every(({ on, off }) => on.all && off.all);
  return {
    text: [
      `${rows} × ${columns} cells (${cells.text}), each read under ${given.scheme} with ${formatQuantity(given.voltage, 'V')}`,
      `  least margin ${percent(least.margin)} at cell ${at(least.k).join(',')}${apartText(least.margin)}`,
      `  with one threshold for all: ${percent(common)}${apartText(common)}; least on ${formatQuantity(lowest.on.sensed_A, 'A')} (cell ${at(lowest.k).join(',')}), largest off ${formatQuantity(highest.off.sensed_A, 'A')} (cell ${at(highest.k).join(',')})`,
      all
        ? '  every pattern of every cell was tried'
        : `  each the worst of up to ${given.patterns} patterns tried`,
    ].join('\n'),
    json: {
      rows,
      cols: columns,
      scheme: given.scheme,
      read_V: given.voltage,
      leastMargin: orNull(least.margin),
      leastMarginAt: at(least.k),
      marginOfOneThreshold: orNull(common),
      leastOn_A: lowest.on.sensed_A,
      largestOff_A: highest.off.sensed_A,
      allPatterns: all,
      margins: nestedMargins(found, columns),
    },
    outputs: {
      '.csv': () =>
        csvText(
          ['row', 'column', 'margin', 'on_A', 'off_A', 'sneak_share_off', 'patterns_on', 'patterns_off'],
          found.map((margin, k) => [
            ...at(k),
            ...(margin === undefined
              ? ['', '', '', '', '', '']
              : [
                  Number.isNaN(margin.margin) ? '' : margin.margin,
                  margin.on.sensed_A,
                  margin.off.sensed_A,
                  Number.isNaN(margin.sneakShareOff) ? '' : margin.sneakShareOff,
                  margin.on.tried,
                  margin.off.tried,
                ]),
          ]),
        ),
    },
    figure: ({ redraw }) =>
      heatMap({
        redraw,
        values: found.map((margin) => (margin === undefined ? Number.NaN : 100 * margin.margin)),
        rows,
        columns,
        quantity: 'read margin (%)',
        unit: '1',
        rowName: 'word line',
        columnName: 'bit line',
      }),
  };
}

function nestedMargins(found: readonly (ReadMargin | undefined)[], columns: number): (number | null)[][] {
  return Array.from({ length: found.length / columns }, (_, i) =>
    found
      .slice(i * columns, (i + 1) * columns)
      .map((margin) => (margin === undefined ? null : orNull(margin.margin))),
  );
}
