import type { SettledSample, SettledSamplePhase } from './settling-plan.js';

/** How a number is distributed over samples. Quantiles lie on the straight line between neighbours. */
export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly least: number;
  readonly q05: number;
  readonly median: number;
  readonly q95: number;
  readonly largest: number;
}

/** One phase over all samples. */
export interface PhaseSummary {
  readonly name: string;
  readonly beta: number;
  readonly settling: Distribution;
  readonly outputSettling: Distribution;
  readonly delivered_J?: Distribution;
  readonly inputs_J?: Distribution;
  readonly biases_J?: Distribution;
  readonly nudge_J?: Distribution;
  readonly restPower_W?: Distribution;
  /** Largest of any sample. */
  readonly imbalance?: number;
}

/** What an update takes: all its phases, of as many samples as a minibatch has. */
export interface UpdateSummary {
  readonly batch: number;
  readonly phases: readonly string[];
  /** Phases of one sample one after the other, s or time constants. */
  readonly settling: Distribution;
  /** Delivered over all phases of one sample, J. */
  readonly sample_J?: Distribution;
  /** The mean of it, times the minibatch. */
  readonly update_J?: number;
}

/** @param values at least one */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  };
  return {
    count: sorted.length,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    least: sorted[0],
    q05: at(0.05),
    median: at(0.5),
    q95: at(0.95),
    largest: sorted[sorted.length - 1],
  };
}

/** Every phase over all samples, in the order in which they were followed. */
export function summarise(samples: readonly SettledSample[]): PhaseSummary[] {
  return (samples[0]?.phases ?? []).map(({ name, beta }, p): PhaseSummary => {
    const phases = samples.map((sample) => sample.phases[p]);
    const over = (of: (phase: SettledSamplePhase) => number) => distributionOf(phases.map(of));
    const summary = {
      name,
      beta,
      settling: over((phase) => phase.settling),
      outputSettling: over((phase) => phase.outputSettling),
    };
    if (phases[0].energy === undefined) return summary;
    const energy = (of: 'delivered_J' | 'inputs_J' | 'biases_J' | 'nudge_J') =>
      over((phase) => phase.energy?.[of] ?? Number.NaN);
    return {
      ...summary,
      delivered_J: energy('delivered_J'),
      inputs_J: energy('inputs_J'),
      biases_J: energy('biases_J'),
      nudge_J: energy('nudge_J'),
      restPower_W: over((phase) => phase.restPower_W ?? Number.NaN),
      imbalance: phases.reduce((most, phase) => Math.max(most, Math.abs(phase.energy?.imbalance ?? 0)), 0),
    };
  });
}

/**
 * What an update takes, where every phase that it needs was followed; of an estimator that draws the sign of β, the mean of
 * both nudged phases.
 */
export function updateSummary(
  samples: readonly SettledSample[],
  { batch, estimator }: { readonly batch: number; readonly estimator: string },
): UpdateSummary | undefined {
  const phases = samples[0]?.phases ?? [];
  if (!phases.some(({ beta }) => beta === 0) || !phases.some(({ beta }) => beta !== 0)) return undefined;
  const drawn = estimator === 'random-sign';
  const weight = ({ beta }: SettledSamplePhase) => (drawn && beta !== 0 ? 0.5 : 1);
  const over = (of: (phase: SettledSamplePhase) => number) =>
    distributionOf(
      samples.map((sample) => sample.phases.reduce((sum, phase) => sum + weight(phase) * of(phase), 0)),
    );
  const settling = over((phase) => phase.settling);
  const names = drawn ? ['free', 'nudged ±β'] : phases.map(({ name }) => name);
  const base = { batch, phases: names, settling };
  if (phases[0].energy === undefined) return base;
  const sample_J = over((phase) => phase.energy?.delivered_J ?? Number.NaN);
  return { ...base, sample_J, update_J: batch * sample_J.mean };
}
