import { z } from 'zod';
import type { CrossbarCells } from '../../circuits/crossbar/index.js';
import { formatQuantity, inputError, readQuantities, runError } from '../../core/index.js';
import { writeUserFile } from '../../records/index.js';
import { csvText } from '../../records/tables/index.js';
import { renderPng, renderSvg } from '../../report/index.js';
import { requireCrossbarMemory, solveCells, solveCrossbar } from '../../solver/crossbar/index.js';
import {
  type Answer,
  type Context,
  defineCommand,
  type OptionsOf,
  quantity,
  readBy,
  whole,
} from '../frame/index.js';
import { WorkBar } from '../work-bar.js';
import { crossbarEffects } from './effects.js';
import { crossbarSweepFigure } from './figures.js';
import { resistance } from './lines.js';
import { modelOptions, readModelCells } from './model-cells.js';
import { randomCells_S, randomInputs_V, spreadOptions } from './random-array.js';

/** One point of a sweep: the square array it is measured on. */
interface Point {
  readonly size: number;
  readonly wireOhm: number;
  readonly ratio: number;
}

interface Swept {
  readonly title: string;
  /** Head of its column in the CSV, with the unit. */
  readonly column: string;
  /** SI unit of the values; `1` where there is none. */
  readonly unit: string;
  /** Of the axis of the figure. */
  readonly figureUnit: string;
  readonly values: readonly number[];
  readonly at: (point: Point, value: number) => Point;
  /** What a value must be. */
  readonly needs: string;
  readonly fits: (value: number) => boolean;
}

const swept = {
  size: {
    title: 'word lines = bit lines',
    column: 'size',
    unit: '1',
    figureUnit: '1',
    values: [8, 16, 32, 64, 128, 256],
    at: (point: Point, size: number) => ({ ...point, size }),
    needs: 'a whole number of at least 1',
    fits: (value: number) => Number.isInteger(value) && value >= 1,
  },
  wire: {
    title: 'wire resistance a segment',
    column: 'wire_ohm',
    unit: 'ohm',
    figureUnit: 'Ω',
    values: [0.1, 0.3, 1, 3, 10, 30],
    at: (point: Point, wireOhm: number) => ({ ...point, wireOhm }),
    needs: 'at least 0',
    fits: (value: number) => value >= 0,
  },
  'on-off': {
    title: 'on/off ratio',
    column: 'onOffRatio',
    unit: '1',
    figureUnit: '1',
    values: [2, 5, 10, 30, 100, 1000],
    at: (point: Point, ratio: number) => ({ ...point, ratio }),
    needs: 'at least 1',
    fits: (value: number) => value >= 1,
  },
} satisfies Readonly<Record<string, Swept>>;

const options = z.strictObject({
  over: z
    .enum(Object.keys(swept) as (keyof typeof swept)[])
    .default('size')
    .meta({ flag: '--over <what>', description: 'what is varied' }),
  values: readBy(
    'quantities',
    (text) => text,
    z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]).optional(),
  ).meta({
    flag: '--values <list>',
    description: 'its values, in ohm for wire: a list 1,2,5 or a range 1:100:10, log:100mohm:10ohm:7',
  }),
  size: whole(z.number().int().min(1).optional()).meta({
    flag: '--size <n>',
    description: 'word and bit lines (64)',
  }),
  wireOhm: quantity('ohm', z.number().min(0).optional()).meta({
    flag: '--wire-ohm <ohm>',
    description: 'one segment of either line (1 ohm)',
  }),
  ...spreadOptions,
  cells: z.string().optional().meta({
    flag: '--cells <model>',
    description: 'cells that follow a model instead of resistors, at random states; over size or wire',
  }),
  ...modelOptions,
  states: z.string().optional().meta({
    flag: '--states <x>',
    kind: 'path',
    description: 'with --cells: one state for all cells, in units of the model (random between its ends)',
  }),
  driverOhm: resistance('--driver-ohm', 'output resistance of every driver'),
  senseOhm: resistance('--sense-ohm', 'input resistance of every sense end'),
  output: z.string().optional().meta({
    flag: '--output <stem>',
    kind: 'path',
    description: 'beginning of the names of three files',
    former: '-o STEM.csv -o STEM.svg -o STEM.png',
  }),
});

type SweepOptions = OptionsOf<typeof options>;

export const sweepCrossbarCommand = defineCommand({
  options,
  outputs: { '.csv': 'the points as a table' },
  draws: 'output error, worst drop and power over what is varied',
  formerFlags: { '--on-ohm': '--on', '--on-off': '--ratio' },
  examples: [
    'ohmprop crossbar sweep --over size --values 8,16,32,64 -o size.csv -o size.svg --figure 85mm',
    'ohmprop crossbar sweep --over wire --values log:100mohm:10ohm:5 --size 128 --json',
    'ohmprop crossbar sweep --over wire --cells vteam-kvatinsky --selector threshold --size 32 -o wire.svg',
  ],
  notes: 'Simulates square crossbars with random devices and inputs, the same ones for every value.',
  answer: (given, context) => sweep(given, context),
});

interface Result {
  readonly value: number;
  readonly relativeError: number;
  readonly worstDrop_V: number;
  readonly power_W: number;
  readonly method: string;
}

