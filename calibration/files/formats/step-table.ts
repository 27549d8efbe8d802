import { numberIn } from '../cell-text.js';
import type { RawTable } from '../raw-table.js';
import { splitLine } from '../split-lines.js';
import type { FormatFile, FormatText, TextFormat } from './text-format.js';

/** Lines that a table begins in. */
const BEGINNING = 12;

/**
 * CrossSim's tables of steps: a line of prose, conductances of the bins [S], points of the cumulative distribution, a blank line,
 * and steps [S] at (point, bin). One direction a file. Rows are told bin by bin.
 * Source: sandialabs/cross-sim-data, lookup_tables.
 */
export const stepTable: TextFormat = {
  recognises: ({ lines }) => partsOf(lines) !== undefined,
  read,
};

interface Parts {
  readonly bins: readonly number[];
  readonly points: readonly number[];
  readonly from: number;
}

function partsOf(lines: readonly string[]): Parts | undefined {
  if (!lines.slice(0, 3).some((line) => /G ?bins|CDF|dG/i.test(line) && !/^[\s\d.,eE+-]+$/.test(line)))
    return undefined;
  const filled: number[][] = [];
  for (const [at, line] of lines.slice(0, BEGINNING).entries()) {
    const numbers = numbersOf(line);
    if (numbers === undefined) continue;
    filled.push(numbers);
    if (filled.length < 3) continue;
    const [bins, points, first] = filled;
    const rises = (values: readonly number[]): boolean =>
      values.every((x, k) => k === 0 || x >= values[k - 1]);
    const fits =
      bins.length > 1 &&
      first.length === bins.length &&
      rises(bins) &&
      rises(points) &&
      points.every((p) => p >= 0 && p <= 1);
    return fits ? { bins, points, from: at } : undefined;
  }
  return undefined;
}

function numbersOf(line: string): number[] | undefined {
  const cells = splitLine(line, line.includes(',') ? ',' : 'blanks');
  while (cells.at(-1) === '') cells.pop();
  if (cells.length === 0) return undefined;
  const numbers = cells.map((cell) => numberIn(cell, false));
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

function read({ lines, path }: FormatText): FormatFile {
  const { bins, points, from } = partsOf(lines) as Parts;
  const matrix: number[][] = [];
  const places: number[] = [];
  for (let at = from; at < lines.length && matrix.length < points.length; at++) {
    const numbers = numbersOf(lines[at]);
    if (numbers === undefined || numbers.length !== bins.length) continue;
    matrix.push(numbers);
    places.push(at + 1);
  }
  const short = points.length - matrix.length;
  const cells = bins.flatMap((_, b) => matrix.map((_row, p): readonly [number, number] => [b, p]));
  const middle = matrix.flat().sort((a, b) => a - b)[Math.floor((matrix.length * bins.length) / 2)] ?? 0;
  const table: RawTable = {
    name: middle < 0 ? 'steps down' : 'steps up',
    columns: [
      { heading: 'bin conductance', unit: 'S', values: Float64Array.from(cells, ([b]) => bins[b]) },
      { heading: 'cumulative probability', values: Float64Array.from(cells, ([, p]) => points[p]) },
      { heading: 'step', unit: 'S', values: Float64Array.from(cells, ([b, p]) => matrix[p][b]) },
    ],
    lines: cells.map(([, p]) => places[p]),
    entries: [],
  };
  return {
    format: 'CrossSim table of steps',
    tables: [table],
    entries: [],
    remarks: [
      `${bins.length} conductances × ${matrix.length} points of the distribution of steps, in S`,
      ...(short > 0 ? [`${short} rows of steps are missing in ${path}`] : []),
    ],
    siUnits: true,
  };
}
