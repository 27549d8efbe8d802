// Exact block relaxation (Scellier 2024, arXiv 2402.11674, eq. 10): the odd layers, then the even layers, until a residual.
import { wait } from '../shared/barrier';
import { acceptEvenLayers, noteTravel, productsOf, proposeEvenLayers, startEvenLayers } from './even-layers';
import { firstResidual, isLive, scratchOf, setDone, setFirstResidual, setLive, setStep, setTravel, wasDone } from './memory-of-thread';
import { startOddLayers, updateOddLayers } from './odd-layers';
import { acceptOutputs, outputsAreEven, updateOutputs } from './outputs';
import { recordOf, turnRecords } from './records';
import { ownSlice } from './sharing';
import { betaOf, isAgainst, layerOf, Network, Phase, SLICES, sliceStart } from './structure';

/** How a column ended, as the host names it. */
export const SETTLED: i32 = 0;
export const COUNTED: i32 = 1;
export const STOPPED_EARLY: i32 = 2;
export const NOT_PASSIVE: i32 = 3;
export const NOT_FINITE: i32 = 4;

/** A phase with a negative nudge is given up as not contracting once its residual current has grown by this factor. */
const GROWTH_LIMIT: f32 = 1e4;
/** Steps beyond these are not taken: a mode that shrinks by less than 5 % a sweep, or one that grows. */
const MIN_STEP: f32 = -20;
const MAX_STEP: f32 = 0.5;

export function relax(network: Network, phase: Phase, thread: i32): void {
  const scratch = scratchOf(network, thread);
  for (let c = 0; c < phase.columns; c++) {
    setLive(scratch, c, canBePassive(network, phase, thread, c) && phase.limit > 0);
    for (let l = 0; l < network.layers; l++) setTravel(scratch, network, c, l, 0);
  }
  if (phase.fromRest && !phase.delta) clearStates(network, phase, thread);
  startOddLayers(network, phase, thread);
  startEvenLayers(network, phase, thread);
  wait(network.barrier, network.threads);
  let live = phase.limit > 0;
  for (let sweep = 1; live; sweep++) {
    turnRecords(sweep);
    updateOddLayers(network, phase, thread);
    if (!outputsAreEven(network)) updateOutputs(network, phase, thread, sweep);
    wait(network.barrier, network.threads);
    proposeEvenLayers(network, phase, thread, sweep);
    if (outputsAreEven(network)) updateOutputs(network, phase, thread, sweep);
    // Where the outputs are the only even layer, the thread that has them needs nobody else to take them over.
    if (network.layers > 2) wait(network.barrier, network.threads);
    if (network.layers > 2 || thread == 0) chooseSteps(network, phase, thread, sweep);
    acceptEvenLayers(network, phase, thread, sweep);
    acceptOutputs(network, phase, thread, sweep);
    wait(network.barrier, network.threads);
    noteTravel(network, phase, thread);
    live = judge(network, phase, thread, sweep);
  }
  wait(network.barrier, network.threads);
}

/** All samples of the phase start at 0 V; this thread's slices. */
function clearStates(network: Network, phase: Phase, thread: i32): void {
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let l = 0; l < network.layers; l++) {
      const layer = layerOf(network, l);
      const from = <usize>sliceStart(layer, slice) << 2, bytes = (<usize>sliceStart(layer, slice + 1) << 2) - from;
      for (let s = 0; s < phase.samples; s++) {
        memory.fill(layer.states + <usize>(phase.first + s) * layer.stride + from, 0, bytes);
      }
    }
  }
}

/** With a negative conductance in all at an output the network has no stable equilibrium, whatever a sweep finds. */
function canBePassive(network: Network, phase: Phase, thread: i32, column: i32): bool {
  const beta = betaOf(phase, column);
  const outputs = layerOf(network, network.layers - 1);
  let passive = true;
  if (isAgainst(phase, column)) {
    for (let k = 0; k < outputs.size; k++) {
      if (load<f32>(outputs.nodeConductance + (<usize>k << 2)) + beta <= 0) passive = false;
    }
  }
  if (thread == 0) report(phase, column, passive ? COUNTED : NOT_PASSIVE, 0, 0, 0);
  return passive;
}

