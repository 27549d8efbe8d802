import { isUsable } from '../../core/index.js';
import type { AnalogDevice, SettleOptions } from './analog-device.js';
import { isFromFreeOutputs } from './device-info.js';
import type { Floats, Nudge, StopRule } from './drive.js';
import type { Equilibrium, PhaseReport } from './equilibrium.js';
import { type Batch, type PhasePlan, type PreparedBatch, plainBatch, type StepReport } from './step.js';

/**
 * Both phases and the update of one minibatch: the device's own `step` where it has one, and else settle, settle, adapt.
 * When a phase cannot be used nothing is adapted; the reports say why.
 */
export function twoPhaseStep(
  device: AnalogDevice,
  batch: Batch | PreparedBatch,
  plan: PhasePlan,
): Promise<StepReport> {
  return device.step ? device.step(batch, plan) : settleSettleAdapt(device, plainBatch(batch), plan);
}

/** The same by the contract's elementary calls; what `step` must equal. */
export async function settleSettleAdapt(
  device: Pick<AnalogDevice, 'settle' | 'adapt'>,
  batch: Batch,
  plan: PhasePlan,
): Promise<StepReport> {
  const drive = { batch: batch.size, inputs: batch.inputs };
  const free = await device.settle(drive, settleOptions(plan.stop, plan.from));
  const phases: Equilibrium[] = [];
  for (const beta of plan.betas) {
    const nudge = nudgeOf(plan, beta, batch.targets, free);
    const options = settleOptions(plan.nudgedStop ?? plan.stop, free);
    phases.push(beta === 0 ? free : await device.settle({ ...drive, nudge }, options));
  }
  const nudged = phases.filter((phase) => phase !== free);
  const usable = [free, ...nudged].every((phase) => isUsable(phase.status));
  const adapt = usable
    ? await device.adapt({ first: phases[0], second: phases[1] }, plan.update)
    : { applied: false, saturatedFraction: Number.NaN };
  const reports = nudged.map(reportOf);
  for (const phase of nudged) phase.release();
  return { free, nudged: reports, adapt };
}

/** The nudge of one phase of a plan. @param free the free phase, whose outputs a held current or a clamp is worked out from */
export function nudgeOf(
  { nudge: kind, cost, parameters }: Pick<PhasePlan, 'nudge' | 'cost' | 'parameters'>,
  beta: number,
  targets: Floats,
  free: Pick<Equilibrium, 'outputs'>,
): Nudge {
  return {
    kind,
    beta,
    targets,
    ...(cost === undefined ? {} : { cost }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(isFromFreeOutputs(kind) ? { outputs: free.outputs() } : {}),
  };
}

function settleOptions(stop: StopRule | undefined, from: SettleOptions['from']): SettleOptions {
  return { ...(stop === undefined ? {} : { stop }), ...(from === undefined ? {} : { from }) };
}

function reportOf({ status, iterations, residual, residual_A }: Equilibrium): PhaseReport {
  return { status, iterations, residual, residual_A };
}
