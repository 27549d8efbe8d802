import { z } from 'zod';
import {
  adviceText,
  cellFile,
  cellFileText,
  cellOfModel,
  isCellFileName,
  readCellFile,
} from '../../calibration/cell-files/index.js';
import { formatQuantity, inputError } from '../../core/index.js';
import { effectiveStates, type FittedLabel, fitLabel } from '../../devices/cells/pulse/index.js';
import { physicalPresets } from '../../devices/elements/index.js';
import { csvText } from '../../records/tables/index.js';
import { type Answer, defineCommand, type OptionsOf, quantity, whole } from '../frame/index.js';
import { type Io, warn } from '../io.js';
import { type PulseTrains, pulseFigure } from './figures.js';
import { drives, formerVolts, model, setParameters } from './options.js';
import { MAX_PULSES, type Trains, trainsOf } from './trains.js';

const options = z.strictObject({
  model,
  set: setParameters,
  drive: drives(
    ['pulses'],
    'pulses that potentiate / that depress; width and count may be left out; of physical models alone',
  ),
  pulses: whole(z.number().int().min(1).max(MAX_PULSES).optional()).meta({
    flag: '--pulses <n>',
    description: 'pulses each way, where --drive does not count them (from end to end)',
  }),
  read: quantity('V', z.number().optional()).meta({
    flag: '--read <V>',
    description: 'read voltage of physical models (0.1 V)',
  }),
  from: quantity('1', z.number().optional()).meta({
    kind: 'path',
    flag: '--from <x>',
    description: 'state of a physical model that the train up starts in, in its own unit (its lowest)',
  }),
  readNoise: quantity('1', z.number().min(0).default(0.01)).meta({
    flag: '--read-noise <x>',
    description: 'σ of a read, relative, for the effective states',
  }),
  up: formerVolts('--up', '--drive pulses:UP,WIDTH,COUNT/DOWN,WIDTH,COUNT'),
  down: formerVolts('--down', '--drive pulses:UP,WIDTH,COUNT/DOWN,WIDTH,COUNT'),
  width: quantity('s', z.number().gt(0).optional()).meta({
    flag: '--width <s>',
    description: 'width of both pulses',
    former: '--drive pulses:UP,WIDTH,COUNT/DOWN,WIDTH,COUNT',
  }),
});

type PulseOptions = OptionsOf<typeof options>;

export const pulseCommand = defineCommand({
  options,
  outputs: {
    '.csv': 'conductance after each pulse',
    '.json': 'of a physical model: the cell that such pulses move, name.cell.json',
  },
  draws: 'both trains',
  formerFlags: { '--plot': '--out', '--csv': '--out' },
  uses: 'names',
  examples: [
    'ohmprop cell pulse ag-asi-jo -o trains.svg -o trains.csv',
    'ohmprop cell pulse sdc-nugent --drive pulses:0.5V,6us,40/-0.5V,6us,40 --json',
    'ohmprop cell pulse table:measured.csv --read-noise 2%',
    'ohmprop cell pulse my.cell.json --drive pulses:+1.2V,1us,100/-1.3V,1us,100 -o trained.cell.json',
  ],
  notes: 'Simulates: no instrument is driven.',
  answer: (given, { io, line }) => pulse(io, given, line),
});

async function pulse(io: Io, given: PulseOptions, line: string): Promise<Answer> {
  const { readNoise } = given;
  const trains = await trainsOf(given.model, given);
  for (const warning of trains.warnings) warn(io, warning);
  const { g_min_S, g_max_S, up_S, down_S, symmetry, measured } = trains;
  const potentiation = measured?.up.nonlinearity ?? labels(up_S);
  const depression = measured?.down.nonlinearity ?? labels(down_S);
  const states = effectiveStates(trains, measured?.up.pulses ?? up_S.length - 1, readNoise);
  const asymmetry =
    potentiation.length > 0 && depression.length > 0
      ? Math.abs(potentiation[0].label - depression[0].label)
      : null;
  const at = typeof symmetry === 'number' ? symmetry : null;
  const summary = {
    model: trains.name,
    source: trains.source,
    g_min_S,
    g_max_S,
    potentiation: {
      pulses: measured?.up.pulses ?? up_S.length - 1,
      ...trains.pulse?.potentiation,
      nonlinearity: potentiation,
    },
    depression: {
      pulses: measured?.down.pulses ?? down_S.length - 1,
      ...trains.pulse?.depression,
      nonlinearity: depression,
    },
    measured: measured !== undefined,
    asymmetry,
    symmetricEverywhere: symmetry === 'everywhere',
    symmetryPoint: at,
    symmetryPoint_S: at === null ? null : g_min_S + (g_max_S - g_min_S) * at,
    effectiveStates: states,
    readNoise,
    ...(trains.advice === undefined ? {} : { advice: trains.advice }),
    warnings: trains.warnings,
  };
  const place =
    symmetry === 'everywhere'
      ? 'everywhere: the steps are each other’s mirror image'
      : at === null
        ? 'none in the range'
        : `${(100 * at).toFixed(1)} % of the range`;
  return {
    text: [
      `${trains.name}: ${trains.source}`,
      describe('potentiation', trains, potentiation),
      describe('depression', trains, depression),
      `  asymmetry |NL − NL|, fixed ends: ${asymmetry?.toFixed(3) ?? 'unknown'}; symmetry point: ${place}; states that reads of σ ${readNoise} tell apart: ${states.toFixed(0)}`,
      ...(trains.advice === undefined ? [] : [`  training: policy ${adviceText(trains.advice)}`]),
    ].join('\n'),
    json: summary,
    outputs: { '.csv': () => tableOf(trains), '.json': () => cellOf(given, trains, line) },
    figure: () => pulseFigure(figured(trains, potentiation, depression), { title: trains.name }),
  };
}

