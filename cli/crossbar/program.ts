import { join } from 'node:path';
import { z } from 'zod';
import {
  givenUpReasons,
  type ProgramEvent,
  Programming,
  type ProgramReport,
  rampStrategy,
} from '../../calibration/program/index.js';
import { schemeBiases } from '../../circuits/crossbar/index.js';
import {
  formatQuantity,
  inputError,
  quoted,
  readCellPlace,
  readQuantity,
  runError,
} from '../../core/index.js';
import { encodeNpy, makeDirectory, writeUserFile } from '../../records/index.js';
import { csvText } from '../../records/tables/index.js';
import { heatMap, renderSvg } from '../../report/index.js';
import { ProgrammedCells } from '../../solver/crossbar/index.js';
import {
  type Answer,
  type Context,
  defineCommand,
  type OptionsOf,
  path,
  quantity,
  repeatable,
  whole,
} from '../frame/index.js';
import { WorkBar } from '../work-bar.js';
import { lineOptions, wiresOf } from './lines.js';
import { modelOptions, readModelCells } from './model-cells.js';
import { solverOptions } from './options.js';
import { randomOptions } from './random-array.js';
import { readMatrix, readNumber } from './read-matrix.js';

const { inputsOn: _inputsOn, ...lines } = lineOptions;

const options = z.strictObject({
  cells: z.string().meta({
    flag: '--cells <model>',
    description:
      'a physical model of "ohmprop cell list", a YAML file with current and rate, my.cell.json (dynamics)',
  }),
  ...modelOptions,
  random: randomOptions.random,
  seed: randomOptions.seed,
  ...lines,
  target: path(z.string().optional()).meta({
    flag: '--target <file>',
    description: 'conductances to reach in S: CSV or NPY, one line a row; an empty cell is left alone',
  }),
  write: repeatable(z.array(z.string()).default([])).meta({
    flag: '--write <cell=S>',
    kind: 'cell and quantity',
    description:
      'a cell and its conductance, 0,0=80uS; without one, 0,0, it is given a single pulse; may be repeated',
  }),
  within: quantity('1', z.number().gt(0).max(1).optional()).meta({
    flag: '--within <share>',
    description: 'how near a target counts as reached (2%)',
  }),
  scheme: z
    .enum(Object.keys(schemeBiases) as (keyof typeof schemeBiases)[])
    .default('v/2')
    .meta({ flag: '--scheme <name>', description: 'what the lines of other cells carry during a pulse' }),
  pulse: z.string().default('1V,1us').meta({
    flag: '--pulse <V,s>',
    description: 'the pulse that makes cells conduct better, with its sign: 1V,1us',
  }),
  erase: z.string().optional().meta({
    flag: '--erase <V,s>',
    description: 'the pulse the other way (the same, turned round)',
  }),
  most: quantity('V', z.number().gt(0).optional()).meta({
    flag: '--most <V>',
    description: 'up to where pulses grow while they move a cell too little (no growth)',
  }),
  step: quantity('V', z.number().gt(0).optional()).meta({
    flag: '--step <V>',
    description: 'by how much they grow (a twentieth of the way)',
  }),
  budget: whole(z.number().int().min(1).optional()).meta({
    flag: '--budget <n>',
    description: 'most pulses a cell (200)',
  }),
  order: z.enum(['rows', 'random']).optional().meta({
    flag: '--order <which>',
    kind: 'order',
    description: 'of the cells: row by row, or drawn by --seed (rows)',
  }),
  read: quantity('V', z.number().default(0.1)).meta({ flag: '--read <V>', description: 'voltage of reads' }),
  tolerance: solverOptions.tolerance,
});

type ProgramOptions = OptionsOf<typeof options>;

export const programCrossbarCommand = defineCommand({
  options,
  outputs: { '/': 'run directory: G_final.npy, pulses.csv, disturbance.svg' },
  examples: [
    'ohmprop crossbar program --cells ion.yaml --states 0.1 --write 0,0 --scheme v/2 --pulse 1V,0.5s --json',
    'ohmprop crossbar program --cells ion.yaml --states x.csv --target g.csv --within 2% --pulse 1V,5ms --wire-ohm 2 -o programmed/',
  ],
  notes:
    'Simulates: no instrument is driven. Reads go through the wires as pulses do; G_final.npy holds what each cell is by itself at the read voltage.',
  answer: (given, context) => program(given, context),
});

