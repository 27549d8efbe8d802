import type { Update } from '../../devices/contract/index.js';
import type { LayerMemory, NetworkMemory } from './network-memory.js';

/** Which rows of each layer are the first and the second phase. */
export interface PhaseRows {
  readonly first: (layer: LayerMemory) => Float32Array;
  readonly second: (layer: LayerMemory) => Float32Array;
}

/**
 * W_ij ← W_ij + rate·mean[δ_i m_j + m_i δ_j] / betaSpan over the minibatch in the memory's rows, as the float64 device does.
 * @returns ‖change‖ / ‖weights‖ of every group of weights that moved
 */
export function learn(
  memory: NetworkMemory,
  samples: number,
  betaSpan: number,
  { id, rates }: Update,
  phases: PhaseRows,
): Record<string, number> {
  const { kernel, layers, sums } = memory;
  const scale = 1 / (samples * betaSpan);
  const relativeChange: Record<string, number> = {};
  for (const layer of layers) {
    const first = phases.first(layer).byteOffset;
    const second = phases.second(layer).byteOffset;
    kernel.contrast(first, second, samples, layer.vectors, layer.rowStep, layer.contrast);
  }
  if (memory.readOut !== undefined) {
    const { record, scratch } = memory.readOut;
    const readOut = record.at(id);
    for (const [l, { contrast, units, rowStep }] of layers.entries()) {
      kernel.readRows(readOut, l, contrast, samples, units, rowStep, scratch);
    }
  }
  for (const [l, layer] of layers.entries()) {
    const rate = rates[`w${l + 1}`] ?? 0;
    const biasRate = rates[`b${l + 1}`] ?? 0;
    if (rate !== 0) {
      if (l === 0) moveInputWeights(memory, samples, rate * scale);
      else moveInnerWeights(memory, l, samples, rate * scale);
      relativeChange[`w${l + 1}`] = Math.sqrt(sums[0] / sums[1]);
    }
    if (biasRate !== 0) {
      const { biases, contrast, rowStep, vectors } = layer;
      kernel.addMean(biases.byteOffset, contrast, rowStep, samples, vectors, biasRate * scale);
    }
  }
  return relativeChange;
}

function moveInputWeights(memory: NetworkMemory, samples: number, factor: number): void {
  const { kernel, layers, network, inputs, starts, rows, values, inputUpdateJob } = memory;
  const { rowStep } = layers[0];
  kernel.listBySignal(inputs.byteOffset, samples, network.inputs, rowStep, factor, starts, rows, values);
  kernel.addInputs(inputUpdateJob.offset);
}

function moveInnerWeights(memory: NetworkMemory, l: number, samples: number, factor: number): void {
  const { kernel, layers, change, sums, productJob } = memory;
  const { weights, rowStep, vectors, contrast } = layers[l];
  const before = layers[l - 1];
  kernel.crossed(before.contrast, before.rowStep, samples, before.units, factor, before.crossed);
  productJob.set({
    w: before.crossed,
    kStep: 4,
    cStep: 8 * samples,
    terms: 2 * samples,
    s: contrast,
    sStep: rowStep,
    init: 0,
    c: change,
    cRow: rowStep,
    columns: before.units,
    vectors,
  });
  kernel.product(productJob.offset);
  kernel.add(weights.byteOffset, rowStep, change, rowStep, before.units, vectors, sums.byteOffset);
}
