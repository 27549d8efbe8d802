import { formatQuantity } from '../../core/index.js';
import { columnOf, type MeasuredColumn, type MeasuredSeries } from '../measured/index.js';
import { IDENTICAL } from './cut-trains.js';

/** A read voltage that nobody named is at most that share of the voltages that write. */
const READS = 1 / 3;
/** Fewest reads that show it. */
const FEWEST = 2;

/** A series of the reads alone: a row a pulse, with the pulses before it and the amplitude of the last. */
export interface ReadsAmongWrites {
  readonly series: MeasuredSeries;
  readonly readVoltage_V: number;
  readonly remark: string;
}

/**
 * Of a record in which pulses and reads take turns, `2 V, 0 V, 50 mV, 2 V …`, the rows at the read voltage: what flows during a pulse is no
 * state. The read voltage is the one that was set, or the smallest of the record where all others are three times larger. Undefined where
 * rows are numbered by pulses, or nothing tells reads from pulses.
 */
export function readsAmongWrites(
  series: MeasuredSeries,
  setVoltage_V: number | undefined,
): ReadsAmongWrites | undefined {
  const voltage = columnOf(series, 'voltage_V')?.values;
  if (voltage === undefined || columnOf(series, 'pulse') !== undefined) return undefined;
  const read_V = readVoltageOf(voltage, setVoltage_V);
  if (read_V === undefined) return undefined;
  const isRead = (v: number) => Math.abs(v - read_V) <= IDENTICAL * Math.abs(read_V);
  const isWrite = (v: number) => Math.abs(v) > (1 + IDENTICAL) * Math.abs(read_V);
  const groups: { rows: number[]; pulses: number; amplitude_V: number }[] = [];
  let pulses = 0;
  let amplitude_V = Number.NaN;
  let last = Number.NaN;
  for (const [row, v] of voltage.entries()) {
    if (Number.isNaN(v)) continue;
    if (isWrite(v)) {
      // rows of one height beside each other are samples of one pulse
      if (!isWrite(last)) pulses++;
      amplitude_V = v;
    } else if (isRead(v)) {
      const same = groups[groups.length - 1];
      if (same?.pulses === pulses) same.rows.push(row);
      else groups.push({ rows: [row], pulses, amplitude_V });
    }
    last = v;
  }
  if (groups.length < FEWEST || pulses < FEWEST) return undefined;
  const meanOf = ({ values }: MeasuredColumn) =>
    Float64Array.from(groups, ({ rows }) => rows.reduce((sum, row) => sum + values[row], 0) / rows.length);
  const states = series.columns.filter(({ role }) =>
    ['current_A', 'conductance_S', 'resistance_Ohm'].includes(role ?? ''),
  );
  const made: MeasuredColumn[] = [
    { name: 'pulses', role: 'pulse', unit: '1', values: Float64Array.from(groups, (group) => group.pulses) },
    {
      name: 'amplitude',
      role: 'amplitude_V',
      unit: 'V',
      values: Float64Array.from(groups, (group) => group.amplitude_V),
    },
    ...states.map((column) => ({ ...column, values: meanOf(column) })),
  ];
  const { censored: _, ...rest } = series;
  return {
    series: { ...rest, columns: made },
    readVoltage_V: read_V,
    remark: `pulses and reads take turns: ${groups.length} reads at ${formatQuantity(read_V, 'V')} after ${pulses} pulses are the states, what flows at other voltages is not; rows below are counted among the reads`,
  };
}

/** The voltage of the reads, with its sign. */
function readVoltageOf(voltage: Float64Array, setVoltage_V: number | undefined): number | undefined {
  const sizes = voltage.map(Math.abs).filter((v) => v > 0);
  if (sizes.length === 0) return undefined;
  if (setVoltage_V !== undefined) {
    const near = (v: number) => Math.abs(v - setVoltage_V) <= IDENTICAL * Math.abs(setVoltage_V);
    return voltage.some(near) && sizes.some((v) => v > (1 + IDENTICAL) * Math.abs(setVoltage_V))
      ? setVoltage_V
      : undefined;
  }
  const least = sizes.reduce((low, v) => Math.min(low, v));
  const own = voltage.filter((v) => Math.abs(v) > 0 && Math.abs(v) <= (1 + IDENTICAL) * least);
  const others = sizes.filter((v) => v > (1 + IDENTICAL) * least);
  const oneSign = own.every((v) => v > 0) || own.every((v) => v < 0);
  return others.length > 0 && oneSign && others.every((v) => least <= READS * v) ? own[0] : undefined;
}