/** `1V,0.5s` */
function shapeOf(text: string, flag: string) {
  const [volts, seconds, more] = text.split(',');
  if (seconds === undefined || more !== undefined) {
    throw inputError(
      'crossbar.usage',
      `${flag}: got ${quoted(text)}; an amplitude and a width are needed, as 1V,1us`,
    );
  }
  const amplitude_V = readQuantity(volts, 'V', flag).value;
  const width_s = readQuantity(seconds, 's', flag).value;
  if (amplitude_V !== 0 && width_s > 0) return { amplitude_V, width_s };
  throw inputError(
    'crossbar.usage',
    `${flag}: got ${quoted(text)}; a voltage other than 0 and a width above 0 s are needed`,
  );
}

interface Wanted {
  readonly row: number;
  readonly column: number;
  readonly target_S: number | undefined;
}

function wantedOf(text: string): Wanted {
  const [place, conductance] = text.split('=');
  const { row, column } = readCellPlace(place);
  return {
    row,
    column,
    target_S: conductance === undefined ? undefined : readQuantity(conductance, 'S', '--write').value,
  };
}

async function program(given: ProgramOptions, context: Context): Promise<Answer> {
  const potentiation = shapeOf(given.pulse, '--pulse');
  const depression =
    given.erase === undefined
      ? { ...potentiation, amplitude_V: -potentiation.amplitude_V }
      : shapeOf(given.erase, '--erase');
  const writes = given.write.map(wantedOf);
  const single = writes.filter(({ target_S }) => target_S === undefined);
  const targets = given.target === undefined ? undefined : await readTargets(given.target);
  if ((targets === undefined) === (writes.length === 0)) {
    throw inputError('crossbar.usage', 'give --target FILE, or --write 0,0=80uS, what is to be programmed');
  }
  if (single.length > 0 && single.length < writes.length) {
    throw inputError(
      'crossbar.usage',
      '--write: cells with a conductance and cells without do not go together; give each its own run',
    );
  }
  // as many cells as the targets, or as few as show what happens to neighbours
  const size: [number, number] | undefined =
    targets !== undefined
      ? [targets.rows, targets.columns]
      : [
          Math.max(2, ...writes.map(({ row }) => row + 1)),
          Math.max(2, ...writes.map(({ column }) => column + 1)),
        ];
  const sized = given.random !== undefined || isFile(given.states) ? given : { ...given, random: size };
  const { rows, columns, cells } = await readModelCells({ ...sized, asMade: true });
  if (targets !== undefined && (targets.rows !== rows || targets.columns !== columns)) {
    throw inputError(
      'crossbar.usage',
      `--target: ${given.target} has ${targets.rows} × ${targets.columns} cells, the array ${rows} × ${columns}`,
    );
  }
  const array = new ProgrammedCells({
    rows,
    columns,
    cells,
    wires: wiresOf({ ...given }),
    driveBothEnds: given.driveBothEnds,
    senseEnds: given.senseEnds,
    scheme: given.scheme,
    potentiation,
    depression,
    read_V: given.read,
    tolerance: given.tolerance,
    ...(given.gate === undefined ? {} : { gate_V: given.gate }),
  });
  const outside = writes.find(({ row, column }) => row >= rows || column >= columns);
  if (outside !== undefined) {
    throw inputError(
      'crossbar.lines',
      `--write: got row ${outside.row}, column ${outside.column}; rows count from 0 to ${rows - 1}, columns from 0 to ${columns - 1}`,
    );
  }
  const before = { states: array.states, own_S: array.ownConductances_S() };
  const events: ProgramEvent[] = [];
  const report =
    single.length > 0
      ? undefined
      : await programmed(array, targetsOf(targets?.values, writes, rows, columns), given, context, events);
  if (report === undefined) {
    for (const { row, column } of single) {
      await array.pulse(
        { counts: Int16Array.of(1), indices: Uint32Array.of(row * columns + column) },
        { id: array.info.lastUpdate + 1 },
      );
    }
  }
  const after = { states: array.states, own_S: array.ownConductances_S() };
  return answerOf({ array, rows, columns, before, after, writes, events, report, given }, context);
}

