import type { Drive, PhaseReport, SettleOptions } from '../../devices/contract/index.js';
import type { BatchMemory } from './batch-memory.js';
import { Float32Equilibrium } from './float32-equilibrium.js';
import { worseOf } from './phase-records.js';
import type { BatchState } from './power.js';
import { loadPull, publishedBeta, pullOf } from './pull.js';
import { type LayeredSimulation, MAX_CHUNK } from './simulation.js';

const ABORTED: PhaseReport = {
  status: 'aborted',
  iterations: 0,
  residual: Number.NaN,
  residual_A: Number.NaN,
};
/** Samples of a nudged phase relaxed together, as many as columns of differences fit beside their free phase. */
const NUDGED_CHUNK = 8;

/** Settles a batch's absolute states, from rest or from `start` (V, [batch × units] a layer). */
export function settleAfresh(
  simulation: LayeredSimulation,
  drive: Drive,
  start: readonly ArrayLike<number>[] | undefined,
  { stop, signal }: SettleOptions,
): Float32Equilibrium {
  const { layers, inputs } = simulation.network;
  const size = drive.batch;
  const state: BatchState = {
    inputs: new Float32Array(size * inputs),
    base: layers.map((width) => new Float32Array(size * width)),
  };
  const { nudge } = drive;
  const beta = nudge === undefined ? 0 : publishedBeta(simulation, nudge.kind, nudge.beta);
  let report: PhaseReport | undefined;
  for (let first = 0; first < size; first += MAX_CHUNK) {
    const count = Math.min(MAX_CHUNK, size - first);
    const batch = simulation.loadInputs(drive.inputs, first, count);
    if (nudge !== undefined) loadPull(simulation, batch, nudge, first, count, false);
    if (start !== undefined) loadStates(simulation, batch, start, first, count);
    const fresh = signal?.aborted
      ? ABORTED
      : simulation.settleStates(batch, count, start === undefined, beta, stop, pullOf(nudge?.kind));
    report = report === undefined ? fresh : worseOf(report, fresh);
    state.inputs.set(batch.current.inputs.subarray(0, count * inputs), first * inputs);
    for (const l of layers.keys()) batch.copyOut(batch.states[l], l, count, state.base[l], first);
    if (fresh.status === 'aborted') break;
  }
  return equilibrium(simulation, drive, state, report);
}

/** Settles a nudged phase as differences from a free phase of the same batch (see `isFreePhaseOf`). */
export function settleFrom(
  simulation: LayeredSimulation,
  free: Float32Equilibrium,
  drive: Drive & { readonly nudge: NonNullable<Drive['nudge']> },
  { stop, signal }: SettleOptions,
): Float32Equilibrium {
  const { nudge } = drive;
  const { base, inputs } = free.state;
  const deltas = simulation.network.layers.map((width) => new Float32Array(drive.batch * width));
  const state = { inputs, base, deltas };
  if (signal?.aborted) return equilibrium(simulation, drive, state, ABORTED);
  const beta = publishedBeta(simulation, nudge.kind, nudge.beta);
  let report: PhaseReport | undefined;
  for (let first = 0; first < drive.batch; first += NUDGED_CHUNK) {
    const count = Math.min(NUDGED_CHUNK, drive.batch - first);
    const batch = simulation.loadInputs(drive.inputs, first, count);
    loadPull(simulation, batch, nudge, first, count, true);
    for (const l of base.keys()) batch.copyIn(batch.states[l], l, count, base[l], first);
    const fresh = simulation.settleDeltas(
      batch,
      0,
      count,
      free.status === 'settled',
      beta,
      stop,
      pullOf(nudge.kind),
    );
    report = report === undefined ? fresh : worseOf(report, fresh);
    for (const l of base.keys()) {
      batch.copyOut(simulation.memory.layers[l].get('deltas'), l, count, deltas[l], first);
    }
  }
  return equilibrium(simulation, drive, state, report);
}

/** Whether `from` is a free phase of the drive's own inputs at the parameters of now, so that differences from it can be taken. */
export function isFreePhaseOf(
  simulation: LayeredSimulation,
  from: SettleOptions['from'],
  drive: Drive,
): from is Float32Equilibrium {
  if (!(from instanceof Float32Equilibrium)) return false;
  if (from.owner !== simulation || !from.isCurrent) return false;
  if (from.beta !== 0 || from.batch !== drive.batch || from.state.deltas !== undefined) return false;
  const factor = simulation.network.inputGain / simulation.scale.voltage_V;
  const { inputs } = from.state;
  for (let e = 0; e < inputs.length; e++) {
    if (inputs[e] !== Math.fround(drive.inputs[e] * factor)) return false;
  }
  return true;
}

/** Loads samples first … first + count − 1 of states (V, [batch × units] a layer) as where the current batch starts. */
export function loadStates(
  { scale, network }: LayeredSimulation,
  batch: BatchMemory,
  layers: readonly ArrayLike<number>[],
  first: number,
  count: number,
): void {
  for (const [l, size] of network.layers.entries()) {
    for (let s = 0; s < count; s++) {
      const row = batch.row(batch.states[l], l, s);
      for (let j = 0; j < size; j++) row[j] = layers[l][(first + s) * size + j] / scale.voltage_V;
    }
  }
}

function equilibrium(
  simulation: LayeredSimulation,
  { batch, nudge }: Drive,
  state: BatchState,
  report: PhaseReport = ABORTED,
): Float32Equilibrium {
  return new Float32Equilibrium(simulation, batch, nudge?.beta ?? 0, state, report);
}
