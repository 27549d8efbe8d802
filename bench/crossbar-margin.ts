/**
 * Worst data patterns of random small arrays (levels of every cell, wires, ends, schemes drawn) beside an exhaustive search that solves plain
 * nodal equations for every pattern; and how often the search that larger arrays get finds them.
 *   npm run bench -- crossbar-margin [--arrays 1000] [--first 0] [--shapes 3x3,4x4] [--levels 2] [--models] [--plain]
 */
import { parseArgs } from 'node:util';
import { applyScheme, schemeBiases } from '../circuits/crossbar/index.js';
import { RandomStream } from '../core/index.js';
import { expressionModel } from '../devices/elements/index.js';
import {
  LinearReads,
  type MarginProblem,
  ModelReads,
  readMargin,
  searchPatterns,
} from '../solver/crossbar/index.js';
import { machine } from './machine.js';

interface Drawn extends MarginProblem {
  readonly wires: { row_ohm: number; column_ohm: number; driver_ohm: number; sense_ohm: number };
}

function drawn(seed: number, rows: number, columns: number, levels: number): Drawn {
  const random = new RandomStream(seed, 'margin');
  const ohm = () => 10 ** random.between(0, 3);
  const schemes = Object.keys(schemeBiases) as (keyof typeof schemeBiases)[];
  const off_S = Float64Array.from({ length: rows * columns }, () => 10 ** -random.between(4, 6));
  const on_S = off_S.map((g) => g * 10 ** random.between(0.1, 2));
  return {
    rows,
    columns,
    cells: {
      levels_S: Array.from({ length: levels }, (_, l) =>
        off_S.map((g, k) => g * (on_S[k] / g) ** (l / (levels - 1))),
      ),
    },
    wires: { row_ohm: ohm(), column_ohm: ohm(), driver_ohm: ohm(), sense_ohm: ohm() },
    scheme: schemes[random.integer(schemes.length)],
    read_V: random.uniform() < 0.5 ? 0.3 : -0.2,
    selected: { row: random.integer(rows), column: random.integer(columns) },
  };
}

/** Plain nodal equations, nodes in the order of cells, in a band; the pads as conductances to their voltages. */
function exhaustive(problem: Drawn, own: number): { least_A: number; most_A: number } {
  const { rows, columns, wires, selected, scheme, read_V } = problem;
  const levels_S = problem.cells.levels_S!;
  const { rows_V, columns_V, floatingRows, floatingColumns } = applyScheme(scheme, {
    rows,
    columns,
    inputs_V: new Float64Array(rows).fill(read_V),
    count: 1,
    selected,
  });
  const cells = rows * columns;
  const n = 2 * cells;
  const width = 2 * columns;
  const base = new Float64Array(n * (width + 1));
  const sources = new Float64Array(n);
  // base[i·(width+1) + d] = A[i][i−d]
  const at = (i: number, j: number) => Math.max(i, j) * (width + 1) + Math.abs(i - j);
  const join = (matrix: Float64Array, a: number, b: number, g: number) => {
    matrix[at(a, a)] += g;
    matrix[at(b, b)] += g;
    matrix[at(a, b)] -= g;
  };
  const pad = (node: number, g: number, volts: number) => {
    base[at(node, node)] += g;
    sources[node] += g * volts;
  };
  const word = (i: number, j: number) => 2 * (i * columns + j);
  const bit = (i: number, j: number) => word(i, j) + 1;
  const sense_S = 1 / (wires.column_ohm + wires.sense_ohm);
  for (let i = 0; i < rows; i++) {
    if (!floatingRows.includes(i)) pad(word(i, 0), 1 / (wires.row_ohm + wires.driver_ohm), rows_V[i]);
    for (let j = 1; j < columns; j++) join(base, word(i, j - 1), word(i, j), 1 / wires.row_ohm);
  }
  for (let j = 0; j < columns; j++) {
    if (!floatingColumns.includes(j)) pad(bit(rows - 1, j), sense_S, columns_V![j]);
    for (let i = 1; i < rows; i++) join(base, bit(i - 1, j), bit(i, j), 1 / wires.column_ohm);
  }
  const chosen = selected.row * columns + selected.column;
  const pattern = new Uint8Array(cells);
  pattern[chosen] = own;
  const out = bit(rows - 1, selected.column);
  let [least_A, most_A] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const a = new Float64Array(base.length);
  const x = new Float64Array(n);
  for (;;) {
    a.set(base);
    for (let k = 0; k < cells; k++) join(a, 2 * k, 2 * k + 1, levels_S[pattern[k]][k]);
    x.set(sources);
    solveBand(a, x, n, width);
    const current_A = (x[out] - columns_V![selected.column]) * sense_S;
    least_A = Math.min(least_A, current_A);
    most_A = Math.max(most_A, current_A);
    let k = 0;
    for (; k < cells; k++) {
      if (k === chosen) continue;
      pattern[k] = (pattern[k] + 1) % levels_S.length;
      if (pattern[k] !== 0) break;
    }
    if (k === cells) return { least_A, most_A };
  }
}