function isFile(states: string | undefined): boolean {
  if (states === undefined) return false;
  try {
    readQuantity(states, '1');
    return false;
  } catch {
    return !/^[\d.+-][\d.eE+-]*\s*[a-zµ]*$/.test(states);
  }
}

async function readTargets(file: string) {
  const read = await readMatrix(
    file,
    '--target',
    (text, decimalComma) => (text.trim() === '' ? Number.NaN : readNumber(text, 'S', decimalComma)),
    'a conductance in S is needed, or nothing',
  );
  if (read.count > 1)
    throw inputError('crossbar.usage', `--target: ${file} has ${read.count} arrays; give one`);
  return read;
}

function targetsOf(
  values: Float64Array | undefined,
  writes: readonly Wanted[],
  rows: number,
  columns: number,
): Float64Array {
  const targets_S = values ?? new Float64Array(rows * columns).fill(Number.NaN);
  for (const { row, column, target_S } of writes) targets_S[row * columns + column] = target_S ?? Number.NaN;
  return targets_S;
}

async function programmed(
  array: ProgrammedCells,
  targets_S: Float64Array,
  given: ProgramOptions,
  { io }: Context,
  events: ProgramEvent[],
): Promise<ProgramReport> {
  const { potentiation, depression } = array.info.nominalPulse!;
  const ramp = ({ amplitude_V, width_s }: typeof potentiation) => {
    const stop_V = Math.sign(amplitude_V) * Math.max(given.most ?? 0, Math.abs(amplitude_V));
    const step_V = given.step ?? (Math.abs(stop_V - amplitude_V) / 20 || 1);
    return { start_V: amplitude_V, stop_V, step_V, width_s };
  };
  const strategy = rampStrategy({ potentiation: ramp(potentiation), depression: ramp(depression) });
  const all = targets_S.filter((target) => !Number.isNaN(target)).length;
  const bar = new WorkBar(io);
  let done = 0;
  try {
    const programming = new Programming(array, {
      targets_S,
      within: { share: given.within ?? 0.02 },
      strategy,
      reads: 1,
      ...(given.budget === undefined ? {} : { budget: given.budget }),
      ...(given.order === undefined ? {} : { order: given.order }),
      ...(given.seed === undefined ? {} : { seed: given.seed }),
    });
    return await programming.run({
      onEvent: (event) => {
        events.push(event);
        if (event.kind === 'accepted' || event.kind === 'given-up') done++;
        if (event.kind === 'rejected') done--;
        bar.update(Math.min(all, Math.max(0, done)), all, 'cells');
      },
    });
  } finally {
    bar.stop();
  }
}

interface Programmed {
  readonly array: ProgrammedCells;
  readonly rows: number;
  readonly columns: number;
  readonly before: { readonly states: Float64Array; readonly own_S: Float64Array };
  readonly after: { readonly states: Float64Array; readonly own_S: Float64Array };
  readonly writes: readonly Wanted[];
  readonly events: readonly ProgramEvent[];
  readonly report: ProgramReport | undefined;
  readonly given: ProgramOptions;
}

