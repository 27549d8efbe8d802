import { csvText } from '../../records/tables/index.js';
import type { Waveform } from '../../solver/device-waveform/index.js';
import type { Against } from './against.js';
import type { Loop } from './figures.js';
import type { SweepDrive } from './sweep-drives.js';

/** One sweep with its answer. */
export interface Swept {
  readonly drive: SweepDrive;
  readonly wave: Waveform;
  /** Half width of the 95 % band, A, `[samples]`. */
  readonly band_A?: Float64Array;
}

/** The largest of some numbers that are 0 or more. */
export const largest = (values: Float64Array): number => values.reduce((most, v) => Math.max(most, v), 0);

/** Share of the measured points inside a band. */
export function shareInside({ measured_A, current_A }: Against, band_A: Float64Array): number {
  const inside = measured_A.filter((i, k) => Math.abs(i - current_A[k]) <= band_A[k]);
  return inside.length / measured_A.length;
}

/** Columns of every sample; sweeps are told apart by their number, as two may have one frequency or none. */
export function tableOf(sweeps: readonly Swept[]): string {
  const banded = sweeps.some(({ band_A }) => band_A !== undefined);
  const rows = sweeps.flatMap(({ drive, wave, band_A }, sweep) =>
    [...wave.times_s.keys()].map((k) => [
      sweep,
      drive.frequency_Hz ?? '',
      wave.times_s[k],
      wave.drive_V[k],
      wave.voltage_V[k],
      wave.current_A[k],
      wave.state[k],
      ...ends(wave.current_A[k], band_A?.[k]),
    ]),
  );
  return csvText(
    [
      'sweep',
      'frequency_Hz',
      'time_s',
      'drive_V',
      'voltage_V',
      'current_A',
      'state',
      ...(banded ? ['low_A', 'high_A'] : []),
    ],
    rows,
  );
}

const ends = (current_A: number, half_A: number | undefined): number[] =>
  half_A === undefined ? [] : [current_A - half_A, current_A + half_A];

/** The last period of every sweep. */
export function loopsOf(sweeps: readonly Swept[]): Loop[] {
  return sweeps.flatMap(({ drive, wave, band_A }) => {
    const last = (values: Float64Array): Float64Array => values.slice(-drive.samples - 1);
    return banded(drive.name, last(wave.voltage_V), last(wave.current_A), band_A && last(band_A));
  });
}

/** A loop, between the ends of its band where that is known. */
function banded(
  name: string,
  voltage_V: Float64Array,
  current_A: Float64Array,
  band_A: Float64Array | undefined,
  drawn: Loop['drawn'] = {},
): Loop[] {
  const own = { name, voltage_V, current_A, drawn };
  if (band_A === undefined) return [own];
  const edge = (side: 1 | -1): Loop => ({
    name: `${name}, 95 % band`,
    voltage_V,
    current_A: current_A.map((i, k) => i + side * band_A[k]),
    drawn: { colour: '#9db4c8' },
  });
  return [edge(-1), edge(1), own];
}

/** Measured and simulated, side by side. */
export function againstTable(held: readonly Against[], bands: readonly (Float64Array | undefined)[]): string {
  const rows = held.flatMap((loop, of) =>
    Array.from(loop.times_s, (t, i) => [
      loop.name,
      t,
      loop.drive_V[i],
      loop.voltage_V[i],
      loop.measured_A[i],
      loop.current_A[i],
      loop.state[i],
      ...ends(loop.current_A[i], bands[of]?.[i]),
    ]),
  );
  const columns = ['loop', 'time_s', 'drive_V', 'voltage_V', 'measured_A', 'current_A', 'state'];
  const known = bands.some((band) => band !== undefined);
  return csvText(known ? [...columns, 'low_A', 'high_A'] : columns, rows);
}

/** Measured and simulated loops, and their bands. */
export function againstLoops(held: readonly Against[], bands: readonly (Float64Array | undefined)[]): Loop[] {
  return held.flatMap(({ name, across_V, voltage_V, measured_A, current_A }, k) => [
    // Points under a dashed curve: of two lines upon each other one would be seen.
    { name: `${name}, measured`, voltage_V: across_V, current_A: measured_A, drawn: { style: 'dots' } },
    ...banded(`${name}, simulated`, voltage_V, current_A, bands[k], {
      style: 'fit',
      like: `${name}, measured`,
    }),
  ]);
}
