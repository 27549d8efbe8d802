import { printableLine } from '../../core/index.js';
import type { MeasuredColumn } from '../measured/index.js';
import { shapeOf } from './column-shapes.js';
import { type Curve, isState } from './curve.js';
import type { NamedColumn } from './table-columns.js';

/** Rows from which one number alone in the first of them is a result of a formula, and no column. */
const FEWEST_FOR_RESULTS = 5;

/** Results of formulas stand in the first row of a column of their own. */
export function withoutResults(columns: readonly NamedColumn[], remarks: string[]): NamedColumn[] {
  const results: string[] = [];
  const kept = columns.map((column) => {
    const { role, values, label } = column;
    if (role === undefined || values.length < FEWEST_FOR_RESULTS || Number.isNaN(values[0])) return column;
    if (values.subarray(1).some((x) => !Number.isNaN(x))) return column;
    results.push(`${label} ${values[0]}`);
    return { ...column, unused: true };
  });
  if (results.length > 0) remarks.push(`results of formulas, in the first row alone: ${results.join(', ')}`);
  return kept;
}

/** In trains read off a picture pulse numbers are called times: they go from 0 to about as many as there are points. */
export function countedPulses(curve: Curve, remarks: string[]): Curve {
  if (curve.direction === undefined || curve.columns.some(({ role }) => role === 'pulse')) return curve;
  return {
    ...curve,
    columns: curve.columns.map((column) => {
      if (column.role !== 'time_s') return column;
      const { low, high, count } = shapeOf(column.values);
      if (low < 0 || low > 1 || high < 0.5 * count || high > 2 * count) return column;
      remarks.push(
        `${column.label} goes from ${low} to ${high} in ${count} rows: taken for numbers of pulses, not for a time`,
      );
      const { given: _, ...bare } = column;
      return { ...bare, role: 'pulse' };
    }),
  };
}

/** No instrument on a bench measures more: what is larger are marks of an overload. */
const LARGEST: Readonly<Record<string, number>> = { A: 1e6, V: 1e7 };

export function plausible(column: MeasuredColumn, remarks: string[]): MeasuredColumn {
  const most = LARGEST[column.unit];
  if (most === undefined || !column.values.some((x) => Math.abs(x) > most)) return column;
  const values = column.values.map((x) => (Math.abs(x) > most ? Number.NaN : x));
  remarks.push(`${column.name}: values beyond ${most} ${column.unit} are no measurement and left out`);
  return { ...column, values };
}

/** Names told of columns that are not used. */
const MOST_UNUSED = 40;

/** Every column that holds anything is in a curve, or named here, unless another remark has named it. */
export function notUsed(
  columns: readonly NamedColumn[],
  curves: readonly Curve[],
  remarks: readonly string[],
): string[] {
  const used = new Set(curves.flatMap((curve) => curve.columns.map(({ at }) => at)));
  const told = remarks.filter((remark) => /not used|results of formulas/.test(remark)).join(', ');
  const left = columns.filter(
    ({ at, values, texts, label }) =>
      !used.has(at) &&
      (values.some((x) => !Number.isNaN(x)) || texts?.some((text) => text !== '') === true) &&
      !told.includes(label),
  );
  if (left.length === 0) return [];
  const warm = left.find(({ given, values }) => given?.unit === 'K' && severalLevels(values));
  const apart =
    warm === undefined
      ? []
      : [
          `${printableLine(warm.label, 60)} takes several temperatures: what was measured at each is counted as one cell's, as cycles of it; for numbers of each temperature, split the file by that column`,
        ];
  const names = left.slice(0, MOST_UNUSED).map(({ label }) => printableLine(label, 60));
  return [
    ...apart,
    `not used: ${names.join(', ')}${left.length > MOST_UNUSED ? ` and ${left.length - MOST_UNUSED} more` : ''}`,
  ];
}

/** Whether a column stands at a few values, each for a stretch: what was set, and no reading of a sensor. */
function severalLevels(values: Float64Array): boolean {
  const levels = new Set(values.filter((x) => !Number.isNaN(x)));
  return levels.size > 1 && levels.size <= Math.min(20, values.length / 3);
}

/** `|I| (A)` and nothing else of a current: its sign is that of the voltage. */
export function magnitudeAsCurrent(columns: readonly NamedColumn[], remarks: string[]): NamedColumn[] {
  const sizes = columns.filter(
    ({ unused, name, given }) =>
      unused && given?.unit === 'A' && /^\|.*\|$|^abs\b|\babs$|^abs[_ (]?i\b/i.test(name.trim()),
  );
  if (sizes.length !== 1 || columns.some((one) => !one.unused && isState(one))) return [...columns];
  remarks.push(`${sizes[0].label} is the only current: a magnitude, taken with the sign of the voltage`);
  return columns.map((column) =>
    column === sizes[0] ? { ...column, role: 'current_A', unused: false } : column,
  );
}
