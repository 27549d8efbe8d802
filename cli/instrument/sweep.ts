import { z } from 'zod';
import { formatQuantity, inputError, type SineDrive, type TriangleDrive } from '../../core/index.js';
import { checkCount, checkStretch, type Permit, readLimit_V } from '../../devices/limits/index.js';
import { csvText } from '../../records/tables/index.js';
import { loopArea } from '../../solver/device-waveform/index.js';
import { hysteresisFigure } from '../cell/figures.js';
import { drives } from '../cell/options.js';
import { type SweepDrive, sweepDrives } from '../cell/sweep-drives.js';
import { requireConsent, yesOption } from '../consent.js';
import { type Answer, defineCommand, type OptionsOf, whole } from '../frame/index.js';
import type { Io } from '../io.js';
import { WorkBar } from '../work-bar.js';
import { withCells } from './drive-cells.js';
import { cell, drivenLine } from './options.js';
import { provenanceLines } from './provenance.js';
import type { SweptPoint } from './verbs.js';

const MAX_SAMPLES = 2500;

const options = z.strictObject({
  ...drivenLine,
  cell,
  drive: drives(['sine', 'triangle', 'pulses', 'file'], 'what it is swept with; may be repeated'),
  samples: whole(z.number().int().min(8).max(MAX_SAMPLES).default(100)).meta({
    flag: '--samples <n>',
    description: 'levels a period, or of a file in all (100)',
  }),
  yes: yesOption,
});

export const sweepCommand = defineCommand({
  options,
  outputs: { '.csv': 'times, voltages and current of every sweep, as cell sweep has them' },
  draws: 'the loops of current over voltage',
  examples: [
    'ohmprop instrument sweep smu:tcp://192.168.1.5:5025 --drive triangle:1.5V,-1.2V,1s,5 --limits my.limits.yaml -o m.csv -o m.svg',
    'ohmprop instrument sweep smu:/dev/ttyUSB0 --drive sine:1V,1Hz,2 --max-voltage 1V --compliance 100uA --max-width 0.6s --max-pulses 10 --yes -o m.csv',
  ],
  notes:
    'Moves: drives one cell through levels that the instrument times itself, within the limits; each half wave counts as a pulse as wide as it is. Proves polarity first by a read either way, asks before it drives, and leaves 0 V and the output off.',
  answer: (given, { io }) => sweep(io, given),
});

/** One drive as the instrument goes through it. */
interface Levels {
  readonly drive: SweepDrive;
  /** A period each; each ends at 0 V. */
  readonly parts: readonly (readonly number[])[];
  readonly dwell_s: number;
}

interface Swept {
  readonly drive: SweepDrive;
  readonly drive_V: Float64Array;
  readonly points: readonly SweptPoint[];
}

async function sweep(io: Io, given: OptionsOf<typeof options>): Promise<Answer> {
  const { drive, samples, yes, cell: where = { row: 0, column: 0 }, ...asked } = given;
  if (drive.length === 0) throw inputError('instrument.drive', '--drive is needed: triangle:1V,-1V,1s,2');
  const wanted = await sweepDrives(
    { drive, samples },
    { positive_V: 1, negative_V: 1, frequency_Hz: 1, series_ohm: 0 },
  );
  const all = wanted.map(levelsOf);
  const name = `cell ${where.row},${where.column}`;
  return withCells(
    io,
    'instrument sweep',
    { ...asked, cell: where },
    async (instrument, signal, permit) => {
      const { cells, identity, least_s = 0 } = instrument;
      if (instrument.sweep === undefined) {
        throw inputError(
          'instrument.sweep',
          `${asked.address.text}: it cannot measure while it drives; use a source-measure unit, or instrument pulse`,
        );
      }
      for (const { drive: one, dwell_s } of all) {
        if (dwell_s >= least_s) continue;
        throw inputError(
          'smu.width',
          `${one.name}: ${formatQuantity(dwell_s, 's')} a level is shorter than ${formatQuantity(least_s, 's')}, the least of this instrument: ask for fewer --samples, or a slower drive`,
        );
      }
      await instrument.requirePolarity?.({ ...where, rows: 1, columns: 1 });
      const bar = new WorkBar(io, '{bar} {value}/{total} periods, {eta_formatted} left');
      const periods = all.reduce((sum, { parts }) => sum + parts.length, 0);
      const sweeps: Swept[] = [];
      let done = 0;
      try {
        for (const { drive: one, parts, dwell_s } of all) {
          const points: SweptPoint[] = [];
          const started = performance.now();
          for (const levels_V of parts) {
            bar.update(done++, periods, one.name);
            const before_s = points.length === 0 ? 0 : (performance.now() - started) / 1000;
            const part = await instrument.sweep(where, { levels_V, dwell_s }, signal);
            for (const point of part) points.push({ ...point, time_s: before_s + point.time_s });
          }
          sweeps.push({ drive: one, drive_V: Float64Array.from(parts.flat()), points });
        }
      } finally {
        bar.stop();
      }
      const results = sweeps.map(resultOf);
      const heading = await provenanceLines(permit, identity, {
        cell: `${where.row},${where.column}`,
        drive: drive.map((one) => JSON.stringify(one)).join(' '),
      });
      return {
        text: [
          `${cells.info.name}, ${name}:`,
          ...results.map(
            (result, k) =>
              `  ${all[k].drive.name}: loop area ${result.loopArea_W.toExponential(3)} W, largest current ${formatQuantity(result.largestCurrent_A, 'A')}${result.atLimit === 0 ? '' : `, ${result.atLimit} points at the current limit`}`,
          ),
        ].join('\n'),
        json: { instrument: identity, cell: where, limits: permit.limits, sweeps: results },
        outputs: { '.csv': () => `${heading}${tableOf(sweeps)}` },
        figure: () =>
          hysteresisFigure(
            sweeps.map(({ drive: one, points }) => ({
              name: one.name,
              voltage_V: points.map(({ voltage_V }) => voltage_V),
              current_A: points.map(({ current_A }) => current_A),
            })),
            { title: `${cells.info.name}, ${name}` },
          ),
      };
    },
    async (permit) => {
      checkAll(permit, all);
      const peaks = all.map(({ drive: one }) => `${one.name} from ${one.lowest_V} to ${one.highest_V} V`);
      const seconds = all.reduce((sum, { parts, dwell_s }) => sum + parts.flat().length * dwell_s, 0);
      await requireConsent(
        io,
        `${name} will be swept: ${peaks.join(', ')}, ${formatQuantity(seconds, 's')} in all, at most ${formatQuantity(permit.limits.compliance_A, 'A')}`,
        yes,
      );
    },
  );
}

