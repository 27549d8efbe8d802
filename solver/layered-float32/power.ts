import { rowsOf } from './conductances.js';
import type { LayeredSimulation } from './simulation.js';

/** Node voltages of a batch in published units, [batch × n_l] a layer. */
export interface BatchState {
  /** Input signals times gain, [batch × inputs]. */
  readonly inputs: Float32Array;
  readonly base: readonly Float32Array[];
  /** Nudged phases: differences from `base`, which is then the free phase's own array. */
  readonly deltas?: readonly Float32Array[];
}

/** The voltages of layer l as float64, published units. */
export function voltagesOf(state: BatchState, l: number): Float64Array {
  const voltages = Float64Array.from(state.base[l]);
  const delta = state.deltas?.[l];
  if (delta !== undefined) for (let e = 0; e < voltages.length; e++) voltages[e] += delta[e];
  return voltages;
}

/** Power dissipated in the conductances of each sample, W, summed in float64: P = Σ_l Σ_ij g_ij (v_i − v_j)². */
export function dissipatedPower(
  simulation: LayeredSimulation,
  state: BatchState,
  batch: number,
): Float64Array {
  const { memory, network, scale } = simulation;
  const power = new Float64Array(batch);
  const signals = network.inputs;
  let before: Float64Array = new Float64Array(0);
  for (const [l, size] of network.layers.entries()) {
    const after = voltagesOf(state, l);
    const rows = rowsOf(memory, l);
    for (let i = 0; i < rows; i++) {
      memory.kernel.loadRow(memory.record.offset, l, i, memory.row.byteOffset);
      for (let s = 0; s < batch; s++) {
        const source = state.inputs[s * signals + (i % signals)];
        const here = l === 0 ? (i < signals ? source : -source) : before[s * rows + i];
        let sum = 0;
        for (let j = 0; j < size; j++) {
          const drop = here - after[s * size + j];
          sum += memory.row[j] * drop * drop;
        }
        power[s] += sum;
      }
    }
    before = after;
  }
  return power.map((p) => p * scale.conductance_S * scale.voltage_V ** 2);
}

/** E = ½ P − Σ b·v of each sample, W: the function of the free node voltages that the network minimises. */
export function energyOf(
  simulation: LayeredSimulation,
  state: BatchState,
  power_W: Float64Array,
): Float64Array {
  const { memory, network, scale } = simulation;
  const batch = power_W.length;
  const energy = power_W.map((p) => p / 2);
  const unit_W = scale.current_A * scale.voltage_V;
  for (const [l, size] of network.layers.entries()) {
    const bias = memory.bias(l);
    const voltages = voltagesOf(state, l);
    for (let s = 0; s < batch; s++) {
      for (let j = 0; j < size; j++) energy[s] -= unit_W * bias[j] * voltages[s * size + j];
    }
  }
  return energy;
}
