import {
  type AnalogDevice,
  type Cost,
  type Drive,
  type Equilibrium,
  type NodeStates,
  type Nudge,
  type NudgeKind,
  nudgeOf,
  outputPulls,
  type StopRule,
} from '../devices/contract/index.js';
import { costValue } from './cost-value.js';

/** One sample's way to rest in one phase. Step 0 is where the phase started. */
export interface Trajectory {
  /** `free`, `nudged +β` or `nudged −β`. */
  readonly name: string;
  /** In the device's nudge unit; 0 in the free phase. */
  readonly beta: number;
  readonly steps: readonly TrajectoryStep[];
}

export interface TrajectoryStep {
  /** Node states, all layers one after the other, in the device's node unit. */
  readonly states: Float64Array;
  /** E + β·C: what falls in this phase, W (or dimensionless). */
  readonly energy: number;
  /** C; ½‖v − y‖² where no other is asked for. */
  readonly cost: number;
  /** As it was met in the course of the step; NaN at step 0. */
  readonly residual: number;
}

/** What one sample's relaxation is followed through. */
export interface TrajectoryPlan extends Cost {
  /** Presented alone, [info.inputs] and [outputs], in the device's node unit. */
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
  /** β of the nudged phases, each from the end of the free phase. */
  readonly betas: readonly number[];
  /** The device's first when left out. */
  readonly nudge?: NudgeKind;
  readonly stop: StopRule;
  readonly nudgedStop: StopRule;
}

/**
 * Follows one sample through the free and the nudged phases, one iteration of the device at a time, until the stop rule
 * is met. Any device that observes all its nodes and counts iterations can be followed.
 */
export async function followRelaxation(device: AnalogDevice, plan: TrajectoryPlan): Promise<Trajectory[]> {
  const rest: NodeStates = { layers: device.info.layers.map((size) => new Float64Array(size)) };
  const free = await followPhase(device, plan, 0, rest, plan.stop);
  const trajectories = [free.trajectory];
  for (const beta of plan.betas) {
    const nudged = await followPhase(device, plan, beta, free.end, plan.nudgedStop);
    trajectories.push(nudged.trajectory);
  }
  return trajectories;
}

async function followPhase(
  device: AnalogDevice,
  plan: TrajectoryPlan,
  beta: number,
  start: NodeStates,
  stop: StopRule,
): Promise<{ trajectory: Trajectory; end: NodeStates }> {
  const outputs = () => Float64Array.from(start.layers[device.info.outputs.layer]);
  const kind = plan.nudge ?? device.info.nudges[0];
  const nudge = beta === 0 ? undefined : nudgeOf({ ...plan, nudge: kind }, beta, plan.targets, { outputs });
  const drive: Drive = {
    batch: 1,
    inputs: plan.inputs,
    ...(nudge && { nudge }),
  };
  const limit = stop.fixedIterations ?? stop.maxIterations ?? 0;
  const steps: TrajectoryStep[] = [];
  let from = start;
  for (let step = 0; step <= limit; step++) {
    const reached = await device.settle(drive, { from, stop: { fixedIterations: step === 0 ? 0 : 1 } });
    from = { layers: device.info.layers.map((_, l) => reached.layer(l)) };
    steps.push(stepOf(reached, from, plan, nudge, step === 0));
    reached.release();
    const settled = stop.fixedIterations === undefined && reached.residual <= (stop.tolerance ?? 0);
    if (step > 0 && settled) break;
  }
  const name = beta === 0 ? 'free' : beta > 0 ? 'nudged +β' : 'nudged −β';
  return { trajectory: { name, beta, steps }, end: from };
}

function stepOf(
  reached: Equilibrium,
  { layers }: NodeStates,
  plan: TrajectoryPlan,
  nudge: Nudge | undefined,
  first: boolean,
): TrajectoryStep {
  const outputs = reached.outputs();
  const cost = costValue(plan, outputs, plan.targets, outputs.length);
  return {
    states: Float64Array.from(layers.flatMap((layer) => [...layer])),
    energy: reached.energy()[0] + (nudge === undefined ? 0 : energyOfNudge(nudge, outputs, cost)),
    cost,
    residual: first ? Number.NaN : reached.residual,
  };
}

/** β·C, or of a held current, which does not bend, −I·v. */
function energyOfNudge(nudge: Nudge, outputs: Float64Array, cost: number): number {
  // A clamp is where the outputs are, and nothing that pulls them.
  if (nudge.kind === 'clamp') return 0;
  if (nudge.kind !== 'current-held') return nudge.beta * cost;
  const held = nudge.outputs ?? outputs;
  const { currents } = outputPulls(nudge, held, nudge.targets, outputs.length);
  return -nudge.beta * currents.reduce((sum, i, k) => sum + i * outputs[k], 0);
}