/** Levels of a drive, each for the same time, a period each part. */
function levelsOf(drive: SweepDrive): Levels {
  const { said, drive_V, times_s, samples } = drive;
  if (said.kind === 'pulses') {
    const [first] = said.trains;
    if (said.trains.some(({ width_s }) => width_s !== first.width_s)) {
      throw inputError(
        'instrument.drive',
        `${drive.name}: trains of one sweep have one width; sweep them one by one`,
      );
    }
    const parts = said.trains.map(({ amplitude_V, count = 1 }) =>
      Array.from({ length: 2 * count }, (_, k) => (k % 2 === 0 ? amplitude_V : 0)),
    );
    return { drive, parts, dwell_s: first.width_s ?? 0 };
  }
  if (said.kind === 'file') {
    const duration_s = times_s[times_s.length - 1] - times_s[0];
    const count = samples < MAX_SAMPLES ? samples : MAX_SAMPLES;
    const dwell_s = duration_s / count;
    const levels = Array.from({ length: count }, (_, k) => drive_V(times_s[0] + (k + 1) * dwell_s));
    return { drive, parts: [[...levels, 0]], dwell_s };
  }
  const period_s = periodOf(said);
  const periods = Math.round((times_s[times_s.length - 1] - times_s[0]) / period_s);
  const dwell_s = period_s / samples;
  const period = Array.from({ length: samples }, (_, k) =>
    k === samples - 1 ? 0 : Number(drive_V((k + 1) * dwell_s).toPrecision(9)),
  );
  return { drive, parts: Array.from({ length: periods }, () => period), dwell_s };
}

function periodOf(said: SineDrive | TriangleDrive): number {
  return said.kind === 'sine' ? 1 / (said.frequency_Hz ?? 1) : said.period_s;
}

/** Half waves as pulses, all of them, before anything is opened. */
function checkAll(permit: Permit, all: readonly Levels[]): void {
  const rest_V = readLimit_V(permit.limits);
  let pulses = 0;
  for (const { drive, parts, dwell_s } of all) {
    let side = 0;
    let [peak_V, width_s] = [0, 0];
    const end = () => {
      if (side === 0) return;
      pulses++;
      checkStretch(permit, { peak_V, width_s }, `${drive.name}: a half wave`);
    };
    for (const level_V of parts.flat()) {
      const now = Math.abs(level_V) > rest_V ? Math.sign(level_V) : 0;
      if (now !== side) {
        end();
        [side, peak_V, width_s] = [now, 0, 0];
      }
      width_s += dwell_s;
      if (Math.abs(level_V) > Math.abs(peak_V)) peak_V = level_V;
    }
    end();
  }
  checkCount(permit, pulses, 'this sweep');
}

function resultOf({ drive, points }: Swept) {
  const columns = {
    voltage_V: Float64Array.from(points, ({ voltage_V }) => voltage_V),
    current_A: Float64Array.from(points, ({ current_A }) => current_A),
  };
  const empty = new Float64Array(points.length);
  return {
    drive: drive.said,
    ...(drive.frequency_Hz === undefined ? {} : { frequency_Hz: drive.frequency_Hz }),
    loopArea_W: loopArea(
      { ...columns, times_s: empty, drive_V: empty, state: empty, steps: 0 },
      drive.samples,
    ),
    largestCurrent_A: columns.current_A.reduce((most, current) => Math.max(most, Math.abs(current)), 0),
    atLimit: points.filter(({ limited }) => limited).length,
    points: points.length,
  };
}

/** The columns of `cell sweep`; a measured cell does not say its state. */
function tableOf(sweeps: readonly Swept[]): string {
  const rows = sweeps.flatMap(({ drive, drive_V, points }, sweep) =>
    points.map(({ time_s, voltage_V, current_A }, k) => [
      sweep,
      drive.frequency_Hz ?? '',
      time_s,
      drive_V[k],
      voltage_V,
      current_A,
      '',
    ]),
  );
  return csvText(['sweep', 'frequency_Hz', 'time_s', 'drive_V', 'voltage_V', 'current_A', 'state'], rows);
}
