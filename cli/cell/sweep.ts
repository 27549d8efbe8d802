import type { Command } from 'commander';
import { displayUnit, inputError, runError } from '../../core/index.js';
import { pulsePresets } from '../../devices/cells/pulse/index.js';
import { physicalPresets } from '../../devices/elements/index.js';
import { loopArea, sampleTimes, simulateWaveform, sineDrive } from '../../solver/device-waveform/index.js';
import { aboveZero, quantities, quantity, wholeBetween, zeroOrMore } from '../flags.js';
import type { Io } from '../io.js';
import { hysteresisFigure } from './figures.js';
import { requireFigureName, writeCsv, writeFigure } from './output.js';
import { namedModel } from './user-model.js';

interface SweepFlags {
  positive?: number;
  negative?: number;
  frequencies?: number[];
  series?: number;
  periods: number;
  samples: number;
  plot?: string;
  csv?: string;
  json?: boolean;
}

export function sweepCommand(command: Command, io: Io): void {
  command
    .argument(
      '<model>',
      'a name of "ohmprop cell list", or a YAML file with current, rate, state, parameters',
    )
    .option('--positive <V>', 'amplitude of the positive half wave', quantity('V', zeroOrMore))
    .option('--negative <V>', 'amplitude of the negative half wave, with or without its sign', quantity('V'))
    .option(
      '--frequencies <list>',
      'in Hz: a list 1,10,1k or a range log:1:1k:4',
      quantities('Hz', aboveZero),
    )
    .option('--series <ohm>', 'series resistance', quantity('ohm', zeroOrMore))
    .option('--periods <n>', 'periods; the last is shown', wholeBetween(1, MAX_SAMPLES), 2)
    .option('--samples <n>', 'samples a period', wholeBetween(1, MAX_SAMPLES), 400)
    .option('--plot <file>', 'loops as .svg or .png')
    .option('--csv <file>', 'frequency, time, voltages, current and state')
    .option('--json', 'one JSON object on stdout')
    .action((given, flags) => sweep(io, given, flags));
}

/** A sample takes about 50 bytes, ten times that in the table. */
const MAX_SAMPLES = 1_000_000;
const MIN_SAMPLES = 16;

async function sweep(io: Io, given: string, flags: SweepFlags): Promise<void> {
  if (flags.plot !== undefined) requireFigureName(flags.plot);
  requireModel(given);
  const { name, model, source, sweep: proposal } = await namedModel(given);
  const positive = flags.positive ?? proposal.positive_V;
  const negative = Math.abs(flags.negative ?? proposal.negative_V);
  const series_ohm = flags.series ?? proposal.series_ohm;
  const f = proposal.frequency_Hz;
  const frequencies = flags.frequencies ?? [1, 3, 10].map((n) => Number((n * f).toPrecision(6)));
  const total = flags.periods * flags.samples;
  if (flags.samples < MIN_SAMPLES || total > MAX_SAMPLES) {
    throw inputError(
      'device.sweep',
      `--samples: a period takes at least ${MIN_SAMPLES}, all periods together at most ${MAX_SAMPLES}; got ${flags.samples} in each of ${flags.periods}`,
    );
  }
  if (positive === 0 && negative === 0) {
    throw inputError('device.sweep', '--positive and --negative are both 0: there is nothing to sweep');
  }
  const [low, high] = model.validRange_V;
  const warnings =
    -negative < low || positive > high
      ? [`${name} holds between ${low} and ${high} V; this sweep goes from ${-negative} to ${positive} V`]
      : [];
  for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`);
  const sweeps = frequencies.map((frequency_Hz) => ({
    frequency_Hz,
    wave: simulateWaveform(model, {
      drive_V: sineDrive(positive, negative, frequency_Hz),
      times_s: sampleTimes(frequency_Hz, flags.periods, total),
      series_ohm,
    }),
  }));
  const results = sweeps.map(({ frequency_Hz, wave }) => ({
    frequency_Hz,
    loopArea_W: loopArea(wave, flags.samples),
    largestCurrent_A: wave.current_A.reduce((most, i) => Math.max(most, Math.abs(i)), 0),
    lowestState: wave.state.reduce((a, b) => Math.min(a, b)),
    highestState: wave.state.reduce((a, b) => Math.max(a, b)),
    steps: wave.steps,
  }));
  const lost = results.find((r) => !Number.isFinite(r.loopArea_W) || !Number.isFinite(r.largestCurrent_A));
  if (lost !== undefined) {
    throw runError(
      'device.not-finite',
      `${name} at ${lost.frequency_Hz} Hz: its current or its state left the range of numbers under this drive; look at its equations, or sweep a smaller amplitude`,
    );
  }
  io.stderr.write(`${name}: ${source}\n`);
  for (const r of results) {
    const unit = model.state === undefined || model.state.unit === '1' ? '' : ` ${model.state.unit}`;
    const states =
      model.state === undefined
        ? 'no state'
        : `state ${r.lowestState.toPrecision(4)} … ${r.highestState.toPrecision(4)}${unit}`;
    io.stderr.write(
      `  ${hertz(r.frequency_Hz)}: loop area ${r.loopArea_W.toExponential(3)} W, largest current ${r.largestCurrent_A.toExponential(3)} A, ${states}\n`,
    );
  }
  if (flags.plot !== undefined) {
    const loops = sweeps.map(({ frequency_Hz, wave }) => ({
      name: hertz(frequency_Hz),
      voltage_V: wave.voltage_V.slice(-flags.samples - 1),
      current_A: wave.current_A.slice(-flags.samples - 1),
    }));
    await writeFigure(io, flags.plot, hysteresisFigure(loops, { title: name }));
  }
  if (flags.csv !== undefined) {
    const rows = sweeps.flatMap(({ frequency_Hz, wave }) =>
      [...wave.times_s.keys()].map((k) => [
        frequency_Hz,
        wave.times_s[k],
        wave.drive_V[k],
        wave.voltage_V[k],
        wave.current_A[k],
        wave.state[k],
      ]),
    );
    await writeCsv(
      io,
      flags.csv,
      ['frequency_Hz', 'time_s', 'drive_V', 'voltage_V', 'current_A', 'state'],
      rows,
    );
  }
  if (flags.json) {
    const valid = model.validRange_V.map((v) => (Number.isFinite(v) ? v : null));
    io.stdout.write(
      `${JSON.stringify({ model: name, source, positive_V: positive, negative_V: negative, series_ohm, validRange_V: valid, sweeps: results, warnings })}\n`,
    );
  }
}

/** A cell that only pulses move is not an unknown name. */
function requireModel(name: string): void {
  const cells = name.startsWith('table:') || pulsePresets.some((preset) => preset.name === name);
  if (!cells || physicalPresets.some((preset) => preset.name === name)) return;
  throw inputError(
    'device.sweep',
    `${name} is a cell that pulses move and has no current over voltage; see ohmprop cell pulse ${name}, or sweep a physical model of ohmprop cell list`,
  );
}

/** `100 MHz`; to six digits, as frequencies that lie close are told apart by it. */
function hertz(frequency_Hz: number): string {
  const { factor, unit } = displayUnit(frequency_Hz, 'Hz');
  return `${Number((frequency_Hz * factor).toPrecision(6))} ${unit}`;
}
