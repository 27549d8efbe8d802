import { Command } from 'commander';
import { inputError } from '../../core/index.js';
import { loopArea, sampleTimes, simulateWaveform, sineDrive } from '../../solver/device-waveform/index.js';
import { hysteresisFigure } from './figures.js';
import { number, numbers, prefixed, writeCsv, writeFigure } from './output.js';
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

export function sweepCommand(): Command {
  return new Command('sweep')
    .description('pinched hysteresis of one device behind a series resistance, at several frequencies')
    .argument(
      '<model>',
      'a name of "ohmprop device list", or a YAML file with current, rate, state, parameters',
    )
    .option('--positive <V>', 'amplitude of the positive half wave', number)
    .option('--negative <V>', 'amplitude of the negative half wave', number)
    .option('--frequencies <list>', 'Hz, separated by commas', numbers)
    .option('--series <ohm>', 'series resistance', number)
    .option('--periods <n>', 'periods; the last is shown', number, 2)
    .option('--samples <n>', 'samples a period', number, 400)
    .option('--plot <file>', 'loops as .svg or .png')
    .option('--csv <file>', 'frequency, time, voltages, current and state')
    .option('--json', 'one JSON object on stdout')
    .action(sweep);
}

async function sweep(name: string, flags: SweepFlags): Promise<void> {
  const { model, source, sweep: proposal } = await namedModel(name);
  const positive = flags.positive ?? proposal.positive_V;
  const negative = Math.abs(flags.negative ?? proposal.negative_V);
  const series_ohm = flags.series ?? proposal.series_ohm;
  const f = proposal.frequency_Hz;
  const frequencies = flags.frequencies ?? [1, 3, 10].map((n) => Number((n * f).toPrecision(6)));
  for (const [field, value] of Object.entries({ periods: flags.periods, samples: flags.samples })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw inputError('device.sweep', `--${field} needs a whole number ≥ 1, got ${value}`);
    }
  }
  if (frequencies.some((hertz) => !(hertz > 0))) {
    throw inputError('device.sweep', `--frequencies must be positive, got ${frequencies.join(', ')}`);
  }
  const [low, high] = model.validRange_V;
  const warnings =
    -negative < low || positive > high
      ? [
          `${model.name} holds between ${low} and ${high} V; this sweep goes from ${-negative} to ${positive} V`,
        ]
      : [];
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  const total = flags.periods * flags.samples;
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
    largestCurrent_A: Math.max(...wave.current_A.map(Math.abs)),
    lowestState: Math.min(...wave.state),
    highestState: Math.max(...wave.state),
    steps: wave.steps,
  }));
  process.stderr.write(`${name}: ${source}\n`);
  for (const r of results) {
    const states = `${r.lowestState.toPrecision(4)} … ${r.highestState.toPrecision(4)} ${model.state?.unit ?? ''}`;
    process.stderr.write(
      `  ${r.frequency_Hz} Hz: loop area ${r.loopArea_W.toExponential(3)} W, largest current ${r.largestCurrent_A.toExponential(3)} A, state ${states}\n`,
    );
  }
  if (flags.plot !== undefined) {
    const scale = prefixed(
      results.map((r) => r.largestCurrent_A),
      'A',
    );
    const points = sweeps.flatMap(({ frequency_Hz, wave }) =>
      [...wave.voltage_V.keys()].slice(-flags.samples - 1).map((k) => ({
        frequency: `${frequency_Hz} Hz`,
        voltage_V: wave.voltage_V[k],
        current: wave.current_A[k] * scale.factor,
        order: k,
      })),
    );
    const spec = hysteresisFigure(points, { title: name, currentUnit: scale.unit });
    await writeFigure(flags.plot, spec);
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
    await writeCsv(flags.csv, ['frequency_Hz', 'time_s', 'drive_V', 'voltage_V', 'current_A', 'state'], rows);
  }
  if (flags.json) {
    const valid = model.validRange_V.map((v) => (Number.isFinite(v) ? v : null));
    process.stdout.write(
      `${JSON.stringify({ model: name, source, positive_V: positive, negative_V: negative, series_ohm, validRange_V: valid, sweeps: results, warnings })}\n`,
    );
  }
}
