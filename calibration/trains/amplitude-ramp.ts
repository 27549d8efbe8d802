import { columnOf, type MeasuredSeries } from '../measured/index.js';

/** Pulses whose amplitude rises: no identical pulses, so no nonlinearity label, but a threshold. */
export interface AmplitudeRamp {
  readonly name: string;
  /** Why there is no label. */
  readonly reason: string;
  readonly amplitude_V: Float64Array;
  readonly curves: readonly RampCurve[];
}

/** Resistance of one state over the amplitude of the pulse before it was read. */
export interface RampCurve {
  readonly column: string;
  readonly resistance_Ohm: Float64Array;
  readonly first_Ohm: number;
  readonly last_Ohm: number;
  /**
   * Amplitude at which half of the change of ln R is made, by a straight line between the reads on either side; its interval is
   * those two amplitudes. Undefined where nothing changes by more than a tenth.
   */
  readonly threshold_V?: { readonly value: number; readonly low: number; readonly high: number };
}

/** Change of the resistance that counts as one. */
const MOVED = Math.log(1.1);

/** Resistance over amplitude, of every column that has one. */
export function amplitudeRamp(series: MeasuredSeries, name: string): AmplitudeRamp | undefined {
  const amplitude =
    columnOf(series, 'amplitude_V') ?? columnOf(series, 'appliedVoltage_V') ?? columnOf(series, 'voltage_V');
  if (amplitude === undefined) return undefined;
  const columns = series.columns.filter(({ role }) => role === 'resistance_Ohm' || role === 'conductance_S');
  if (columns.length === 0) return undefined;
  const amplitude_V = amplitude.values;
  const step = amplitude_V.length > 1 ? amplitude_V[1] - amplitude_V[0] : 0;
  return {
    name,
    reason: `the amplitude rises by ${Math.abs(step).toPrecision(2)} V a pulse: the pulses are not identical, a nonlinearity label is not defined`,
    amplitude_V,
    curves: columns.map(({ name: column, role, values }) =>
      curveOf(column, amplitude_V, role === 'resistance_Ohm' ? values : values.map((g) => 1 / g)),
    ),
  };
}

function curveOf(column: string, amplitude_V: Float64Array, resistance_Ohm: Float64Array): RampCurve {
  const used = Array.from(resistance_Ohm.keys()).filter(
    (i) => resistance_Ohm[i] > 0 && Number.isFinite(resistance_Ohm[i]) && Number.isFinite(amplitude_V[i]),
  );
  const first_Ohm = resistance_Ohm[used[0]];
  const last_Ohm = resistance_Ohm[used[used.length - 1]];
  const middle = 0.5 * (Math.log(first_Ohm) + Math.log(last_Ohm));
  const falls = last_Ohm < first_Ohm;
  const past = (i: number) =>
    falls ? Math.log(resistance_Ohm[i]) <= middle : Math.log(resistance_Ohm[i]) >= middle;
  const at = used.findIndex(past);
  const base = { column, resistance_Ohm, first_Ohm, last_Ohm };
  if (at < 1 || !(Math.abs(Math.log(last_Ohm / first_Ohm)) > MOVED)) return base;
  const [before, after] = [used[at - 1], used[at]];
  const [a, b] = [Math.log(resistance_Ohm[before]), Math.log(resistance_Ohm[after])];
  const share = (middle - a) / (b - a);
  const value = amplitude_V[before] + share * (amplitude_V[after] - amplitude_V[before]);
  const ends = [amplitude_V[before], amplitude_V[after]];
  return { ...base, threshold_V: { value, low: Math.min(...ends), high: Math.max(...ends) } };
}
