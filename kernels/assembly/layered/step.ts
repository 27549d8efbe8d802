// What a thread is asked to do, whole: every thread makes the same call with its own number. Each ends in a barrier, so
// that the host may change records as soon as its own part has returned.
import { wait } from '../shared/barrier';
import { contrastDeltas, readContrast, sumProducts } from './contrast';
import { ReadOut } from '../shared/read-out';
import { finishLayers } from './node-conductances';
import { passInner } from './inner-conductances';
import { NOT_FINITE, NOT_PASSIVE, relax, SETTLED } from './relax';
import { AFTER_SETTLING, findSlack, NOT_AT_REST } from './slack';
import { driveSources, passSources } from './source-conductances';
import { claimSlice, ownSlice } from './sharing';
import { layerOf, LINEAR, Network, Phase, SLICES, sliceStart } from './structure';
import { Update } from './update-record';

/** Clears the unknowns of a delta phase. */
function clearDeltas(network: Network, phase: Phase, thread: i32): void {
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let l = 0; l < network.layers; l++) {
      const layer = layerOf(network, l);
      const from = <usize>sliceStart(layer, slice) << 2, bytes = (<usize>sliceStart(layer, slice + 1) << 2) - from;
      for (let c = 0; c < phase.columns; c++) memory.fill(layer.deltas + <usize>c * layer.stride + from, 0, bytes);
    }
  }
}

/** Relaxes the absolute states of a group of samples. */
export function settleStates(network: Network, phase: Phase, thread: i32): void {
  relax(network, phase, thread);
}

/** Relaxes differences from the states of a group of samples, which were brought in; `kind` as in slack.ts. */
export function settleDeltas(network: Network, free: Phase, nudged: Phase, kind: i32, thread: i32): void {
  findSlack(network, free, thread, kind);
  clearDeltas(network, nudged, thread);
  wait(network.barrier, network.threads);
  relax(network, nudged, thread);
}

/** Both phases of a group of samples and their contrast; `kind` of the contrast as in contrast.ts. */
export function settleGroup(network: Network, free: Phase, nudged: Phase, kind: i32, thread: i32): void {
  relax(network, free, thread);
  if (areUsable(free)) nudgeGroup(network, free, nudged, kind, thread);
}

/** The nudged phase of a group of samples whose free phase has just settled, and their contrast. */
export function nudgeGroup(network: Network, free: Phase, nudged: Phase, kind: i32, thread: i32): void {
  // A linearised network relaxes about the states as they are, at rest or not.
  const asTheyAre = areSettled(free) || nudged.held == LINEAR;
  settleDeltas(network, free, nudged, asTheyAre ? AFTER_SETTLING : NOT_AT_REST, thread);
  contrastDeltas(network, nudged, thread, kind);
  wait(network.barrier, network.threads);
}

function areSettled(phase: Phase): bool {
  for (let c = 0; c < phase.columns; c++) if (load<i32>(phase.reports + (<usize>c << 4)) != SETTLED) return false;
  return true;
}

function areUsable(phase: Phase): bool {
  for (let c = 0; c < phase.columns; c++) {
    const status = load<i32>(phase.reports + (<usize>c << 4));
    if (status == NOT_PASSIVE || status == NOT_FINITE) return false;
  }
  return true;
}

/** Moves conductances and biases by the contrast at hand and gathers the next batch's currents. */
export function applyUpdate(network: Network, update: Update, thread: i32): void {
  if (update.readOut) readContrast(network, changetype<ReadOut>(update.readOut), update.batch, thread);
  sumProducts(network, update.batch, thread);
  wait(network.barrier, network.threads);
  for (let slice = claimSlice(network, thread); slice >= 0; slice = claimSlice(network, thread)) {
    passSources(network, update, slice);
    passInner(network, update, thread, slice);
  }
  wait(network.barrier, network.threads);
  finishLayers(network, update, thread);
  wait(network.barrier, network.threads);
}

/** Currents of a batch from the sources. */
export function gatherDrive(network: Network, update: Update, thread: i32): void {
  driveSources(network, update, thread);
  wait(network.barrier, network.threads);
}
