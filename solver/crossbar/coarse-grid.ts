import type { CoarseShape, CrossbarNetwork } from '../../kernels/index.js';
import type { Scaling } from './scaling.js';

/** Sets the spacing: 1.6 nodes per length λ over which currents leak from line to line, at least 8 intervals. */
const NODES_PER_LENGTH = 1.6;
const MIN_INTERVALS = 8;
/** The factorisation may cost this many operations a cell. */
const OPERATIONS_PER_CELL = 600;
/** Below this ratio of cell to wire conductance the coarse operator cannot be factored in double precision. */
const MIN_RATIO = 1e-12;

/**
 * The coarse grid for a mean cell conductance [S], or undefined where there is none: lines of one cell, and wires so
 * good that the lines are equipotential.
 */
export function coarseShape(
  rows: number,
  columns: number,
  mean_S: number,
  scaling: Scaling,
): CoarseShape | undefined {
  if (rows < 2 || columns < 2) return undefined;
  const weakest = mean_S * Math.min(scaling.row_ohm, scaling.column_ohm);
  if (!(weakest > MIN_RATIO)) return undefined;
  let rowSpacing = spacing(rows, mean_S * scaling.column_ohm);
  let columnSpacing = spacing(columns, mean_S * scaling.row_ohm);
  for (;;) {
    const shape = shapeOf(rows, columns, rowSpacing, columnSpacing);
    if (shape.order * shape.width ** 2 <= Math.max(2e6, OPERATIONS_PER_CELL * rows * columns)) return shape;
    if (shape.rows >= shape.columns) rowSpacing += 8;
    else columnSpacing += 8;
  }
}

/** Lines between coarse nodes, a multiple of the kernel's block of 8. `ratio` is G·R along the line. */
function spacing(lines: number, ratio: number): number {
  const intervals = Math.max(MIN_INTERVALS, NODES_PER_LENGTH * lines * Math.sqrt(ratio) + 1);
  return 8 * Math.max(1, Math.round(lines / intervals / 8));
}

function shapeOf(rows: number, columns: number, rowSpacing: number, columnSpacing: number): CoarseShape {
  const coarseRows = Math.ceil((rows - 1) / rowSpacing) + 1;
  const coarseColumns = Math.ceil((columns - 1) / columnSpacing) + 1;
  const rowsOutside = coarseColumns <= coarseRows;
  const inner = Math.min(coarseRows, coarseColumns);
  return {
    rowSpacing,
    columnSpacing,
    rows: coarseRows,
    columns: coarseColumns,
    rowStride: rowsOutside ? 2 * coarseColumns : 2,
    columnStride: rowsOutside ? 2 : 2 * coarseRows,
    order: 2 * coarseRows * coarseColumns,
    width: 2 * (inner + 1) + 1,
  };
}

/** Products of the two hat functions on one interval: (1−w)², w(1−w), w². */
type Moments = readonly [number, number, number];

/** What the lines of one direction contribute on each coarse interval. */
interface Direction {
  /** Σ of hat products over the lines of interval k. */
  readonly mass: Moments[];
  /** Wire segments inside interval k, times (1/spacing)². */
  readonly stiffness: number[];
}

function directionOf(lines: number, spacing: number): Direction {
  const mass: Moments[] = [];
  const stiffness: number[] = [];
  for (let first = 0; first < lines; first += spacing) {
    mass.push(weigh(first, Math.min(first + spacing, lines), spacing, () => 1));
    stiffness.push((Math.min(first + spacing, lines - 1) - first) / spacing ** 2);
  }
  return { mass, stiffness };
}

function weigh(first: number, end: number, spacing: number, value: (line: number) => number): Moments {
  let near = 0;
  let cross = 0;
  let far = 0;
  for (let line = first; line < end; line++) {
    const w = (line - first) / spacing;
    const v = value(line);
    near += (1 - w) ** 2 * v;
    cross += w * (1 - w) * v;
    far += w ** 2 * v;
  }
  return [near, cross, far];
}

/** Which moment couples corner a with corner b of an interval. */
const pairing = [0, 1, 1, 2] as const;
const signs = [1, -1, -1, 1] as const;

/**
 * Builds the Galerkin operator PᵀAP of the whole network (word and bit nodes) in `network.band` and factors it.
 * @returns whether it could be factored; if not, do without
 */
