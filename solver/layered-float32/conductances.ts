import { drawConductances, nodesBefore } from '../../circuits/layered/index.js';
import type { Floats } from '../../devices/contract/index.js';
import { type NetworkMemory, STAGED_ROWS } from './network-memory.js';

/** Nodes before layer l: rows of its conductances as the outside sees them. */
export function rowsOf(memory: NetworkMemory, l: number): number {
  return nodesBefore(memory.network.inputs, memory.network.layers, l);
}

/** Writes layer l's conductances from row-major values, S. */
export function writeConductances(memory: NetworkMemory, l: number, values: Floats): void {
  const { conductance_S } = memory.network.units;
  const size = memory.network.layers[l];
  const { lowest, highest } = windowOf(memory, l);
  for (let i = 0; i < rowsOf(memory, l); i++) {
    for (let j = 0; j < size; j++) {
      const g = values[i * size + j] / conductance_S;
      memory.row[j] = g < lowest ? lowest : g > highest ? highest : g;
    }
    memory.kernel.storeRow(memory.record.offset, l, i, memory.row.byteOffset);
  }
}

/** Layer l's conductances, row-major, S. */
export function readConductances(memory: NetworkMemory, l: number): Float64Array {
  const { conductance_S } = memory.network.units;
  const { g_min_S, g_max_S } = memory.network.windows[l];
  const size = memory.network.layers[l];
  const rows = rowsOf(memory, l);
  const values = new Float64Array(rows * size);
  for (let i = 0; i < rows; i++) {
    memory.kernel.loadRow(memory.record.offset, l, i, memory.row.byteOffset);
    for (let j = 0; j < size; j++) {
      // The window's edges in float32 may lie a rounding outside it.
      values[i * size + j] = Math.min(g_max_S, Math.max(g_min_S, memory.row[j] * conductance_S));
    }
  }
  return values;
}

/** Copies layer l's conductances, row-major in published units, as they are; what depends on them is not brought up to date. */
export function loadConductances(memory: NetworkMemory, l: number, values: Floats): void {
  const width = memory.network.layers[l];
  const rows = rowsOf(memory, l);
  const { staged } = memory;
  for (let first = 0; first < rows; first += STAGED_ROWS) {
    const count = Math.min(STAGED_ROWS, rows - first);
    staged.set(values.subarray(first * width, (first + count) * width));
    memory.kernel.storeRows(memory.record.offset, l, first, count, staged.byteOffset);
  }
}

/** Fills every layer as `drawConductances` does. */
export function drawAll(memory: NetworkMemory, seed: number): void {
  for (const [l, size] of memory.network.layers.entries()) {
    const values = new Float64Array(rowsOf(memory, l) * size);
    drawConductances(memory.network, l, seed, values);
    writeConductances(memory, l, values);
  }
}

/** Share of all conductances at an edge of their window. */
export function saturatedShare(memory: NetworkMemory): number {
  let edge = 0;
  let all = 0;
  for (const [l, size] of memory.network.layers.entries()) {
    const rows = rowsOf(memory, l);
    edge += memory.kernel.countSaturated(memory.record.offset, l, rows);
    all += rows * size;
  }
  return edge / all;
}

function windowOf(memory: NetworkMemory, l: number): { lowest: number; highest: number } {
  return { lowest: memory.layers[l].get('lowest'), highest: memory.layers[l].get('highest') };
}
