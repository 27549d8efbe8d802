import { z } from 'zod';
import { inputError, runError } from '../../core/index.js';
import { pulsePresets } from '../../devices/cells/pulse/index.js';
import { initialState, physicalPresets } from '../../devices/elements/index.js';
import { loopArea, simulateWaveform, type Waveform } from '../../solver/device-waveform/index.js';
import {
  type Answer,
  defineCommand,
  type OptionsOf,
  path,
  quantities,
  quantity,
  whole,
} from '../frame/index.js';
import { type Io, warn } from '../io.js';
import { againstMeasured, againstText } from './against.js';
import { bandUnder } from './band.js';
import { hysteresisFigure } from './figures.js';
import { drives, formerVolts, model, setParameters } from './options.js';
import { type SweepDrive, sweepDrives } from './sweep-drives.js';
import {
  againstLoops,
  againstTable,
  largest,
  loopsOf,
  type Swept,
  shareInside,
  tableOf,
} from './sweep-tables.js';
import { type NamedModel, namedModel, startState, withParameters } from './user-model.js';

/** A sample takes about 50 bytes, ten times that in the table. */
export const MAX_SAMPLES = 1_000_000;
const MIN_SAMPLES = 16;

const options = z.strictObject({
  model,
  set: setParameters,
  drive: drives(
    ['sine', 'triangle', 'pulses', 'file'],
    'what it is swept with, the last of its periods shown; may be repeated (default: three sines that the model proposes)',
  ),
  frequencies: quantities(
    'Hz',
    z.array(z.number().gt(0, 'needs frequencies above 0')).min(1).optional(),
  ).meta({
    flag: '--frequencies <list>',
    description: 'of a sine, one after the other: a list 1,10,1k or a range log:1:1k:4',
  }),
  series: quantity('ohm', z.number().min(0).optional()).meta({
    flag: '--series <ohm>',
    description: 'series resistance (default: the model’s)',
  }),
  from: quantity('1', z.number().optional()).meta({
    kind: 'path',
    flag: '--from <x>',
    description: 'state that every sweep starts in, in its own unit (default: the model’s)',
  }),
  against: path(z.string().optional()).meta({
    flag: '--against <file>',
    description: 'a measured loop: the cell is driven with its voltages and held against its currents',
  }),
  band: z.boolean().default(false).meta({
    flag: '--band',
    description:
      'of a cell that was fitted: the 95 % band of its current, from how far its parameters are known',
  }),
  samples: whole(z.number().int().min(MIN_SAMPLES).max(MAX_SAMPLES).default(400)).meta({
    flag: '--samples <n>',
    description: 'samples a period; of a file, besides its own times',
  }),
  positive: formerVolts('--positive', '--drive sine:POSITIVE,NEGATIVE,FREQUENCY,PERIODS'),
  negative: formerVolts('--negative', '--drive sine:POSITIVE,NEGATIVE,FREQUENCY,PERIODS'),
  periods: whole(z.number().int().min(1).max(MAX_SAMPLES).optional()).meta({
    flag: '--periods <n>',
    description: 'periods of a sine',
    former: '--drive sine:POSITIVE,NEGATIVE,FREQUENCY,PERIODS',
  }),
});

export type SweepOptions = OptionsOf<typeof options>;

export const sweepCommand = defineCommand({
  options,
  outputs: { '.csv': 'times, voltages, current and state of every sweep' },
  draws: 'the loops of current over voltage',
  formerFlags: { '--plot': '--out', '--csv': '--out' },
  uses: 'names',
  examples: [
    'ohmprop cell sweep tio2-strukov --drive sine:1V,1Hz,2 -o loop.svg --figure 85mm',
    'ohmprop cell sweep wox-chang --drive triangle:1.2V,-1.4V,1s,3 --json',
    'ohmprop cell sweep tio2-joglekar --set roff=32k --set mobility=2e-14',
    'ohmprop cell sweep my.cell.json --against measured.csv --band -o beside.svg -o beside.csv',
    'ohmprop cell sweep mine.yaml --drive sine:1V --frequencies log:1Hz:1kHz:4 -o loops.csv',
  ],
  notes:
    'Simulates: no instrument is driven. A drive FILE.csv has two columns headed with their units, time_s and drive_V.',
  answer: (given, { io }) => sweep(io, given),
});