export function buildCoarseOperator(network: CrossbarNetwork, scaling: Scaling): boolean {
  const shape = network.coarse;
  if (shape === undefined) return false;
  const { rows, columns } = network.extent;
  const { kernel } = network.arena;
  const alongRows = directionOf(rows, shape.rowSpacing);
  const alongColumns = directionOf(columns, shape.columnSpacing);
  const { band } = network;
  const { width } = shape;
  band.fill(0);
  const add = (a: number, b: number, value: number) => {
    const row = Math.max(a, b);
    band[row * (width + 1) + width - Math.abs(a - b)] += value;
  };
  const index = (i: number, j: number) => i * shape.rowStride + j * shape.columnStride;
  /** Adds a 4 × 4 element matrix over the corners of interval (I, J), lower triangle once; `kind` 0 word, 1 bit. */
  const element = (
    I: number,
    J: number,
    kind: number,
    value: (a: number, b: number, c: number, d: number) => number,
  ) => {
    for (let p = 0; p < 4; p++) {
      const i = I + (p >> 1);
      const j = J + (p & 1);
      if (i >= shape.rows || j >= shape.columns) continue;
      for (let q = 0; q <= p; q++) {
        add(index(i, j) + kind, index(I + (q >> 1), J + (q & 1)) + kind, value(p >> 1, q >> 1, p & 1, q & 1));
      }
    }
  };
  const lastColumn = Math.floor((columns - 1) / shape.columnSpacing);
  const lastRow = Math.floor((rows - 1) / shape.rowSpacing);
  const endColumn = endMoments(columns, shape.columnSpacing);
  const endRow = endMoments(rows, shape.rowSpacing);
  for (let I = 0; I < alongRows.mass.length; I++) {
    kernel.momentsOfInterval(network.pointer, I);
    kernel.contractMoments(network.pointer, network.contracted.byteOffset);
    const cells = network.contracted;
    const first = I * shape.rowSpacing;
    const end = Math.min(first + shape.rowSpacing, rows);
    const left = weigh(first, end, shape.rowSpacing, (i) => held(network.left[i]));
    const right = weigh(first, end, shape.rowSpacing, (i) => held(network.right[i]));
    for (let J = 0; J < alongColumns.mass.length; J++) {
      const cell = (a: number, b: number, c: number, d: number) =>
        cells[9 * J + 3 * pairing[2 * a + b] + pairing[2 * c + d]];
      const isLast = J === lastColumn;
      element(I, J, 0, (a, b, c, d) => {
        const m = pairing[2 * a + b];
        const k = pairing[2 * c + d];
        const wires = alongRows.mass[I][m] * alongColumns.stiffness[J] * signs[2 * c + d];
        const ends = (J === 0 && c + d === 0 ? left[m] : 0) + (isLast ? right[m] * endColumn[k] : 0);
        return wires + ends + cell(a, b, c, d) / scaling.s;
      });
      const firstBit = J * shape.columnSpacing;
      const endBit = Math.min(firstBit + shape.columnSpacing, columns);
      const top =
        I === 0 ? weigh(firstBit, endBit, shape.columnSpacing, (j) => held(network.top[j])) : undefined;
      const bottom =
        I === lastRow
          ? weigh(firstBit, endBit, shape.columnSpacing, (j) => held(network.bottom[j]))
          : undefined;
      element(I, J, 1, (a, b, c, d) => {
        const m = pairing[2 * a + b];
        const k = pairing[2 * c + d];
        const wires = alongColumns.mass[J][k] * alongRows.stiffness[I] * signs[2 * a + b];
        const ends =
          (top !== undefined && a + b === 0 ? top[k] : 0) +
          (bottom === undefined ? 0 : bottom[k] * endRow[m]);
        return wires + ends + cell(a, b, c, d) * scaling.s;
      });
      for (let p = 0; p < 4; p++) {
        const i = I + (p >> 1);
        const j = J + (p & 1);
        if (i >= shape.rows || j >= shape.columns) continue;
        for (let q = 0; q < 4; q++) {
          if (I + (q >> 1) >= shape.rows || J + (q & 1) >= shape.columns) continue;
          add(index(i, j), index(I + (q >> 1), J + (q & 1)) + 1, -cell(p >> 1, q >> 1, p & 1, q & 1));
        }
      }
    }
  }
  return kernel.factorBand(band.byteOffset, shape.order, width) === 0;
}

/** A terminal as the coarse operator takes it: one far better than the wires would drown them in its factors. */
function held(terminal: number): number {
  return Math.min(terminal, 1e3);
}

/** Hat products at the last line, in its interval. */
function endMoments(lines: number, spacing: number): Moments {
  const last = lines - 1;
  return weigh(last - (last % spacing), lines, spacing, (line) => (line === last ? 1 : 0));
}
