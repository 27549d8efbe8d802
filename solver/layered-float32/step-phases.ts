import {
  type Batch,
  isFromFreeOutputs,
  isUsable,
  type PhasePlan,
  type PhaseReport,
} from '../../devices/contract/index.js';
import type { BatchMemory } from './batch-memory.js';
import { holdOutputs, loadTargets, publishedBeta, pullOf } from './pull.js';
import { loadStates } from './settle.js';
import type { LayeredSimulation } from './simulation.js';

/** Both phases of a step, whose states and contrast lie in the kernel's memory. */
export interface StepPhases {
  readonly memory: BatchMemory;
  readonly free: PhaseReport;
  /** Empty where the free phase gave nothing to nudge. */
  readonly nudged: readonly PhaseReport[];
  /** Whether there is a contrast to learn from. */
  readonly usable: boolean;
}

/**
 * Settles the two phases of a step.
 * @param ready inputs that an update has loaded already
 */
export function settlePhases(
  simulation: LayeredSimulation,
  { size, inputs, targets }: Batch,
  plan: PhasePlan,
  ready?: BatchMemory,
): StepPhases {
  const memory = ready ?? simulation.loadInputs(inputs, 0, size);
  const hold = isFromFreeOutputs(plan.nudge)
    ? (first: number, samples: number) => holdOutputs(simulation, memory, plan, targets, first, samples)
    : undefined;
  if (hold === undefined) loadTargets(simulation, memory, targets, 0, size);
  if (plan.from !== undefined) loadStates(simulation, memory, plan.from.layers, 0, size);
  const published = (beta: number) => publishedBeta(simulation, plan.nudge, beta);
  const [first, second] = plan.betas;
  const { free, nudged } = simulation.settleBoth(
    memory,
    size,
    plan.from === undefined,
    [published(first), published(second)],
    plan.stop,
    plan.nudgedStop,
    { held: pullOf(plan.nudge), ...(hold && { hold }) },
  );
  const usable = nudged.length > 0 && [free, ...nudged].every(({ status }) => isUsable(status));
  return { memory, free, nudged, usable };
}
