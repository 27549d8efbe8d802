import { type CrossbarCircuit, requireConductances } from '../../circuits/crossbar/index.js';
import { blockPortions, type CoarseShape, type CrossbarNetwork } from '../../kernels/index.js';
import { buildCoarseOperator, coarseShape } from './coarse-grid.js';
import type { PreparedNetwork } from './outcome.js';
import { type Scaling, scaleOf } from './scaling.js';

/** A cell that conducts this many times as well as the wires counts as a short. */
const SHORT_RATIO = 8;
const SAMPLES = 8192;

/** What must be known of a crossbar before memory is taken for it. */
export interface CrossbarPlan {
  readonly scaling: Scaling;
  readonly shape: CoarseShape | undefined;
}

/** Scaling and coarse grid of a circuit; the mean conductance is that of an even sample of the cells. */
export function planCrossbar(circuit: CrossbarCircuit): CrossbarPlan {
  const { rows, columns, conductances_S: g } = circuit;
  const scaling = scaleOf(circuit.wires);
  const cap_S = 0.25 / Math.max(scaling.row_ohm, scaling.column_ohm);
  // an odd stride walks through all rows and columns
  const stride = Math.max(1, Math.floor(g.length / SAMPLES)) | 1;
  let sum = 0;
  let count = 0;
  for (let k = 0; k < g.length; k += stride) {
    if (g[k] >= 0) sum += Math.min(g[k], cap_S);
    count++;
  }
  return { scaling, shape: coarseShape(rows, columns, sum / count, scaling) };
}

/**
 * Packs and factors a crossbar in the kernel's memory: every line, and the coarse operator.
 * @param staging a kernel array of rows × columns numbers that may be overwritten
 * @param operator built of these cells, or kept as it is, with whether it could be factored: it only speeds up
 * @throws OhmpropError `crossbar.conductance`
 */
export function prepareCrossbar(
  circuit: CrossbarCircuit,
  plan: CrossbarPlan,
  network: CrossbarNetwork,
  staging: Float64Array,
  operator: 'built' | { readonly kept: boolean },
): PreparedNetwork {
  const { scaling } = plan;
  const { kernel } = network.arena;
  const { rows, columns, conductances_S } = circuit;
  for (const [first, end] of blockPortions(rows, columns)) {
    staging.set(conductances_S.subarray(first * 8 * columns, Math.min(end * 8, rows) * columns));
    const bad = kernel.pack(network.pointer, staging.byteOffset, scaling.sigma, first, end);
    if (bad > 0) requireConductances(circuit);
  }
  setTerminals(circuit, scaling, network);
  const { blocks, pairs } = network.extent;
  kernel.factorWordLines(network.pointer, 1 / scaling.s, 0, blocks);
  kernel.factorBitLines(network.pointer, scaling.s, network.scratch.byteOffset, 0, pairs);
  const coarse = operator === 'built' ? buildCoarseOperator(network, scaling) : operator.kept;
  const weakest = Math.min(scaling.row_ohm, scaling.column_ohm) / scaling.sigma;
  const shorts = kernel.countAbove(network.pointer, SHORT_RATIO / weakest, network.scratch.byteOffset);
  return {
    kernel,
    pointer: network.pointer,
    scaling,
    coarse,
    shorts,
    largest_S: network.scratch[0] / scaling.sigma,
  };
}

/** Conductances of the ends of all lines, 0 where they float. */
export function setTerminals(circuit: CrossbarCircuit, scaling: Scaling, network: CrossbarNetwork): void {
  network.left.fill(scaling.driver, 0, circuit.rows);
  if (circuit.driveBothEnds) network.right.fill(scaling.driver, 0, circuit.rows);
  if (circuit.senseEnds !== 'first') network.bottom.fill(scaling.sense, 0, circuit.columns);
  if (circuit.senseEnds !== 'last') network.top.fill(scaling.sense, 0, circuit.columns);
  for (const i of circuit.floatingRows) {
    network.left[i] = 0;
    network.right[i] = 0;
  }
  for (const j of circuit.floatingColumns) {
    network.top[j] = 0;
    network.bottom[j] = 0;
  }
}

/**
 * Loads changed cells into the kernel's memory and factors their lines again. The coarse operator stays: it only
 * speeds up, it does not decide where the iteration ends.
 * @param cells indices of cells, row-major
 */
export function refreshCells(
  circuit: CrossbarCircuit,
  prepared: PreparedNetwork,
  network: CrossbarNetwork,
  cells: ArrayLike<number>,
): PreparedNetwork {
  const { scaling, kernel, pointer } = prepared;
  const { pairs } = network.extent;
  const touchedBlocks = new Set<number>();
  const touchedPairs = new Set<number>();
  let largest_S = prepared.largest_S;
  for (let k = 0; k < cells.length; k++) {
    const row = Math.floor(cells[k] / circuit.columns);
    const column = cells[k] % circuit.columns;
    const g = circuit.conductances_S[cells[k]];
    largest_S = Math.max(largest_S, g);
    network.conductances[((row >> 3) * pairs + (column >> 1)) * 16 + (row & 7) * 2 + (column & 1)] =
      g * scaling.sigma;
    touchedBlocks.add(row >> 3);
    touchedPairs.add(column >> 1);
  }
  for (const block of touchedBlocks) kernel.factorWordLines(pointer, 1 / scaling.s, block, block + 1);
  for (const pair of touchedPairs) {
    kernel.factorBitLines(pointer, scaling.s, network.scratch.byteOffset, pair, pair + 1);
  }
  return { ...prepared, largest_S };
}
