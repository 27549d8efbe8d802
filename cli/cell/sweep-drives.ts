import {
  displayUnit,
  type FileDrive,
  inputError,
  type PulsesDrive,
  pulsesWave,
  type SineDrive,
  sineDrive,
  type TriangleDrive,
  tableDrive,
  triangleDrive,
} from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import type { SweepProposal } from '../../devices/elements/index.js';
import { readDriveTable } from '../../records/tables/index.js';
import { sampleTimes } from '../../solver/device-waveform/index.js';

/** What a cell may be swept with. */
export type SweptDrive = SineDrive | TriangleDrive | PulsesDrive | FileDrive;

/** One sweep to be simulated. */
export interface SweepDrive {
  /** For people: `100 MHz`, `triangle 1.5 V`, the name of a file. */
  readonly name: string;
  /** As data, for programs. */
  readonly said: SweptDrive;
  readonly frequency_Hz?: number;
  readonly drive_V: (time_s: number) => number;
  readonly times_s: Float64Array;
  /** Of the last period, or of all where there are none. */
  readonly samples: number;
  readonly lowest_V: number;
  readonly highest_V: number;
}

/** What is asked for; see the options of `cell sweep`. */
export interface AskedDrives {
  readonly drive: readonly SweptDrive[];
  readonly frequencies?: readonly number[];
  readonly samples: number;
  readonly positive?: number;
  readonly negative?: number;
  readonly periods?: number;
}

/** Samples of all periods together. */
const MAX_SAMPLES = 1_000_000;
const DEFAULT_PERIODS = 2;

/**
 * The sweeps that are asked for, or what a model proposes.
 * @throws OhmpropError `device.sweep` for what does not go together, `drive.*` for a file that holds no drive
 */
export async function sweepDrives(asked: AskedDrives, proposal: SweepProposal): Promise<SweepDrive[]> {
  const { drive, frequencies, positive, negative, periods, samples } = asked;
  const former = positive !== undefined || negative !== undefined || periods !== undefined;
  if (former && drive.length > 0) {
    throw inputError(
      'device.sweep',
      '--positive, --negative and --periods are part of --drive now; give that alone',
    );
  }
  const wanted = drive.length > 0 ? drive : [formerSine(asked, proposal)];
  const spread = wanted.flatMap((one) => atFrequencies(one, frequencies, proposal, drive.length === 0));
  const sweeps: SweepDrive[] = [];
  for (const one of spread) sweeps.push(await toSweep(one, samples));
  return sweeps;
}

function formerSine({ positive, negative, periods }: AskedDrives, proposal: SweepProposal): SineDrive {
  const positive_V = positive ?? proposal.positive_V;
  const negative_V = -Math.abs(negative ?? proposal.negative_V);
  if (positive_V < 0) throw inputError('device.sweep', `--positive: needs 0 or more, got ${positive_V}`);
  if (positive_V === 0 && negative_V === 0) {
    throw inputError('device.sweep', '--positive and --negative are both 0: there is nothing to sweep');
  }
  return { kind: 'sine', positive_V, negative_V, ...(periods === undefined ? {} : { periods }) };
}

/** A sine without a frequency is swept at those of `--frequencies`, else at the model's own; at three where nothing was said. */
function atFrequencies(
  drive: SweptDrive,
  frequencies: readonly number[] | undefined,
  { frequency_Hz }: SweepProposal,
  proposed: boolean,
): SweptDrive[] {
  if (drive.kind !== 'sine' || drive.frequency_Hz !== undefined) {
    if (frequencies === undefined) return [drive];
    throw inputError(
      'device.sweep',
      '--frequencies is for a sine without one, sine:1V; this drive says how fast it is itself',
    );
  }
  const own = proposed ? [1, 3, 10].map((n) => Number((n * frequency_Hz).toPrecision(6))) : [frequency_Hz];
  return (frequencies ?? own).map((f) => ({ ...drive, frequency_Hz: f }));
}

async function toSweep(drive: SweptDrive, samples: number): Promise<SweepDrive> {
  if (drive.kind === 'pulses') return ofPulses(drive, samples);
  if (drive.kind === 'file') return fromFile(drive, samples);
  const { positive_V, negative_V, periods = DEFAULT_PERIODS } = drive;
  if (periods * samples > MAX_SAMPLES) {
    throw inputError(
      'device.sweep',
      `--samples: all periods together take at most ${MAX_SAMPLES}; got ${samples} in each of ${periods}`,
    );
  }
  const sine = drive.kind === 'sine';
  const frequency_Hz = sine ? (drive.frequency_Hz ?? 1) : 1 / drive.period_s;
  return {
    name: sine ? hertz(frequency_Hz) : `triangle, ${hertz(frequency_Hz)}`,
    said: drive,
    frequency_Hz,
    drive_V: sine
      ? sineDrive(positive_V, -negative_V, frequency_Hz)
      : triangleDrive(positive_V, negative_V, drive.period_s),
    times_s: sampleTimes(frequency_Hz, periods, periods * samples),
    samples,
    lowest_V: negative_V,
    highest_V: positive_V,
  };
}

/** Pulses with a rest after each as long as itself; `samples` of them in all, besides the edges and close behind each. */
function ofPulses(drive: PulsesDrive, samples: number): SweepDrive {
  const { drive_V, edges_s } = pulsesWave(drive.trains);
  if (2 * edges_s.length + samples > MAX_SAMPLES) {
    throw inputError(
      'device.sweep',
      `--drive: ${(edges_s.length - 1) / 2} pulses are too many to show each; ${MAX_SAMPLES / 4} are the most`,
    );
  }
  const times_s = withBetween(edges_s, Math.max(2, samples));
  const amplitudes = drive.trains.map(({ amplitude_V }) => amplitude_V);
  return {
    name: `${(edges_s.length - 1) / 2} pulses`,
    said: drive,
    drive_V,
    times_s,
    samples: times_s.length - 1,
    lowest_V: Math.min(0, ...amplitudes),
    highest_V: Math.max(0, ...amplitudes),
  };
}

/** Some million points. */
const MAX_FILE_BYTES = 2 ** 27;

async function fromFile(drive: FileDrive, samples: number): Promise<SweepDrive> {
  const { path } = drive;
  const bytes = await readRegularFile(path, { most_bytes: MAX_FILE_BYTES }).catch((cause: Error) => {
    throw inputError('drive.file', `${path}: cannot be read (${cause.message})`, cause);
  });
  const { times_s: times, drive_V: volts } = readDriveTable(bytes, path);
  const drive_V = tableDrive(times, volts);
  const times_s = withBetween(times, samples);
  return {
    name: path,
    said: drive,
    drive_V,
    times_s,
    samples: times_s.length - 1,
    lowest_V: volts.reduce((a, b) => Math.min(a, b)),
    highest_V: volts.reduce((a, b) => Math.max(a, b)),
  };
}

/** A table's own times and `count` more between them: one of few corners is followed as closely as any other drive. */
function withBetween(times: Float64Array, count: number): Float64Array {
  const [first, last] = [times[0], times[times.length - 1]];
  const between = Float64Array.from(
    { length: count - 1 },
    (_, k) => first + ((last - first) * (k + 1)) / count,
  );
  const all = Float64Array.from([...times, ...between]).sort();
  return all.filter((t, k) => k === 0 || t > all[k - 1]);
}

/** `100 MHz`; to six digits, as frequencies that lie close are told apart by it. */
function hertz(frequency_Hz: number): string {
  const { factor, unit } = displayUnit(frequency_Hz, 'Hz');
  return `${Number((frequency_Hz * factor).toPrecision(6))} ${unit}`;
}
