import { inputError } from '../../../core/index.js';
import type { ComposedRun } from '../../composition/index.js';
import type { RunConfig } from '../../schema/index.js';
import { samplesOf } from '../trace.js';
import { hopfieldSettler } from './hopfield-settler.js';
import { presentedBy } from './present.js';
import { resistiveSettler } from './resistive-settler.js';
import { DEFAULT_SAMPLES, type SettledSample, type Settler, type SettlingPlan } from './settling-plan.js';

/** What was found out about a run's network in time. */
export interface RunSettling {
  readonly settler: Settler;
  /** Those that were done; fewer than asked for where it was interrupted. */
  readonly samples: readonly SettledSample[];
  readonly asked: number;
}

/**
 * Whether a configuration's network can be followed in time.
 * @throws `settle.board` (exit code 2): a board settles by itself
 */
export function requireSimulated({ network }: RunConfig): void {
  if (network.kind !== 'board') return;
  throw inputError(
    'settle.board',
    'settle: a board settles by itself, in times and with capacitances of its own that no configuration knows: what it waits is in its profile (ohmprop board info); settle takes resistive and Hopfield networks and SPICE files',
  );
}

/**
 * Lets samples of a run's network settle, phase by phase, each for itself.
 * @throws `settle.*` (exit codes 1 and 2)
 */
export async function settleRun(run: ComposedRun, plan: SettlingPlan): Promise<RunSettling> {
  const { config, dataSet } = run;
  const { network } = config;
  requireSimulated(config);
  const { count } = samplesOf(dataSet, plan.part, 0);
  const asked = plan.samples ?? Math.min(count, DEFAULT_SAMPLES);
  if (asked > count) {
    throw inputError(
      'settle.samples',
      `--samples ${asked}: ${dataSet.name} has ${count} ${plan.part} samples; ask for no more, or take --data or another --part`,
    );
  }
  if (run.trainer.rule.name === 'backprop' && !plan.phases.includes('free')) {
    throw inputError(
      'settle.phases',
      '--phases nudged: this run learns by backprop, which has no nudged phase; ask for free',
    );
  }
  const present = await presentedBy(run, plan.part, samplesOf(dataSet, plan.part, 0), plan.phases);
  if (plan.epsilon !== undefined && network.kind === 'resistive') {
    throw inputError(
      'settle.epsilon',
      '--epsilon is the Euler step of Hopfield networks; steps of a network of capacitances choose themselves, so leave it out',
    );
  }
  const settler =
    network.kind === 'hopfield'
      ? await hopfieldSettler(run, network, plan, present)
      : await resistiveSettler(run, network as Extract<typeof network, { kind: 'resistive' }>, plan, present);
  const samples: SettledSample[] = [];
  for (let sample = 0; sample < asked && plan.signal?.aborted !== true; sample++) {
    const settled = await settler.settle(sample);
    // One that was interrupted half-way is left out.
    if (plan.signal?.aborted) break;
    samples.push(settled);
    plan.progress?.(samples.length, asked);
  }
  return { settler, samples, asked };
}