async function sweep(given: SweepOptions, { io, force, line }: Context): Promise<Answer> {
  const { over, seed = 0 } = given;
  const { title, column, unit, figureUnit, at } = swept[over];
  const values = valuesOf(given);
  const fixed = pointOf(given);
  for (const value of values) {
    const { size } = at(fixed, value);
    requireCrossbarMemory(size, size);
  }
  requireModels(given);
  const bar = new WorkBar(io);
  const results: Result[] = [];
  try {
    for (const [k, value] of values.entries()) {
      const point = at(fixed, value);
      const models = await modelsOf(given, point.size);
      results.push({ value, ...measure(point, given, models) });
      bar.update(k + 1, values.length, 'points');
    }
  } finally {
    bar.stop();
  }
  const names = [column, 'relativeError', 'worstDrop_V', 'power_W', 'method'];
  const rows = results.map((r) => [r.value, r.relativeError, r.worstDrop_V, r.power_W, r.method]);
  const figureOf = (redraw: string) =>
    crossbarSweepFigure(results, { quantity: title, unit: figureUnit }, { redraw });
  const lines = results.map(
    (r) =>
      `${over} ${formatValue(r.value, unit)}: output error ${(100 * r.relativeError).toPrecision(3)} %, worst drop ${formatQuantity(r.worstDrop_V, 'V')}, power ${formatQuantity(r.power_W, 'W')}`,
  );
  const files: string[] = [];
  if (given.output !== undefined) {
    const svg = await renderSvg(figureOf(line));
    const kinds = { csv: csvText(names, rows), svg, png: await renderPng(svg) };
    for (const [ending, content] of Object.entries(kinds)) {
      await writeUserFile(`${given.output}.${ending}`, content, { force });
      files.push(`${given.output}.${ending}`);
    }
  }
  return {
    text: lines.join('\n'),
    json: { over, seed, points: results },
    files,
    outputs: { '.csv': () => csvText(names, rows) },
    figure: ({ redraw }) => figureOf(redraw),
  };
}

/** What is not varied. @throws OhmpropError `crossbar.usage` for a flag whose value the sweep itself goes through */
function pointOf({ over, size, wireOhm, ratio }: SweepOptions): Point {
  const idle = { size: ['--size', size], wire: ['--wire-ohm', wireOhm], 'on-off': ['--ratio', ratio] }[over];
  if (idle[1] !== undefined) {
    throw inputError('crossbar.usage', `${idle[0]}: --over ${over} varies it; say its values with --values`);
  }
  return { size: size ?? 64, wireOhm: wireOhm ?? 1, ratio: ratio ?? 100 };
}

/** What `--values` says in the unit of what is varied. */
function valuesOf({ over, values: given }: SweepOptions): readonly number[] {
  const { unit, values, needs, fits } = swept[over];
  if (given === undefined) return values;
  const read = readQuantities(Array.isArray(given) ? given.join(',') : given, unit, '--values');
  const wrong = read.find((value) => !fits(value));
  if (wrong === undefined) return read;
  throw inputError('crossbar.usage', `--values: got ${wrong} for ${over}; ${needs} is needed`);
}

function formatValue(value: number, unit: string): string {
  return unit === '1' ? String(value) : `${value} ${unit}`;
}

/** What only goes together. @throws OhmpropError `crossbar.usage` */
function requireModels(given: SweepOptions): void {
  const { cells, over, on, ratio, states } = given;
  if (cells === undefined) {
    const flags = [
      ['--states', states],
      ['--set', given.set[0]],
      ['--selector', given.selector],
      ['--selector-set', given.selectorSet[0]],
      ['--transistor', given.transistor],
      ['--gate', given.gate],
    ] as const;
    const alone = flags.find(([, value]) => value !== undefined);
    if (alone === undefined) return;
    throw inputError('crossbar.usage', `${alone[0]} goes with --cells MODEL`);
  }
  const spread = on !== undefined ? '--on' : ratio !== undefined ? '--ratio' : undefined;
  if (over === 'on-off' || spread !== undefined) {
    throw inputError(
      'crossbar.usage',
      `${spread ?? '--over on-off'}: of resistors; cells with models have states, swept over size or wire`,
    );
  }
  if (states === undefined || !/\.(csv|npy|npz|tsv|txt)\b/i.test(states)) return;
  throw inputError(
    'crossbar.usage',
    `--states: got ${states}; arrays of several sizes take one number for all cells`,
  );
}

/** Square arrays of cells with models; nothing without. */
async function modelsOf(given: SweepOptions, size: number): Promise<CrossbarCells | undefined> {
  if (given.cells === undefined) return undefined;
  return (await readModelCells({ ...given, cells: given.cells, random: [size, size] })).cells;
}

function measure(point: Point, given: SweepOptions, cells: CrossbarCells | undefined): Omit<Result, 'value'> {
  const { size, wireOhm, ratio } = point;
  const lines = {
    rows: size,
    columns: size,
    wires: { row_ohm: wireOhm, column_ohm: wireOhm, driver_ohm: given.driverOhm, sense_ohm: given.senseOhm },
  };
  const rows_V = randomInputs_V(size, given);
  const gates = given.gate === undefined ? {} : { gates_V: new Float64Array(size).fill(given.gate) };
  const conductances_S =
    cells === undefined
      ? randomCells_S(size * size, { ...given, ratio })
      : new Float64Array(size * size).fill(Number.NaN);
  const solution =
    cells === undefined
      ? solveCrossbar({ ...lines, conductances_S, inputs_V: rows_V })
      : solveCells({ ...lines, cells, inputs_V: rows_V, ...gates });
  if (solution.status !== 'settled') throw runError('crossbar.not-settled', solution.message);
  const { relativeError, worstDrop_V, power_W } = crossbarEffects(
    { ...lines, conductances_S },
    { count: 1, rows_V, ...gates },
    solution,
    0,
    cells,
  );
  return { relativeError, worstDrop_V, power_W, method: solution.stats.method };
}
