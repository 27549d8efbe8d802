import {
  type Cost,
  type Floats,
  type Nudge,
  type NudgeKind,
  outputPulls,
} from '../../devices/contract/index.js';
import type { BatchMemory } from './batch-memory.js';
import type { LayeredSimulation } from './simulation.js';

// What outputs are pulled to, in the kernel's rows of targets: the targets, or the currents of a held nudge over β.

/** Whether a nudge is a current that stays as the free outputs ask for it. */
export function isHeld(kind: NudgeKind | undefined): boolean {
  return kind === 'current-held';
}

/** Targets first … first + samples − 1, V, of the current batch's samples from `to` on. */
export function loadTargets(
  { network, scale }: LayeredSimulation,
  batch: BatchMemory,
  targets: Floats,
  first: number,
  samples: number,
  to = 0,
): void {
  const size = network.layers[network.layers.length - 1];
  for (let s = 0; s < samples; s++) {
    const row = batch.targetRow(to + s);
    const from = (first + s) * size;
    for (let k = 0; k < size; k++) row[k] = targets[from + k] / scale.voltage_V;
  }
}

/** Targets of a drive's samples first … first + samples − 1, or what a held nudge makes of them, for the current batch from 0 on. */
export function loadPull(
  simulation: LayeredSimulation,
  batch: BatchMemory,
  nudge: Nudge,
  first: number,
  samples: number,
): void {
  if (!isHeld(nudge.kind)) loadTargets(simulation, batch, nudge.targets, first, samples);
  else {
    const rows = rowsOf(simulation, first, samples);
    loadHeld(simulation, batch, nudge, rows(nudge.outputs as Floats), rows(nudge.targets), 0, samples);
  }
}

/**
 * Holds samples first … first + samples − 1 of the current batch at what their outputs in memory ask for, those of the free phase.
 * @param targets of the whole batch, `[batch × outputs]`, as the cost takes them
 */
export function holdOutputs(
  simulation: LayeredSimulation,
  batch: BatchMemory,
  cost: Cost,
  targets: Floats,
  first: number,
  samples: number,
): void {
  const { network, scale } = simulation;
  const l = network.layers.length - 1;
  const size = network.layers[l];
  const outputs = new Float64Array(samples * size);
  for (let s = 0; s < samples; s++) {
    const row = batch.row(batch.states[l], l, first + s);
    for (let k = 0; k < size; k++) outputs[s * size + k] = row[k] * scale.voltage_V;
  }
  const rows = rowsOf(simulation, first, samples);
  loadHeld(simulation, batch, cost, outputs, rows(targets), first, samples);
}

/** @param outputs V, `[samples × outputs]` @param to first sample of the current batch */
function loadHeld(
  simulation: LayeredSimulation,
  batch: BatchMemory,
  cost: Cost,
  outputs: Floats,
  targets: Floats,
  to: number,
  samples: number,
): void {
  const { layers } = simulation.network;
  const { currents } = outputPulls(cost, outputs, targets, layers[layers.length - 1]);
  loadTargets(simulation, batch, currents, 0, samples, to);
}

function rowsOf({ network: { layers } }: LayeredSimulation, first: number, samples: number) {
  const size = layers[layers.length - 1];
  return (values: Floats) => values.subarray(first * size, (first + samples) * size);
}
