import {
  defaultStop,
  MAX_ITERATIONS,
  type Nudge,
  type NudgeKind,
  type PhaseReport,
  type SettleStatus,
  type StopRule,
} from '../../devices/contract/index.js';
import {
  type HopfieldKernel,
  hopfieldPhases,
  hopfieldStatuses,
  type ThreadPool,
} from '../../kernels/index.js';
import type { Relaxation } from '../hopfield/index.js';
import type { NetworkMemory } from './network-memory.js';

/** Rows of states: of the free phase and of the two phases of a contrast. */
export type PhaseName = 'free' | 'first' | 'second';

/** How outputs are pulled, and what else is different under a nudge, as bits of the kernel's job. */
const waysOf: Readonly<Record<NudgeKind, number>> = {
  conductance: 0,
  current: 0,
  'current-held': 2,
  clamp: 4,
  adjoint: 2 + 8,
};

/** Fills the part of every sample's field that does not change, b¹ + x·W¹ of the inputs in the memory. */
export function prepareInputs(memory: NetworkMemory, batch: number): void {
  const { kernel, layers, network, inputs, starts, rows, values, inputFieldJob } = memory;
  const [first] = layers;
  kernel.listBySample(inputs.byteOffset, batch, network.inputs, first.rowStep, starts, rows, values);
  inputFieldJob.set({ samples: batch });
  kernel.inputField(inputFieldJob.offset);
}

/**
 * Relaxes every sample from one set of rows (or from rest) into another, free or nudged towards the memory's targets.
 * Each sample ends by itself, whatever the others do, so that what becomes of it does not depend on its batch.
 */
export function relaxBatch(
  memory: NetworkMemory,
  batch: number,
  phases: { readonly start: 'rest' | PhaseName; readonly end: PhaseName },
  relaxation: Relaxation,
  nudge: Pick<Nudge, 'kind' | 'beta'> | undefined,
  stop: StopRule,
  pool: ThreadPool<HopfieldKernel>,
): PhaseReport {
  const { tolerance, outputChange, maxIterations } = { ...defaultStop, ...stop };
  const counted = stop.fixedIterations !== undefined;
  memory.job.set({
    batch,
    start: hopfieldPhases[phases.start],
    end: hopfieldPhases[phases.end],
    targets: nudge === undefined ? 0 : memory.targets.byteOffset,
    limit: Math.min(stop.fixedIterations ?? maxIterations, MAX_ITERATIONS),
    fixedIterations: (counted ? 1 : 0) + (nudge === undefined ? 0 : waysOf[nudge.kind]),
    beta: nudge?.beta ?? 0,
    epsilon: relaxation.epsilon,
    tolerance,
    outputChange,
  });
  pool.schedule(nudge === undefined ? 'free' : 'nudged', (members) => {
    memory.job.set({ members, next: 0 });
    pool.runJob('relax', [memory.job.offset]);
  });
  return summary(memory, batch, counted);
}

/** The worst status and residual of all samples, the mean of their iterations. */
function summary(memory: NetworkMemory, batch: number, counted: boolean): PhaseReport {
  const { whole, float } = memory.reports;
  let iterations = 0;
  let residual = 0;
  let status: SettleStatus = counted ? 'fixed-iterations' : 'settled';
  for (let s = 0; s < batch; s++) {
    iterations += whole[4 * s];
    // Math.max keeps a NaN.
    residual = Math.max(residual, float[4 * s + 1]);
    const ended = whole[4 * s + 2];
    if (ended === hopfieldStatuses.notFinite) status = 'not-finite';
    else if (ended === hopfieldStatuses.limit && status === 'settled') status = 'stopped-early';
  }
  return { status, iterations: iterations / batch, residual, residual_A: residual };
}