/** Cholesky's factors in a band, in place. */
function solveBand(a: Float64Array, x: Float64Array, n: number, width: number): void {
  const stride = width + 1;
  for (let i = 0; i < n; i++) {
    const from = Math.max(0, i - width);
    for (let j = from; j <= i; j++) {
      let sum = a[i * stride + i - j];
      for (let k = Math.max(from, j - width); k < j; k++)
        sum -= a[i * stride + i - k] * a[j * stride + j - k];
      a[i * stride + i - j] = i === j ? Math.sqrt(sum) : sum / a[j * stride];
    }
    let sum = x[i];
    for (let k = from; k < i; k++) sum -= a[i * stride + i - k] * x[k];
    x[i] = sum / a[i * stride];
  }
  for (let i = n - 1; i >= 0; i--) {
    x[i] /= a[i * stride];
    for (let k = Math.max(0, i - width); k < i; k++) x[k] -= a[i * stride + i - k] * x[i];
  }
}

/** Whether the search of larger arrays finds what is worst, by 200 reads each. */
function found(problem: Drawn, on_A: number, off_A: number): boolean {
  const { rows, columns, selected, scheme, read_V, cells } = problem;
  const { floatingRows, floatingColumns, ...drive } = applyScheme(scheme, {
    rows,
    columns,
    inputs_V: new Float64Array(rows).fill(read_V),
    count: 1,
    selected,
  });
  const circuit = { ...problem, drive, floatingRows, floatingColumns };
  const levels = (cells.levels_S ?? cells.models!.levels).length;
  const reads =
    cells.levels_S === undefined
      ? new ModelReads(circuit, cells.models!.cells, cells.models!.levels)
      : new LinearReads(circuit, cells.levels_S);
  const sign = Math.sign(read_V);
  const search = { rows, columns, levels, selected, most: 200 };
  const random = new RandomStream(0, 'patterns');
  const on = searchPatterns(reads, { ...search, own: levels - 1, towards: -sign as 1 | -1 }, random);
  const off = searchPatterns(reads, { ...search, own: 0, towards: sign as 1 | -1 }, random);
  reads.close();
  const near = (a: number, b: number) => Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
  return near(on.sensed_A, on_A) && near(off.sensed_A, off_A);
}

/** Linear arrays: the answer beside plain equations, and the search beside the answer. */
function linear(
  arrays: number,
  first: number,
  rows: number,
  columns: number,
  levels: number,
  searched: boolean,
): void {
  let [apart, wrong, missed] = [0, 0, 0];
  for (let seed = first + 1; seed <= first + arrays; seed++) {
    const problem = drawn(seed, rows, columns, levels);
    const sign = Math.sign(problem.read_V);
    const { on, off } = readMargin(problem);
    const ends = [exhaustive(problem, levels - 1), exhaustive(problem, 0)];
    const right = sign > 0 ? [ends[0].least_A, ends[1].most_A] : [ends[0].most_A, ends[1].least_A];
    for (const [k, got] of [on.sensed_A, off.sensed_A].entries()) {
      const off_by = Math.abs(got / right[k] - 1);
      apart = Math.max(apart, off_by);
      if (!(off_by < 1e-8) || !on.all || !off.all) wrong++;
    }
    if (searched && !found(problem, on.sensed_A, off.sensed_A)) missed++;
  }
  const search = searched ? `; the search of larger arrays missed one in ${missed}` : '';
  console.log(
    `${arrays} linear arrays of ${rows} × ${columns}, ${levels} levels: ${wrong} worst reads other than the exhaustive search's (largest difference ${apart.toExponential(1)})${search}. ${machine()}`,
  );
}

/** Cells of sinh: every pattern solved, and the search beside it. */
async function models(
  arrays: number,
  first: number,
  rows: number,
  columns: number,
  levels: number,
): Promise<void> {
  const model = await expressionModel({
    name: 'sinh',
    current: 'x*sinh(8*v)/8',
    state: { low: 0, high: 1e-2, initial: 1e-5 },
    rate: '0',
  });
  let missed = 0;
  for (let seed = first + 1; seed <= first + arrays; seed++) {
    const made = drawn(seed, rows, columns, levels);
    const problem = { ...made, cells: { models: { cells: { model }, levels: made.cells.levels_S! } } };
    const { on, off } = readMargin(problem);
    if (!on.all || !off.all) throw new Error('not every pattern was tried');
    if (!found(problem, on.sensed_A, off.sensed_A)) missed++;
  }
  console.log(
    `${arrays} arrays of ${rows} × ${columns} sinh cells, ${levels} levels: every pattern is solved; the search of larger arrays missed one in ${missed}. ${machine()}`,
  );
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      arrays: { type: 'string', default: '1000' },
      first: { type: 'string', default: '0' },
      shapes: { type: 'string', default: '3x3,4x4' },
      levels: { type: 'string', default: '2' },
      models: { type: 'boolean', default: false },
      plain: { type: 'boolean', default: false },
    },
  });
  const [arrays, first, levels] = [values.arrays, values.first, values.levels].map(Number);
  for (const shape of values.shapes.split(',')) {
    const [rows, columns] = shape.split('x').map(Number);
    if (values.models) await models(arrays, first, rows, columns, levels);
    else linear(arrays, first, rows, columns, levels, !values.plain);
  }
}
