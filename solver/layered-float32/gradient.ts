import type { ParameterValues } from '../../devices/contract/index.js';
import type { BatchMemory } from './batch-memory.js';
import { rowsOf } from './conductances.js';
import type { LayeredSimulation } from './simulation.js';

/**
 * Calls `row(i, gradient)` for every row i of layer l's conductances, [units of the layer], V²/S, from the contrast at hand;
 * `gradient` is overwritten by the next row. Needs `sumProducts` first.
 */
export function forEachGradientRow(
  simulation: LayeredSimulation,
  batch: BatchMemory,
  size: number,
  betaSpan: number,
  l: number,
  row: (i: number, gradient: Float32Array) => void,
): void {
  const { memory, scale } = simulation;
  const width = simulation.network.layers[l];
  const gradient = memory.row.subarray(0, width);
  // β span in S; the kernel's own is in published units.
  const factor = scale.conductance_S / (size * betaSpan);
  const { inputs } = batch.current;
  for (let i = 0; i < rowsOf(memory, l); i++) {
    memory.kernel.gradientRow(
      memory.record.offset,
      l,
      i,
      size,
      factor,
      inputs.byteOffset,
      memory.row.byteOffset,
    );
    row(i, gradient);
  }
}

/** ∂C/∂b of layer l, V²/A, [units of the layer]. */
export function biasGradient(
  simulation: LayeredSimulation,
  batch: BatchMemory,
  size: number,
  betaSpan: number,
  l: number,
): Float64Array {
  const { scale } = simulation;
  const gradient = new Float64Array(simulation.network.layers[l]);
  const factor = (-scale.biasGradient * scale.conductance_S) / (size * betaSpan);
  for (let s = 0; s < size; s++) {
    const difference = batch.row(batch.differences[l], l, s);
    for (let j = 0; j < gradient.length; j++) gradient[j] += factor * difference[j];
  }
  return gradient;
}

/** The estimate of the whole gradient from the contrast at hand. */
export function gradientOf(
  simulation: LayeredSimulation,
  batch: BatchMemory,
  size: number,
  betaSpan: number,
): ParameterValues {
  const gradients: Record<string, Float64Array> = {};
  const unit = simulation.scale.conductanceGradient;
  simulation.sumProducts(size);
  for (const [l, width] of simulation.network.layers.entries()) {
    const all = new Float64Array(rowsOf(simulation.memory, l) * width);
    forEachGradientRow(simulation, batch, size, betaSpan, l, (i, row) => {
      for (let j = 0; j < width; j++) all[i * width + j] = row[j] * unit;
    });
    gradients[`g${l + 1}`] = all;
    gradients[`b${l + 1}`] = biasGradient(simulation, batch, size, betaSpan, l);
  }
  return gradients;
}
