import { type OhmpropError, runError } from '../core/index.js';
import {
  type AdaptReport,
  type AnalogDevice,
  type Batch,
  isUsable,
  outputPulls,
  type PhasePlan,
  type PhaseReport,
  type PreparedBatch,
  type SettleStatus,
  statusRemedy,
  twoPhaseStep,
  type Update,
} from '../devices/contract/index.js';
import type { CodedBatch, Coder } from './coding.js';
import type { DataSet } from './data/index.js';
import { type EpochTally, tallyAdapt, tallyContrast, tallyPhases } from './epoch-tally.js';
import type { NudgeControl } from './nudge-control.js';
import type { Particles } from './particles.js';
import type { LearningRule } from './rule.js';
import type { TrainingOptions } from './training-options.js';

/** By what, and from what, every minibatch learns. */
export interface MinibatchParts {
  readonly device: AnalogDevice;
  readonly dataSet: DataSet;
  readonly coder: Coder;
  readonly options: TrainingOptions;
  readonly rule: LearningRule;
  readonly nudge: NudgeControl;
  readonly particles?: Particles | undefined;
}

/** One minibatch, as it is coded, as the device may have prepared it, and by its samples' numbers. */
export interface Minibatch {
  readonly coded: CodedBatch;
  readonly handle: Batch | PreparedBatch;
  readonly indices: Uint32Array;
}

/** An update, and where in the run it stands. */
export type PlacedUpdate = Pick<PhasePlan, 'betas'> &
  Update & { readonly epoch: number; readonly minibatch: number };

/**
 * Lets the device learn from one minibatch and counts what that came to.
 * @returns nothing where the network did not bear the negative nudge, and nothing was adapted
 * @throws `train.*` run errors when a phase gives nothing to learn from
 */
export async function learnMinibatch(
  { device, dataSet, coder, options, rule, nudge, particles }: MinibatchParts,
  { coded, handle, indices }: Minibatch,
  { id, betas, rates, decay, epoch, minibatch }: PlacedUpdate,
  tally: EpochTally,
): Promise<AdaptReport | undefined> {
  const { stop, nudgedStop, optimizer } = options;
  const from = particles?.take(indices);
  const report = await twoPhaseStep(device, handle, {
    ...coder.cost,
    nudge: nudge.kind,
    betas,
    ...(stop === undefined ? {} : { stop }),
    ...(nudgedStop === undefined ? {} : { nudgedStop }),
    ...(from === undefined ? {} : { from }),
    update: {
      id,
      rates,
      ...(optimizer === undefined ? {} : { optimizer }),
      ...(decay === undefined ? {} : { decay }),
    },
  });
  const { free, nudged, adapt } = report;
  if (isUsable(free.status) && nudged.some(({ status }) => status === 'not-passive') && betas[0] < 0) {
    free.release();
    return undefined;
  }
  for (const phase of [free, ...nudged]) {
    if (!isUsable(phase.status)) throw unusable(phase.status, { epoch, minibatch }, phase);
  }
  particles?.keep(indices, free);
  const outputs = free.outputs();
  const { labels } = dataSet.train;
  for (let s = 0; s < coded.size; s++) {
    tally.wrong += coder.missOf(outputs, coded.targets, s, labels[indices[s]]);
  }
  const cost = coder.costOf(outputs, coded.targets);
  tally.cost += cost;
  if (rule.name === 'eqprop') {
    const force = Math.max(-betas[0], betas[1]) * pullOf(coder, outputs, coded.targets, cost);
    tallyContrast(tally, coded.size, force, nudged);
  }
  tallyPhases(tally, coded.size, free, nudged);
  tallyAdapt(tally, adapt);
  free.release();
  return adapt;
}

/** A phase that gives nothing to learn from. */
export function unusable(
  status: SettleStatus,
  { epoch, minibatch }: Pick<PlacedUpdate, 'epoch' | 'minibatch'>,
  phase?: PhaseReport,
): OhmpropError {
  // A phase that was given up before its first iteration has no figures.
  const figures =
    phase === undefined || phase.iterations === 0
      ? ''
      : ` (residual ${phase.residual.toExponential(1)} after ${phase.iterations} iterations)`;
  return runError(
    `train.${status}`,
    `epoch ${epoch}, minibatch ${minibatch}: ${statusRemedy[status]}${figures}`,
  );
}

/** Root mean square of a nudge over β, in the node unit. */
function pullOf(coder: Coder, outputs: Float64Array, targets: Float64Array, cost: number): number {
  if ((coder.cost.cost ?? 'squared') === 'squared') return Math.sqrt((2 * cost) / outputs.length);
  const { currents } = outputPulls(coder.cost, outputs, targets, coder.outputs);
  return Math.sqrt(currents.reduce((sum, i) => sum + i * i, 0) / currents.length);
}