/**
 * The cell file of a physical model under these pulses: a part `pulse` made from its dynamics, beside what its own file holds.
 * @throws OhmpropError `cell.part` for cells that have their pulses already
 */
async function cellOf(
  { model }: PulseOptions,
  { cell, name, source, read_V }: Trains,
  line: string,
): Promise<string> {
  if (cell === undefined) {
    throw inputError(
      'cell.part',
      `${name} has the pulses of its source already; "ohmprop cell export ${model} --to cell" writes it as a cell file`,
    );
  }
  const own = isCellFileName(model) ? await readCellFile(model) : undefined;
  const made = cellOfModel(cell());
  const preset = physicalPresets.some((one) => one.name === model);
  const parts = {
    ...(preset ? { dynamics: { preset: model } } : {}),
    ...own?.cell,
    name: own?.cell.name ?? name,
    pulse: {
      ...made.pulse!,
      window: 'fitted' as const,
      ...(read_V === undefined ? {} : { readVoltage_V: read_V }),
    },
  };
  const file = await cellFile(parts, {
    ...own?.cell.provenance,
    command: line,
    sources: own?.cell.provenance.sources ?? [],
    ...(own === undefined ? { citation: source } : {}),
    remarks: [
      ...(own?.cell.provenance.remarks ?? []),
      'steps of the part pulse were integrated from the dynamics, at 65 states of the range',
    ],
  });
  return cellFileText(file);
}

/** Measured trains as dots under the curves of their labels, simulated ones where nothing was measured. */
function figured(
  { up_S, down_S, measured }: Trains,
  potentiation: readonly FittedLabel[],
  depression: readonly FittedLabel[],
): PulseTrains {
  if (measured === undefined) return { up_S, down_S, potentiation, depression };
  const { up, down } = measured;
  return {
    up_S: up.train?.conductance_S ?? up_S,
    down_S: down.train?.conductance_S ?? down_S,
    ...(up.train === undefined ? {} : { upPulses: up.train.pulse, potentiation }),
    ...(down.train === undefined ? {} : { downPulses: down.train.pulse, depression }),
    ...(up.train === undefined || down.train === undefined ? {} : { law: { up_S, down_S } }),
  };
}

/** A label needs a curve: four states, and ends that differ. */
function labels(train: Float64Array): FittedLabel[] {
  if (train.length < 4 || train[0] === train[train.length - 1]) return [];
  return [fitLabel(train, 'fixed'), fitLabel(train, 'free')];
}

function describe(
  direction: 'potentiation' | 'depression',
  trains: Trains,
  fits: readonly FittedLabel[],
): string {
  const train = direction === 'potentiation' ? trains.up_S : trains.down_S;
  const shape = trains.pulse?.[direction];
  const kind = shape === undefined ? '' : ` of ${shape.amplitude_V} V, ${formatQuantity(shape.width_s, 's')}`;
  const text = fits.map((f) => `${f.label.toFixed(3)} (ends ${f.rule}, R² ${f.r2.toFixed(4)})`).join(', ');
  const measured = direction === 'potentiation' ? trains.measured?.up : trains.measured?.down;
  const none =
    measured === undefined ? 'no NL: that takes three pulses and two different ends' : 'no NL in the file';
  const nonlinearity = text === '' ? none : `NL ${text}${measured === undefined ? '' : ', of the data'}`;
  return `  ${direction}: ${measured?.pulses ?? train.length - 1} pulses${kind}, ${nonlinearity}`;
}

function tableOf({ up_S, down_S, measured }: Trains): string {
  const [up, down] = [measured?.up.train, measured?.down.train];
  if (up !== undefined && down !== undefined) {
    const rows = ([name, { pulse, conductance_S }]: readonly [string, typeof up]) =>
      Array.from(pulse, (n, k): [string, number, number] => [name, n, conductance_S[k]]);
    return csvText(['direction', 'pulse', 'conductance_S'], [...rows(['up', up]), ...rows(['down', down])]);
  }
  return csvText(
    ['direction', 'pulse', 'conductance_S'],
    [...Array.from(up_S, (g, n) => ['up', n, g]), ...Array.from(down_S, (g, n) => ['down', n, g])],
  );
}