async function sweep(io: Io, given: SweepOptions): Promise<Answer> {
  requireModel(given.model);
  const named = withParameters(await namedModel(given.model), given.set);
  const { name, model: element, source, sweep: proposal } = named;
  const series_ohm = given.series ?? proposal.series_ohm;
  const start = given.from === undefined ? undefined : startState(named, given.from);
  if (given.against !== undefined && given.drive.length + (given.frequencies?.length ?? 0) > 0) {
    throw inputError(
      'device.sweep',
      '--against: the file says what drives; leave --drive and --frequencies out',
    );
  }
  const { held, remarks } =
    given.against === undefined
      ? { held: [], remarks: [] }
      : await againstMeasured(element, given.against, series_ohm, start ?? initialState(element));
  const asked = given.against === undefined ? await sweepDrives(given, proposal) : [];
  const sweeps = asked.map((drive): Swept => {
    const { drive_V, times_s } = drive;
    const from = start === undefined ? {} : { initial: start };
    const wave = simulateWaveform(element, { drive_V, times_s, series_ohm, ...from });
    if (!given.band) return { drive, wave };
    return { drive, wave, band_A: bandUnder(named, { times_s, drive_V: wave.drive_V }, series_ohm, start) };
  });
  const warnings = sweeps.flatMap(({ wave }) => outside(named, wave));
  for (const text of new Set([...warnings, ...remarks])) warn(io, text);
  const bands = held.map(({ times_s, drive_V }) =>
    given.band ? bandUnder(named, { times_s, drive_V }, series_ohm, start) : undefined,
  );
  const results = sweeps.map(({ drive, wave, band_A }) => ({
    ...resultOf(drive, wave),
    ...(band_A === undefined ? {} : { widestBand_A: largest(band_A) }),
  }));
  const lost = results.findIndex(
    (r) => !Number.isFinite(r.loopArea_W) || !Number.isFinite(r.largestCurrent_A),
  );
  if (lost >= 0) {
    throw runError(
      'device.not-finite',
      `${name} at ${asked[lost].name}: its current or its state left the range of numbers under this drive; look at its equations, or sweep a smaller amplitude`,
    );
  }
  const valid = element.validRange_V.map((v) => (Number.isFinite(v) ? v : null));
  return {
    text: [
      `${name}: ${source}`,
      ...results.map((result, k) => `  ${asked[k].name}: ${describe(result, named)}`),
      ...held.flatMap((one, k) => [
        againstText(one),
        ...(bands[k] === undefined
          ? []
          : [
              `    ${(100 * shareInside(one, bands[k])).toFixed(0)} % of the points lie in the 95 % band of the curve, which knows of parameters alone and not of the noise of a point`,
            ]),
      ]),
    ].join('\n'),
    json: {
      model: name,
      source,
      series_ohm,
      validRange_V: valid,
      sweeps: results,
      ...(given.against === undefined
        ? {}
        : {
            against: held.map(({ name: loop, r2, rmse_A, n, marks }, k) => ({
              loop,
              r2,
              rmse_A,
              n,
              marks,
              ...(bands[k] === undefined ? {} : { inBand: shareInside(held[k], bands[k]) }),
            })),
          }),
      warnings: [...new Set([...warnings, ...remarks])],
    },
    outputs: { '.csv': () => (given.against === undefined ? tableOf(sweeps) : againstTable(held, bands)) },
    figure: () => hysteresisFigure([...loopsOf(sweeps), ...againstLoops(held, bands)], { title: name }),
  };
}

function resultOf({ samples, frequency_Hz, said }: SweepDrive, wave: Waveform) {
  return {
    ...(frequency_Hz === undefined ? {} : { frequency_Hz }),
    drive: said,
    loopArea_W: loopArea(wave, samples),
    largestCurrent_A: wave.current_A.reduce((most, i) => Math.max(most, Math.abs(i)), 0),
    lowestState: wave.state.reduce((a, b) => Math.min(a, b)),
    highestState: wave.state.reduce((a, b) => Math.max(a, b)),
    steps: wave.steps,
  };
}

function describe(
  result: ReturnType<typeof resultOf> & { readonly widestBand_A?: number },
  { model: { state } }: NamedModel,
): string {
  const unit = state === undefined || state.unit === '1' ? '' : ` ${state.unit}`;
  const states =
    state === undefined
      ? 'no state'
      : `state ${result.lowestState.toPrecision(4)} … ${result.highestState.toPrecision(4)}${unit}`;
  const { widestBand_A } = result;
  const band = widestBand_A === undefined ? '' : `, 95 % band at most ± ${widestBand_A.toExponential(2)} A`;
  return `loop area ${result.loopArea_W.toExponential(3)} W, largest current ${result.largestCurrent_A.toExponential(3)} A, ${states}${band}`;
}

/** Of the ends of what a model holds for: rounding of a sweep like the one that it was fitted to. */
const BEYOND = 0.01;

/** What is to be warned of where a sweep takes a cell out of the voltages that its model was made for: the cell's own, not those of the drive. */
function outside({ name, model: element }: NamedModel, { voltage_V }: Waveform): string[] {
  const [low, high] = element.validRange_V;
  const [lowest, highest] = voltage_V.reduce(
    ([a, b], v) => [Math.min(a, v), Math.max(b, v)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return lowest < low - BEYOND * Math.abs(low) || highest > high + BEYOND * Math.abs(high)
    ? [
        `${name} holds between ${short(low)} and ${short(high)} V; this sweep takes it from ${short(lowest)} to ${short(highest)} V`,
      ]
    : [];
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

/** A cell that only pulses move is not an unknown name. */
function requireModel(name: string): void {
  const cells =
    /^(table|aihwkit|crosssim):/.test(name) || pulsePresets.some((preset) => preset.name === name);
  if (!cells || physicalPresets.some((preset) => preset.name === name)) return;
  throw inputError(
    'device.sweep',
    `${name} is a cell that pulses move and has no current over voltage; see ohmprop cell pulse ${name}, or sweep a physical model of ohmprop cell list`,
  );
}
