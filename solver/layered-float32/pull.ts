import {
  type Cost,
  clampedOutputs,
  type Floats,
  isFromFreeOutputs,
  type Nudge,
  type NudgeKind,
  outputPulls,
} from '../../devices/contract/index.js';
import { pullKind } from '../../kernels/index.js';
import type { BatchMemory } from './batch-memory.js';
import type { LayeredSimulation } from './simulation.js';

// What outputs are pulled to, in the kernel's rows of targets: the targets, the currents of a held nudge over β, or where a clamp holds
// them (as differences: over β).

/** How the kernel pulls under each nudge. */
const kinds: Readonly<Record<NudgeKind, number>> = {
  conductance: pullKind.live,
  current: pullKind.live,
  'current-held': pullKind.held,
  clamp: pullKind.clamped,
  adjoint: pullKind.linear,
};

/** The kernel's number for how a nudge pulls; live where there is none. */
export function pullOf(kind: NudgeKind | undefined): number {
  return kind === undefined ? pullKind.live : kinds[kind];
}

/** β of a nudge in published units; a clamp's is a share already. */
export function publishedBeta({ scale }: LayeredSimulation, kind: NudgeKind, beta: number): number {
  return kind === 'clamp' ? beta : beta / scale.conductance_S;
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

/**
 * Targets of a drive's samples first … first + samples − 1, or what a nudge makes of them that is worked out from the free outputs, for
 * the current batch from 0 on.
 * @param asDifferences for a phase that is relaxed as differences from the free one
 */
export function loadPull(
  simulation: LayeredSimulation,
  batch: BatchMemory,
  nudge: Nudge,
  first: number,
  samples: number,
  asDifferences: boolean,
): void {
  if (!isFromFreeOutputs(nudge.kind)) {
    loadTargets(simulation, batch, nudge.targets, first, samples);
    return;
  }
  if (nudge.kind === 'clamp' && !asDifferences) {
    loadTargets(simulation, batch, clampedOutputs(nudge), first, samples);
    return;
  }
  const rows = rowsOf(simulation, first, samples);
  const outputs = rows(nudge.outputs as Floats);
  loadWorkedOut(simulation, batch, nudge.kind, nudge, outputs, rows(nudge.targets), 0, samples);
}

/**
 * Pulls samples first … first + samples − 1 of the current batch as their outputs in memory ask for, those of the free phase.
 * @param targets of the whole batch, `[batch × outputs]`, as the cost takes them
 */
export function holdOutputs(
  simulation: LayeredSimulation,
  batch: BatchMemory,
  plan: Cost & { readonly nudge: NudgeKind },
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
  loadWorkedOut(simulation, batch, plan.nudge, plan, outputs, rows(targets), first, samples);
}

/** @param outputs V, `[samples × outputs]` @param to first sample of the current batch */
function loadWorkedOut(
  simulation: LayeredSimulation,
  batch: BatchMemory,
  kind: NudgeKind,
  cost: Cost,
  outputs: Floats,
  targets: Floats,
  to: number,
  samples: number,
): void {
  const { layers } = simulation.network;
  // A clamp leads towards the target, as the current of the squared cost does.
  const { currents } = outputPulls(kind === 'clamp' ? {} : cost, outputs, targets, layers[layers.length - 1]);
  loadTargets(simulation, batch, currents, 0, samples, to);
}

function rowsOf({ network: { layers } }: LayeredSimulation, first: number, samples: number) {
  const size = layers[layers.length - 1];
  return (values: Floats) => values.subarray(first * size, (first + samples) * size);
}
