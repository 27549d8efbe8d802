import { defaultStop, type PhaseReport, type SettleStatus, type StopRule } from '../../devices/index.js';
import type { Relaxation } from '../hopfield/index.js';
import type { NetworkMemory } from './network-memory.js';

/** Lanes that `samples` samples take: the rest repeat the last one. */
export function lanesOf(samples: number): number {
  return 4 * Math.ceil(samples / 4);
}

/**
 * Fills the fixed part of every field for a block: b¹ + x·W¹ of inputs [samples × inputs] at byte `inputs`, and the biases.
 */
export function prepareBlock(memory: NetworkMemory, inputs: number, samples: number): void {
  const { kernel, layers, network, starts, rows, values, inputField } = memory;
  const lanes = lanesOf(samples);
  const [first] = layers;
  kernel.listBySample(inputs, samples, network.inputs, first.rowStep, starts, rows, values);
  kernel.inputField(
    first.weights.byteOffset,
    first.biases.byteOffset,
    first.vectors,
    samples,
    starts,
    rows,
    values,
    inputField,
    first.rowStep,
  );
  kernel.interleave(inputField, first.rowStep, samples, first.units, first.fixedField, lanes);
  for (const layer of layers.slice(1)) {
    kernel.spread(layer.biases.byteOffset, layer.units, layer.fixedField, lanes);
  }
}

/** Relaxes the block in the memory's states, free (β = 0) or nudged towards the memory's targets. */
export function relaxBlock(
  memory: NetworkMemory,
  samples: number,
  relaxation: Relaxation,
  beta: number,
  stop: StopRule = {},
): PhaseReport {
  const { tolerance, outputChange, maxIterations } = { ...defaultStop, ...stop };
  const lanes = lanesOf(samples);
  const limit = stop.fixedIterations ?? maxIterations;
  const counted = stop.fixedIterations !== undefined;
  const { kernel, layers, outputsBefore } = memory;
  const output = layers[layers.length - 1];
  let residual = 0;
  let iterations = 0;
  const report = (status: SettleStatus): PhaseReport => ({
    status,
    iterations,
    residual,
    residual_A: residual,
  });
  const watchOutputs = beta !== 0 && !counted;
  while (iterations < limit) {
    iterations++;
    if (watchOutputs) memory.keepOutputs(lanes);
    const measure = !counted || iterations === limit;
    residual = iterate(memory, lanes, relaxation, beta, measure);
    if (!Number.isFinite(residual)) return report('not-finite');
    if (counted || residual > tolerance) continue;
    const moved = watchOutputs
      ? kernel.largestDifference(outputsBefore, output.states, output.units * lanes)
      : 0;
    if (moved <= outputChange) return report('settled');
  }
  return report(counted ? 'counted' : 'stopped-early');
}

/** One step of every unit; returns the largest residual met, or 0 where it is not measured. */
function iterate(
  memory: NetworkMemory,
  lanes: number,
  relaxation: Relaxation,
  beta: number,
  measure: boolean,
): number {
  const { layers } = memory;
  let worst = 0;
  const note = (residual: number) => {
    // Math.max keeps a NaN.
    worst = Math.max(worst, residual);
  };
  if (relaxation.atOnce) {
    const fields = layers.map((_, l) => computeField(memory, l, lanes));
    for (const [l, field] of fields.entries()) note(move(memory, l, lanes, field, relaxation, beta, measure));
    return worst;
  }
  for (const parity of [0, 1]) {
    for (let l = parity; l < layers.length; l += 2) {
      note(move(memory, l, lanes, computeField(memory, l, lanes), relaxation, beta, measure));
    }
  }
  return worst;
}

/** Σ W·s + b of every unit of layer l; returns where it lies. */
function computeField(memory: NetworkMemory, l: number, lanes: number): number {
  const { kernel, layers } = memory;
  const layer = layers[l];
  const step = 4 * lanes;
  const vectors = lanes / 4;
  let from = layer.fixedField;
  if (l > 0) {
    const w = layer.weights.byteOffset;
    const { states } = layers[l - 1];
    kernel.product(
      w,
      layer.rowStep,
      4,
      layer.before,
      states,
      step,
      from,
      layer.field,
      step,
      layer.units,
      vectors,
    );
    from = layer.field;
  }
  if (l + 1 < layers.length) {
    const after = layers[l + 1];
    const w = after.weights.byteOffset;
    const { states, units } = after;
    kernel.product(w, 4, after.rowStep, units, states, step, from, layer.field, step, layer.units, vectors);
    from = layer.field;
  }
  return from;
}

function move(
  memory: NetworkMemory,
  l: number,
  lanes: number,
  field: number,
  relaxation: Relaxation,
  beta: number,
  measure: boolean,
): number {
  const { kernel, layers } = memory;
  const { states, units } = layers[l];
  const pulled = l === layers.length - 1 && beta !== 0;
  const targets = pulled ? memory.targets : 0;
  const b = pulled ? beta : 0;
  const count = units * lanes;
  const residual = measure ? kernel.residual(states, field, targets, count, b) : 0;
  if (relaxation.epsilon > 0) kernel.euler(states, field, targets, count, relaxation.epsilon, b);
  else kernel.exact(states, field, targets, count, b);
  return residual;
}
