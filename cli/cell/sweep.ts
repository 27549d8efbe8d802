import { z } from 'zod';
import { inputError, runError } from '../../core/index.js';
import { pulsePresets } from '../../devices/cells/pulse/index.js';
import { initialState, physicalPresets } from '../../devices/elements/index.js';
import { csvText } from '../../records/tables/index.js';
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
import { type Against, againstMeasured, againstText } from './against.js';
import { hysteresisFigure, type Loop } from './figures.js';
import { drives, formerVolts, model, setParameters } from './options.js';
import { type SweepDrive, sweepDrives } from './sweep-drives.js';
import { type NamedModel, namedModel, withParameters } from './user-model.js';

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
  examples: [
    'ohmprop cell sweep tio2-strukov --drive sine:1V,1Hz,2 -o loop.svg --figure 85mm',
    'ohmprop cell sweep wox-chang --drive triangle:1.2V,-1.4V,1s,3 --json',
    'ohmprop cell sweep tio2-joglekar --set roff=32k --set mobility=2e-14',
    'ohmprop cell sweep my.cell.json --against measured.csv -o beside.svg -o beside.csv',
    'ohmprop cell sweep mine.yaml --drive sine:1V --frequencies log:1Hz:1kHz:4 -o loops.csv',
  ],
  notes:
    'Simulates: no instrument is driven. A drive FILE.csv has two columns headed with their units, time_s and drive_V.',
  answer: (given, { io }) => sweep(io, given),
});

interface Swept {
  readonly drive: SweepDrive;
  readonly wave: Waveform;
}

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
  const held =
    given.against === undefined
      ? []
      : await againstMeasured(element, given.against, series_ohm, start ?? initialState(element));
  const asked = given.against === undefined ? await sweepDrives(given, proposal) : [];
  const warnings = asked.flatMap((drive) => outside(named, drive));
  for (const text of new Set(warnings)) warn(io, text);
  const sweeps = asked.map((drive): Swept => {
    const { drive_V, times_s } = drive;
    const from = start === undefined ? {} : { initial: start };
    return { drive, wave: simulateWaveform(element, { drive_V, times_s, series_ohm, ...from }) };
  });
  const results = sweeps.map(({ drive, wave }) => resultOf(drive, wave));
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
      ...held.map(againstText),
    ].join('\n'),
    json: {
      model: name,
      source,
      series_ohm,
      validRange_V: valid,
      sweeps: results,
      ...(given.against === undefined
        ? {}
        : { against: held.map(({ name: loop, r2, rmse_A, n, marks }) => ({ loop, r2, rmse_A, n, marks })) }),
      warnings: [...new Set(warnings)],
    },
    outputs: { '.csv': () => (given.against === undefined ? tableOf(sweeps) : againstTable(held)) },
    figure: () => hysteresisFigure([...loopsOf(sweeps), ...againstLoops(held)], { title: name }),
  };
}

/** @throws OhmpropError `device.sweep` for a model without a state, and a state out of its bounds */
function startState({ name, model: { state } }: NamedModel, from: number): number {
  if (state === undefined) throw inputError('device.sweep', `--from: ${name} has no state to start in`);
  if (from >= state.low && from <= state.high) return from;
  const unit = state.unit === '1' ? '' : ` ${state.unit}`;
  throw inputError(
    'device.sweep',
    `--from: the state ${state.name} of ${name} lies between ${state.low} and ${state.high}${unit}, got ${from}`,
  );
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

function describe(result: ReturnType<typeof resultOf>, { model: { state } }: NamedModel): string {
  const unit = state === undefined || state.unit === '1' ? '' : ` ${state.unit}`;
  const states =
    state === undefined
      ? 'no state'
      : `state ${result.lowestState.toPrecision(4)} … ${result.highestState.toPrecision(4)}${unit}`;
  return `loop area ${result.loopArea_W.toExponential(3)} W, largest current ${result.largestCurrent_A.toExponential(3)} A, ${states}`;
}

/** What is to be warned of where a sweep leaves the voltages that a model was made for. */
function outside({ name, model: element }: NamedModel, { lowest_V, highest_V }: SweepDrive): string[] {
  const [low, high] = element.validRange_V;
  return lowest_V < low || highest_V > high
    ? [`${name} holds between ${low} and ${high} V; this sweep goes from ${lowest_V} to ${highest_V} V`]
    : [];
}

/** Columns of every sample; sweeps are told apart by their number, as two may have one frequency or none. */
function tableOf(sweeps: readonly Swept[]): string {
  const rows = sweeps.flatMap(({ drive, wave }, sweep) =>
    [...wave.times_s.keys()].map((k) => [
      sweep,
      drive.frequency_Hz ?? '',
      wave.times_s[k],
      wave.drive_V[k],
      wave.voltage_V[k],
      wave.current_A[k],
      wave.state[k],
    ]),
  );
  return csvText(['sweep', 'frequency_Hz', 'time_s', 'drive_V', 'voltage_V', 'current_A', 'state'], rows);
}

/** The last period of every sweep. */
function loopsOf(sweeps: readonly Swept[]): Loop[] {
  return sweeps.map(({ drive, wave }) => ({
    name: drive.name,
    voltage_V: wave.voltage_V.slice(-drive.samples - 1),
    current_A: wave.current_A.slice(-drive.samples - 1),
  }));
}

/** Measured and simulated, side by side. */
function againstTable(held: readonly Against[]): string {
  const rows = held.flatMap((loop) =>
    Array.from(loop.times_s, (t, i) => [
      loop.name,
      t,
      loop.drive_V[i],
      loop.voltage_V[i],
      loop.measured_A[i],
      loop.current_A[i],
      loop.state[i],
    ]),
  );
  return csvText(['loop', 'time_s', 'drive_V', 'voltage_V', 'measured_A', 'current_A', 'state'], rows);
}

function againstLoops(held: readonly Against[]): Loop[] {
  return held.flatMap(({ name, across_V, voltage_V, measured_A, current_A }) => [
    { name: `${name}, measured`, voltage_V: across_V, current_A: measured_A },
    { name: `${name}, simulated`, voltage_V, current_A },
  ]);
}

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
