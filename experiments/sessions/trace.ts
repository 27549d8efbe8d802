import { inputError } from '../../core/index.js';
import { type DataSet, followRelaxation, type Samples, type Trajectory } from '../../learning/index.js';
import type { ComposedRun } from '../composition/index.js';

/** A sample's trajectory with what is known of the sample. */
export interface Trace {
  readonly part: TracePart;
  readonly sample: number;
  readonly target: string;
  readonly answer: string;
  readonly phases: readonly Trajectory[];
}

/** The part of a data set that a traced sample is taken from. */
export type TracePart = 'train' | 'validation' | 'test';

/** Iterations after which a trace gives up waiting for the residual. */
const MAX_STEPS = 1000;

/**
 * Follows one sample through the phases that the run's estimator uses.
 * @throws `trace.sample`, `trace.outputs-only` (exit code 2)
 */
export async function traceSample(run: ComposedRun, part: TracePart, sample: number): Promise<Trace> {
  const { dataSet, coder, trainer } = run;
  const { device, options } = trainer;
  const samples = samplesOf(dataSet, part, sample);
  if (device.info.observes !== 'all') {
    throw inputError('trace.outputs-only', `${device.info.name} shows its outputs only; nothing to trace`);
  }
  const { inputs, targets } = coder.batch(samples, [sample]);
  const stop = { ...options.stop, maxIterations: MAX_STEPS };
  const phases = await followRelaxation(device, {
    ...coder.cost,
    nudge: trainer.nudge.kind,
    inputs,
    targets,
    betas: await nudgesOf(run),
    stop,
    nudgedStop: { ...options.nudgedStop, maxIterations: MAX_STEPS },
  });
  const end = phases[0].steps[phases[0].steps.length - 1].states;
  const outputs = end.subarray(end.length - coder.outputs);
  return {
    part,
    sample,
    target: dataSet.classNames[samples.labels[sample]],
    answer: dataSet.classNames[coder.classOf(outputs, 0)],
    phases,
  };
}

/**
 * The part of the data that a sample is taken from.
 * @throws `trace.sample` (exit code 2) where it has no such sample
 */
export function samplesOf(dataSet: DataSet, part: TracePart, sample: number): Samples {
  const samples = dataSet[part];
  if (samples === undefined) {
    throw inputError('trace.part', `--part ${part}: ${dataSet.name} holds out no ${part} samples`);
  }
  if (sample < samples.count) return samples;
  throw inputError(
    'trace.sample',
    `--sample ${sample}: ${dataSet.name} has ${samples.count} ${part} samples, counted from 0`,
  );
}

/** Every β that the estimator of a run may ask for; none under backprop, whose way back is no phase of the network. */
export async function nudgesOf({ trainer, config }: ComposedRun): Promise<number[]> {
  if (trainer.rule.name === 'backprop') return [];
  const beta = await trainer.nudge.known();
  const { estimator = config.training.estimator } = trainer.rule;
  if (estimator === 'positive') return [beta];
  return estimator === 'negative' ? [-beta] : [beta, -beta];
}