function report(phase: Phase, column: i32, status: i32, iterations: i32, residual: f32, current: f32): void {
  const at = phase.reports + (<usize>column << 4);
  store<i32>(at, status);
  store<i32>(at, iterations, 4);
  store<f32>(at, residual, 8);
  store<f32>(at, current, 12);
}

/** How far beyond the sweep's answer each column steps: 0 in its first sweep, its last, or where an exact number is asked. */
function chooseSteps(network: Network, phase: Phase, thread: i32, sweep: i32): void {
  const scratch = scratchOf(network, thread);
  for (let c = 0; c < phase.columns; c++) {
    if (!isLive(scratch, c)) continue;
    let along: f32 = 0, square: f32 = 0;
    // The outputs' own sums come last; with no other even layer they are the only ones.
    for (let slice = network.layers > 2 ? 0 : SLICES; slice <= SLICES; slice++) {
      along += load<f32>(productsOf(network, slice, c));
      square += load<f32>(productsOf(network, slice, c), 4);
    }
    const done = isDone(network, phase, c);
    setDone(scratch, c, done);
    let step: f32 = 0;
    if (sweep > 1 && !phase.fixed && square > 0 && !done) {
      step = along / square;
      if (!(step >= MIN_STEP && step <= MAX_STEP)) step = 0;
    }
    setStep(scratch, c, step);
  }
}

/** Whether a column's sweep met the stop rule. */
function isDone(network: Network, phase: Phase, column: i32): bool {
  for (let l = 0; l < network.layers; l++) {
    if (largest(network, column, l, 0) > phase.tolerance * largest(network, column, l, 4)) return false;
    if (phase.delta && largest(network, column, l, 0) > phase.deltaTolerance * largest(network, column, l, 8)) return false;
  }
  if (betaOf(phase, column) == 0) return true;
  const outputs = recordOf(network, 0, column, network.layers - 1);
  return load<f32>(outputs, 20) <= phase.outputChange * load<f32>(outputs, 24);
}

function largest(network: Network, column: i32, l: i32, field: usize): f32 {
  let most: f32 = 0;
  for (let slice = 0; slice < SLICES; slice++) most = max(most, load<f32>(recordOf(network, slice, column, l) + field));
  return most;
}

/** Ends columns that are done; every thread comes to the same answer. */
function judge(network: Network, phase: Phase, thread: i32, sweep: i32): bool {
  const scratch = scratchOf(network, thread);
  let live = false;
  for (let c = 0; c < phase.columns; c++) {
    if (!isLive(scratch, c)) continue;
    let relative: f32 = 0, current: f32 = 0, flaws: f32 = 0;
    for (let l = 0; l < network.layers; l++) {
      const residual = largest(network, c, l, 0), whole = largest(network, c, l, 4);
      for (let slice = 0; slice < SLICES; slice++) flaws += load<f32>(recordOf(network, slice, c, l), 12);
      if (residual > 0) relative = max(relative, whole > 0 ? residual / whole : f32.MAX_VALUE);
      current = max(current, residual);
    }
    if (sweep == 1) setFirstResidual(scratch, c, current);
    let status = -1;
    const negative = isAgainst(phase, c);
    if (flaws != 0) status = NOT_FINITE;
    else if (negative && current > GROWTH_LIMIT * firstResidual(scratch, c)) status = NOT_PASSIVE;
    else if (!phase.fixed && (network.layers > 2 || thread == 0 ? wasDone(scratch, c) : isDone(network, phase, c))) status = SETTLED;
    else if (sweep >= phase.limit) {
      if (phase.fixed) status = COUNTED;
      // One sweep alone has nothing to have grown from.
      else status = negative && sweep > 1 && current >= firstResidual(scratch, c) ? NOT_PASSIVE : STOPPED_EARLY;
    }
    if (status < 0) {
      live = true;
      continue;
    }
    setLive(scratch, c, false);
    if (thread == 0) report(phase, c, status, sweep, relative, current);
  }
  return live;
}
