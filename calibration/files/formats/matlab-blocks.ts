import type { Question } from '../../measured/index.js';
import type { RawTable } from '../raw-table.js';
import { directionIn } from '../table-columns.js';
import type { FormatFile, FormatText, TextFormat } from './text-format.js';

/** A number may begin in the line of the bracket: `exp_LTP_raw=[0	5.1E-06`. */
const begins = /^\s*([A-Za-z]\w*)\s*=\s*\[(.*)$/;

/**
 * Matrices in a MATLAB script, or pasted from one: `exp_LTP_raw = [ n g; … ];`. Columns are separated by blanks or commas, rows by
 * semicolons or line ends. Vectors of one length are columns of one table.
 */
export const matlabBlocks: TextFormat = {
  recognises: ({ lines }) => lines.some((line) => begins.test(line)),
  read,
};

interface Matrix {
  readonly name: string;
  readonly rows: number[][];
  readonly lines: number[];
}

function read(text: FormatText): FormatFile {
  const matrices = matricesOf(text.lines).filter(({ rows }) => rows.length > 1 || (rows[0]?.length ?? 0) > 1);
  const wide = matrices.filter(({ rows }) => rows[0].length > 1 && rows.length > 1);
  const vectors = matrices.filter((matrix) => !wide.includes(matrix));
  const trains = wide.filter(({ name, rows }) => rows[0].length === 2 && directionIn(name) !== undefined);
  const questions: Question[] = [];
  const quantity = text.answers.quantity;
  if (trains.length > 0 && quantity === undefined) {
    questions.push({
      key: 'quantity',
      text: `are ${trains.map(({ name }) => name).join(' and ')} conductances in S or currents in A? NeuroSim's script holds conductances; the labels are the same`,
      choices: ['conductance', 'current'],
      flag: '--answer quantity=current',
      blocks: false,
    });
  }
  return {
    format: 'matrices of a MATLAB script',
    tables: [
      ...wide.map((matrix) => tableOf(matrix, trains.includes(matrix), quantity === 'current')),
      ...vectorTables(vectors),
    ],
    entries: [],
    remarks: [],
    questions,
  };
}

function matricesOf(lines: readonly string[]): Matrix[] {
  const matrices: Matrix[] = [];
  let open: Matrix | undefined;
  const take = (content: string, line: number): void => {
    const inside = content.replace(/%.*$/, '').replace(/\.\.\.\s*$/, '');
    const closed = inside.indexOf(']');
    for (const row of (closed < 0 ? inside : inside.slice(0, closed)).split(';')) {
      const cells = row
        .trim()
        .split(/[\s,]+/)
        .filter((cell) => cell !== '');
      const numbers = cells.map(Number);
      if (cells.length === 0 || open === undefined) continue;
      open.rows.push(numbers);
      open.lines.push(line);
    }
    if (closed >= 0) open = undefined;
  };
  for (const [at, line] of lines.entries()) {
    const match = open === undefined ? begins.exec(line) : null;
    if (match !== null) {
      open = { name: match[1], rows: [], lines: [] };
      matrices.push(open);
      take(match[2], at + 1);
    } else if (open !== undefined) take(line, at + 1);
  }
  return matrices.filter(
    ({ rows }) =>
      rows.length > 0 && rows.every((row) => row.length === rows[0].length && row.every(Number.isFinite)),
  );
}

function tableOf({ name, rows, lines }: Matrix, train: boolean, current: boolean): RawTable {
  const direction = directionIn(name) === 'down' ? 'LTD' : 'LTP';
  return {
    name,
    columns: rows[0].map((_, c) => ({
      heading: train ? `${c === 0 ? 'pulse' : current ? 'current' : 'conductance'} ${direction}` : '',
      ...(train ? { unit: c === 0 ? '#' : current ? 'A' : 'S' } : {}),
      values: Float64Array.from(rows, (row) => row[c]),
    })),
    lines,
    entries: [],
  };
}

/** `V = [ … ]; I = [ … ];`: vectors of one length stand beside each other. */
function vectorTables(vectors: readonly Matrix[]): RawTable[] {
  const byLength = new Map<number, Matrix[]>();
  for (const vector of vectors) {
    const length = vector.rows.length * vector.rows[0].length;
    byLength.set(length, [...(byLength.get(length) ?? []), vector]);
  }
  return [...byLength].map(([length, together]) => ({
    name: '',
    columns: together.map(({ name, rows }) => ({ heading: name, values: Float64Array.from(rows.flat()) })),
    lines: new Array<number>(length).fill(together[0].lines[0]),
    entries: [],
  }));
}