async function answerOf(programmed: Programmed, { directory, force }: Context): Promise<Answer> {
  const { array, rows, columns, before, after, writes, events, report, given } = programmed;
  const written = new Set(
    report === undefined
      ? writes.map(({ row, column }) => row * columns + column)
      : report.cells.map(({ cell }) => cell),
  );
  const moved_S = after.own_S.map((now, k) => now - before.own_S[k]);
  const disturbed_S = moved_S.map((moved, k) => (written.has(k) ? 0 : moved));
  const worst = disturbed_S.reduce(
    (at, moved, k) => (Math.abs(moved) > Math.abs(disturbed_S[at]) ? k : at),
    0,
  );
  const pulses = report?.pulses ?? writes.length;
  const givenUp = report?.cells.filter(({ status }) => status !== 'accepted') ?? [];
  const nested = (values: Float64Array) =>
    Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * columns, (i + 1) * columns)));
  const json = {
    rows,
    cols: columns,
    scheme: given.scheme,
    pulses,
    energy_J: array.energy_J,
    ...(report === undefined
      ? {}
      : {
          accepted: report.accepted,
          finalWithin: report.finalWithin,
          givenUp: report.givenUp,
          reads: report.reads,
          cells: report.cells,
        }),
    states: nested(after.states),
    conductances_S: nested(after.own_S),
    disturbance: {
      largest_S: disturbed_S[worst],
      largestAt: [Math.floor(worst / columns), worst % columns],
    },
  };
  const text = [
    report === undefined
      ? `${rows} × ${columns} cells, ${pulses} pulse${pulses === 1 ? '' : 's'} under ${given.scheme}`
      : `${rows} × ${columns} cells, ${report.finalWithin} of ${report.cells.length} within ${100 * (given.within ?? 0.02)} % when all was done, ${pulses} pulses under ${given.scheme}`,
    `  energy ${formatQuantity(array.energy_J, 'J')}; largest change of a cell that was not to change: ${formatQuantity(disturbed_S[worst], 'S')} (cell ${json.disturbance.largestAt.join(',')})`,
    ...(report === undefined
      ? writes.map(
          ({ row, column }) =>
            `  cell ${row},${column}: ${formatQuantity(before.own_S[row * columns + column], 'S')} → ${formatQuantity(after.own_S[row * columns + column], 'S')}`,
        )
      : givenUp
          .slice(0, 8)
          .map(
            ({ row, column, reason }) =>
              `  cell ${row},${column}: ${reason === undefined ? 'left' : givenUpReasons[reason]}`,
          )),
  ].join('\n');
  const missed = report !== undefined && report.finalWithin < report.cells.length;
  const failure = missed
    ? {
        failure: runError(
          'crossbar.not-programmed',
          `${report.cells.length - report.finalWithin} of ${report.cells.length} cells are not within their tolerance; allow more pulses (--budget), stronger ones (--most), a scheme that disturbs less, or a wider --within`,
        ),
      }
    : {};
  await array.close();
  if (directory === undefined) return { text, json, ...failure };
  await makeDirectory(directory);
  const svg = await renderSvg(
    heatMap({
      values: disturbed_S,
      rows,
      columns,
      quantity: 'change of cells that were not written',
      unit: 'S',
      rowName: 'word line',
      columnName: 'bit line',
    }),
  );
  const files = {
    'G_final.npy': bytesOf(encodeNpy(after.own_S, [rows, columns])),
    'states_final.npy': bytesOf(encodeNpy(after.states, [rows, columns])),
    'pulses.csv': pulsesText(events),
    'disturbance.svg': svg,
    'disturbance.csv': csvText(
      ['row', 'column', 'written', 'before_S', 'after_S'],
      Array.from(after.own_S, (now, k) => [
        Math.floor(k / columns),
        k % columns,
        written.has(k) ? 1 : 0,
        before.own_S[k],
        now,
      ]),
    ),
    'report.json': `${JSON.stringify(json)}\n`,
  };
  const paths: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    await writeUserFile(join(directory, name), content, { force });
    paths.push(join(directory, name));
  }
  return { text, json, files: paths, ...failure };
}

function bytesOf(parts: ReturnType<typeof encodeNpy>): Uint8Array {
  return Buffer.concat([...parts]);
}

function pulsesText(events: readonly ProgramEvent[]): string {
  return csvText(
    ['row', 'column', 'event', 'count', 'amplitude_V', 'width_s', 'conductance_S', 'energy_J'],
    events.map((event) => [
      event.row,
      event.column,
      event.kind,
      event.kind === 'pulse' ? event.count : '',
      event.kind === 'pulse' ? event.amplitude_V : '',
      event.kind === 'pulse' ? event.width_s : '',
      event.kind === 'pulse' ? '' : event.conductance_S,
      event.kind === 'pulse' ? event.energy_J : '',
    ]),
  );
}
