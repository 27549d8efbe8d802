import type { CrossbarCircuit, CrossbarDrive } from '../../circuits/crossbar/index.js';
import { type Edge, type Node, nodalNetwork } from './nodal-network.js';

/** Node voltages of one input vector, row-major [rows × columns], V. */
export interface ReferenceVoltages {
  readonly word_V: Float64Array;
  readonly bit_V: Float64Array;
}

/**
 * The plain, slow answer to check others by: nodal equations of the whole network in float64, factored by an envelope
 * Cholesky decomposition (George & Liu, 1981, §4) without any of the structure that the kernel uses. Lines without wire
 * resistance are one node each. For some thousand cells; one input vector.
 */
export function solveReference(circuit: CrossbarCircuit, drive: CrossbarDrive, input = 0): ReferenceVoltages {
  const { unknowns, word, bit, cells, wires } = nodalNetwork(circuit, drive, input);
  const volts = solveEdges(unknowns, [...cells, ...wires]);
  const read = (nodes: readonly Node[]) =>
    Float64Array.from(nodes, (n) => (n.index >= 0 ? volts[n.index] : n.volts));
  return { word_V: read(word), bit_V: read(bit) };
}

/** Assembles and solves the nodal equations. */
function solveEdges(unknowns: number, edges: readonly Edge[]): Float64Array {
  const first = Int32Array.from({ length: unknowns }, (_, i) => i);
  for (const [{ index: a }, { index: b }] of edges) {
    if (a >= 0 && b >= 0) first[Math.max(a, b)] = Math.min(first[Math.max(a, b)], a, b);
  }
  const rows = Array.from({ length: unknowns }, (_, i) => new Float64Array(i - first[i] + 1));
  const x = new Float64Array(unknowns);
  for (const [a, b, g] of edges) {
    for (const [here, there] of [
      [a, b],
      [b, a],
    ]) {
      if (here.index < 0) continue;
      rows[here.index][here.index - first[here.index]] += g;
      if (there.index < 0) x[here.index] += g * there.volts;
      else if (there.index < here.index) rows[here.index][there.index - first[here.index]] -= g;
    }
  }
  for (let i = 0; i < unknowns; i++) {
    const row = rows[i];
    for (let j = first[i]; j <= i; j++) {
      const other = rows[j];
      let sum = row[j - first[i]];
      for (let k = Math.max(first[i], first[j]); k < j; k++) sum -= row[k - first[i]] * other[k - first[j]];
      row[j - first[i]] = j < i ? sum / other[j - first[j]] : Math.sqrt(sum);
    }
    let sum = x[i];
    for (let k = first[i]; k < i; k++) sum -= row[k - first[i]] * x[k];
    x[i] = sum / row[i - first[i]];
  }
  for (let i = unknowns - 1; i >= 0; i--) {
    const row = rows[i];
    x[i] /= row[i - first[i]];
    for (let k = first[i]; k < i; k++) x[k] -= row[k - first[i]] * x[i];
  }
  return x;
}
