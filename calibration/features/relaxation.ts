import { type Estimate, type LinearFit, linearFit } from '../estimates/index.js';
import type { StateRecord } from './records-of-state.js';

/** How the states of many cells move and spread after they were written. */
export interface Relaxation {
  readonly column: string;
  readonly unit: string;
  readonly timeIsKnown: boolean;
  readonly cells: number;
  /** Times after writing [s] at which cells were read, the first left out. */
  readonly times_s: readonly number[];
  /** By level where the file has one, else cells of like first state together; ascending in `first`. */
  readonly groups: readonly RelaxationGroup[];
  /** Full scale that states are divided by: g = first state/full scale. */
  readonly fullScale: number;
  /** Time that logarithms count from: l = log10(t/reference). */
  readonly reference_s: number;
  /** Mean and σ of the change since the first read over g and l: c₀ + c₁g + c₂g² + l(c₃ + c₄g + c₅g²), unit of the state. */
  readonly mean?: LinearFit;
  readonly sigma?: LinearFit;
  readonly method: string;
  readonly remarks: readonly string[];
}

/** Cells of one level, or of like first state. */
export interface RelaxationGroup {
  readonly level?: number;
  readonly cells: number;
  /** Mean of the first states, and their σ: what programming left. */
  readonly first: number;
  readonly firstSigma: number;
  /** At each of `times_s`, `[times]`: mean and σ of the change since the first read; NaN where fewer than two cells were read. */
  readonly mean: Float64Array;
  readonly sigma: Float64Array;
  /** Drift: mean state ∝ t^−ν. Its spread over cells is usually larger than the drift itself: see `sigma`. */
  readonly nu?: Estimate;
}

/** What relaxation is measured by. */
export interface RelaxationOptions {
  /** Full scale of the states, unit of the state; the largest mean first state of a group where left out. */
  readonly fullScale?: number;
}

/** Fewer cells are records, each of its own. */
export const MIN_CELLS = 8;
const GROUP = 20;
const MOST_GROUPS = 16;

/** Mean and spread over cells of records that begin right after writing at times that at least two share. */
export function relaxationOf(
  records: readonly StateRecord[],
  about: Pick<Relaxation, 'column' | 'unit' | 'timeIsKnown'>,
  { fullScale }: RelaxationOptions = {},
): Relaxation {
  const whole = records.filter(({ time }) => time.length >= 2);
  const remarks: string[] = [];
  if (whole.length < records.length)
    remarks.push(`${records.length - whole.length} cells were read only once and are left out`);
  const counts = new Map<number, number>();
  for (const { time } of whole) for (const t of time.slice(1)) counts.set(t, (counts.get(t) ?? 0) + 1);
  const times_s = [...counts]
    .filter(([t, count]) => t > 0 && count >= 2)
    .map(([t]) => t)
    .sort((a, b) => a - b);
  const groups = grouped(whole)
    .map((group) => groupOf(group, times_s))
    .sort((a, b) => a.first - b.first);
  const scale = fullScale ?? Math.max(...groups.map(({ first }) => first));
  const reference_s = times_s[0] ?? Number.NaN;
  const surface = (pick: (group: RelaxationGroup) => Float64Array): LinearFit | undefined => {
    const rows: number[][] = [];
    const y: number[] = [];
    for (const group of groups)
      pick(group).forEach((value, k) => {
        if (Number.isNaN(value)) return;
        const g = group.first / scale;
        const l = Math.log10(times_s[k] / reference_s);
        rows.push([1, g, g * g, l, l * g, l * g * g]);
        y.push(value);
      });
    return linearFit(rows, y);
  };
  const [mean, sigma] = [surface((group) => group.mean), surface((group) => group.sigma)];
  if (mean === undefined)
    remarks.push('no law over state and time: it takes three different states and two times');
  return {
    ...about,
    cells: whole.length,
    times_s,
    groups,
    fullScale: scale,
    reference_s,
    ...(mean !== undefined && { mean }),
    ...(sigma !== undefined && { sigma }),
    method:
      'mean and standard deviation (n − 1) over cells of the change since the first read, by group and time; linear least squares of these over first state and log10 of time, all alike',
    remarks,
  };
}

/** Cells by level; without levels, neighbours by first state. */
function grouped(records: readonly StateRecord[]): StateRecord[][] {
  const byLevel = new Map<number, StateRecord[]>();
  if (records.every(({ level }) => level !== undefined)) {
    for (const record of records) {
      const level = record.level as number;
      byLevel.set(level, [...(byLevel.get(level) ?? []), record]);
    }
    return [...byLevel.values()];
  }
  const sorted = [...records].sort((a, b) => a.state[0] - b.state[0]);
  const count = Math.max(1, Math.min(MOST_GROUPS, Math.floor(sorted.length / GROUP)));
  return Array.from({ length: count }, (_, k) =>
    sorted.slice(Math.floor((k * sorted.length) / count), Math.floor(((k + 1) * sorted.length) / count)),
  );
}

function groupOf(records: readonly StateRecord[], times: readonly number[]): RelaxationGroup {
  const firsts = moments(records.map(({ state }) => state[0]));
  const at = times.map((t) => {
    const changes: number[] = [];
    const states: number[] = [];
    for (const { time, state } of records) {
      const k = time.indexOf(t);
      if (k <= 0) continue;
      changes.push(state[k] - state[0]);
      states.push(state[k]);
    }
    return { ...moments(changes), state: moments(states).mean };
  });
  const rows = times.flatMap((t, k) =>
    at[k].state > 0 ? [{ row: [1, -Math.log(t)], y: Math.log(at[k].state) }] : [],
  );
  const drift = linearFit(
    rows.map(({ row }) => row),
    rows.map(({ y }) => y),
  );
  const { level } = records[0];
  return {
    ...(level !== undefined && { level }),
    cells: records.length,
    first: firsts.mean,
    firstSigma: firsts.sigma,
    mean: Float64Array.from(at, ({ mean }) => mean),
    sigma: Float64Array.from(at, ({ sigma }) => sigma),
    ...(drift !== undefined && { nu: drift.coefficients[1] }),
  };
}

function moments(values: readonly number[]): { mean: number; sigma: number } {
  const n = values.length;
  if (n < 2) return { mean: Number.NaN, sigma: Number.NaN };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sigma: Math.sqrt(square / (n - 1)) };
}
