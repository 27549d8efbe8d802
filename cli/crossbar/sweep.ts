import { type Command, Option } from 'commander';
import { formatQuantity, inputError, RandomStream, readQuantities, runError } from '../../core/index.js';
import { writeFileAtomically } from '../../records/index.js';
import { csvText } from '../../records/tables/index.js';
import { renderPng, renderSvg } from '../../report/index.js';
import { requireCrossbarMemory, solveCrossbar } from '../../solver/crossbar/index.js';
import { aboveZero, quantity } from '../flags.js';
import { type Io, printJson } from '../io.js';
import { CrossbarBar } from './bar.js';
import { crossbarEffects } from './effects.js';
import { crossbarSweepFigure } from './figures.js';
import { resistance, wholePositive } from './flags.js';

interface SweepFlags {
  readonly over: string;
  readonly values?: string;
  readonly size: number;
  readonly wireOhm: number;
  readonly onOhm: number;
  readonly onOff: number;
  readonly driverOhm: number;
  readonly senseOhm: number;
  readonly seed: string;
  readonly output: string;
  readonly json?: boolean;
}

/** One point of a sweep: the square array it is measured on. */
interface Point {
  readonly size: number;
  readonly wireOhm: number;
  readonly onOff: number;
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
  readonly whole: boolean;
}

const swept: Readonly<Record<string, Swept>> = {
  size: {
    title: 'word lines = bit lines',
    column: 'size',
    unit: '1',
    figureUnit: '1',
    values: [8, 16, 32, 64, 128, 256],
    at: (point, size) => ({ ...point, size }),
    whole: true,
  },
  wire: {
    title: 'wire resistance a segment',
    column: 'wire_ohm',
    unit: 'ohm',
    figureUnit: 'Ω',
    values: [0.1, 0.3, 1, 3, 10, 30],
    at: (point, wireOhm) => ({ ...point, wireOhm }),
    whole: false,
  },
  'on-off': {
    title: 'on/off ratio',
    column: 'onOffRatio',
    unit: '1',
    figureUnit: '1',
    values: [2, 5, 10, 30, 100, 1000],
    at: (point, onOff) => ({ ...point, onOff }),
    whole: false,
  },
};

const oneOrMore = { needs: 'needs a number of 1 or more.', fits: (value: number) => value >= 1 };

export function sweepCrossbarCommand(command: Command, io: Io): void {
  command
    .addOption(new Option('--over <what>', 'what is varied').choices(Object.keys(swept)).default('size'))
    .option('--values <list>', 'its values: a list 1,2,5 or a range 1:100:10')
    .option('--size <n>', 'word and bit lines', wholePositive, 64)
    .option('--wire-ohm <ohm>', 'one segment of either line', resistance, 1)
    .option(
      '--on-ohm <ohm>',
      'least device resistance; devices are log-uniform from there',
      quantity('ohm', aboveZero),
      1e3,
    )
    .option('--on-off <ratio>', 'largest over least device resistance', quantity('1', oneOrMore), 100)
    .option('--driver-ohm <ohm>', 'output resistance of every driver', resistance, 0)
    .option('--sense-ohm <ohm>', 'input resistance of every sense end', resistance, 0)
    .option('--seed <n>', 'of devices and inputs', '0')
    .option('-o, --output <stem>', 'writes <stem>.csv, .svg and .png', 'crossbar-sweep')
    .option('--json', 'one JSON object on stdout')
    .action((flags) => sweep(io, flags));
}

interface Result {
  readonly value: number;
  readonly relativeError: number;
  readonly worstDrop_V: number;
  readonly power_W: number;
  readonly method: string;
}

async function sweep(io: Io, flags: SweepFlags): Promise<void> {
  const { title, column, unit, figureUnit, values: defaults, at, whole } = swept[flags.over];
  const values = flags.values === undefined ? defaults : readQuantities(flags.values, unit, '--values');
  const seed = Number(flags.seed);
  if (!Number.isInteger(seed))
    throw inputError('crossbar.usage', `--seed: got ${flags.seed}; a whole number is needed`);
  const wrong = values.find(
    (value) =>
      value < 0 ||
      (whole && (!Number.isInteger(value) || value < 1)) ||
      (flags.over === 'on-off' && value < 1),
  );
  if (wrong !== undefined) {
    throw inputError(
      'crossbar.usage',
      `--values: got ${wrong} for ${flags.over}; ${whole ? 'a whole number of at least 1' : flags.over === 'wire' ? 'at least 0' : 'at least 1'} is needed`,
    );
  }
  for (const value of values) {
    const { size } = at(flags, value);
    requireCrossbarMemory(size, size);
  }
  const bar = new CrossbarBar(io, values.length, 'points');
  const results = values.map((value, k): Result => {
    const result = measure(at(flags, value), flags, seed);
    bar.update(k + 1);
    return { value, ...result };
  });
  bar.stop();
  const names = [column, 'relativeError', 'worstDrop_V', 'power_W', 'method'];
  const rows = results.map((r) => [r.value, r.relativeError, r.worstDrop_V, r.power_W, r.method]);
  await writeFileAtomically(`${flags.output}.csv`, csvText(names, rows));
  const svg = await renderSvg(crossbarSweepFigure(results, { quantity: title, unit: figureUnit }));
  await writeFileAtomically(`${flags.output}.svg`, svg);
  await writeFileAtomically(`${flags.output}.png`, await renderPng(svg));
  for (const r of results) {
    io.stderr.write(
      `${flags.over} ${r.value}: output error ${(100 * r.relativeError).toPrecision(3)} %, worst drop ${formatQuantity(r.worstDrop_V, 'V')}, power ${formatQuantity(r.power_W, 'W')}\n`,
    );
  }
  io.stderr.write(`${['csv', 'svg', 'png'].map((end) => `${flags.output}.${end}`).join(', ')}\n`);
  if (flags.json) printJson(io, { over: flags.over, seed, points: results });
}

function measure(point: Point, flags: SweepFlags, seed: number): Omit<Result, 'value'> {
  const { size, wireOhm, onOff } = point;
  const devices = new RandomStream(seed, 'devices');
  const inputs = new RandomStream(seed, 'inputs');
  const decades = Math.log10(onOff);
  const description = {
    rows: size,
    columns: size,
    conductances_S: Float64Array.from(
      { length: size * size },
      () => 10 ** (-decades * devices.uniform()) / flags.onOhm,
    ),
    wires: { row_ohm: wireOhm, column_ohm: wireOhm, driver_ohm: flags.driverOhm, sense_ohm: flags.senseOhm },
  };
  const rows_V = Float64Array.from({ length: size }, () => inputs.uniform());
  const solution = solveCrossbar({ ...description, inputs_V: rows_V });
  if (solution.status !== 'settled') throw runError('crossbar.not-settled', solution.message);
  const { relativeError, worstDrop_V, power_W } = crossbarEffects(
    description,
    { count: 1, rows_V },
    solution,
    0,
  );
  return { relativeError, worstDrop_V, power_W, method: solution.stats.method };
}
