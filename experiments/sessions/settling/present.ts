import { type Nudge, nudgeOf } from '../../../devices/contract/index.js';
import type { Samples } from '../../../learning/index.js';
import type { ComposedRun } from '../../composition/index.js';
import { nudgesOf } from '../trace.js';

/** What one sample puts in, and wants. */
export interface PresentedSample {
  /** Signals, in the node unit. */
  readonly inputs: Float64Array;
  readonly target: string;
}

/** Samples of a run as a network sees them. */
export interface Presented {
  of(sample: number): PresentedSample;
  /** Every nudge of the run's estimator. @param outputs of the free equilibrium */
  nudges(sample: number, outputs: Float64Array): Nudge[];
  /** For people: `test sample 3`. */
  name(sample: number): string;
}

/** Presents a part of a run's data, one sample at a time. */
export async function presentedBy(
  run: ComposedRun,
  part: string,
  samples: Samples,
  phases: readonly string[],
): Promise<Presented> {
  const { coder, dataSet, trainer } = run;
  const betas = phases.includes('nudged') ? await nudgesOf(run) : [];
  const { kind } = trainer.nudge;
  const batch = (sample: number) => coder.batch(samples, [sample]);
  return {
    of: (sample) => ({
      inputs: batch(sample).inputs,
      target: dataSet.classNames[samples.labels[sample]],
    }),
    nudges: (sample, outputs) =>
      betas.map((beta) =>
        nudgeOf({ ...coder.cost, nudge: kind }, beta, batch(sample).targets, { outputs: () => outputs }),
      ),
    name: (sample) => `${part} sample ${sample}`,
  };
}
