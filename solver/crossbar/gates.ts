import {
  type CrossbarCells,
  type CrossbarCircuit,
  type CrossbarDrive,
  requireInputs,
} from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';

/** Gate lines are driven where cells have transistors, and nowhere else. @throws OhmpropError `crossbar.inputs` */
export function requireGates(
  { transistor }: CrossbarCells,
  { rows }: CrossbarCircuit,
  { gates_V, count }: CrossbarDrive,
): void {
  if ((transistor === undefined) === (gates_V === undefined)) {
    if (gates_V !== undefined) requireInputs('gates_V', gates_V, rows, count);
    return;
  }
  throw inputError(
    'crossbar.inputs',
    transistor === undefined
      ? 'gates_V: these cells have no transistors; leave it out'
      : 'gates_V: cells with transistors need the voltages of their gate lines, one a word line and input vector',
  );
}

/** A line that floats behind transistors which are all off could be at any voltage. @throws OhmpropError `crossbar.floating` */
export function requireOpenGates(
  { transistor }: CrossbarCells,
  { rows, columns, floatingRows, floatingColumns }: CrossbarCircuit,
  { gates_V, rows_V, columns_V, count }: CrossbarDrive,
): void {
  if (gates_V === undefined || transistor === undefined) return;
  if (floatingRows.length + floatingColumns.length === 0) return;
  const sign = transistor.values.polarity;
  const threshold_V = transistor.threshold_V(0);
  for (let p = 0; p < count; p++) {
    const applied_V = [
      ...rows_V.subarray(p * rows, (p + 1) * rows),
      ...(columns_V?.subarray(p * columns, (p + 1) * columns) ?? [0]),
    ];
    const least_V = applied_V.reduce((least, v) => Math.min(least, sign * v), Number.POSITIVE_INFINITY);
    if (least_V < 0) throw belowBulk(sign * least_V);
    const off = (row: number) => sign * gates_V[p * rows + row] - least_V <= threshold_V;
    const row = floatingRows.find(off);
    const floatingRow = new Set(floatingRows);
    const held = Array.from({ length: rows }, (_, i) => i).some((i) => !floatingRow.has(i) && !off(i));
    if (row === undefined && (held || floatingColumns.length === 0)) continue;
    throw inputError(
      'crossbar.floating',
      row === undefined
        ? `bit line ${floatingColumns[0]} floats, and every transistor that would join it to a driven word line is off; ground it, or open a gate`
        : `word line ${row} floats with its gate at ${gates_V[p * rows + row]} V, which opens none of its transistors: nothing says where it is; drive or ground it, or open its gate`,
    );
  }
}

/** Square-law transistors carry nothing below their threshold and next to nothing above it: a line that floats may be anywhere there. */
function belowBulk(voltage_V: number): Error {
  return inputError(
    'crossbar.floating',
    `lines float, and a line is driven at ${voltage_V} V, beyond the bulk of the transistors at 0 V: where the floating ones are is open by tens of millivolts; ground them, or drive all lines on the other side of 0 V`,
  );
}
