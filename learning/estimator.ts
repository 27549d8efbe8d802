import { inputError, nearestWord, RandomStream } from '../core/index.js';

/** Which two phases the contrast is taken of (Scellier et al. 2023, arXiv 2312.15103). */
export interface Estimator {
  readonly name: EstimatorName;
  /** β of the two phases, rising, for the minibatch with this number; `beta` > 0, in the device's nudge unit. */
  betas(beta: number, minibatch: number): readonly [number, number];
  /** The most negative β it will ask for. */
  lowest(beta: number): number;
}

/** Names that `estimator` knows. */
export const estimatorNames = ['positive', 'negative', 'centered', 'random-sign', 'hybrid'] as const;

/** The name of an estimator. */
export type EstimatorName = (typeof estimatorNames)[number];

const makers: Record<EstimatorName, (seed: number) => Estimator> = {
  positive: () => ({ name: 'positive', betas: (beta) => [0, beta], lowest: () => 0 }),
  negative: () => ({ name: 'negative', betas: (beta) => [-beta, 0], lowest: (beta) => -beta }),
  centered: () => ({ name: 'centered', betas: (beta) => [-beta, beta], lowest: (beta) => -beta }),
  // Scellier & Bengio 2017: the sign of β is drawn for each minibatch, which removes the bias on average.
  'random-sign': (seed) => {
    const stream = new RandomStream(seed, 'nudge-sign');
    return {
      name: 'random-sign',
      betas: (beta, minibatch) => (stream.at(minibatch).uniform() < 0.5 ? [-beta, 0] : [0, beta]),
      lowest: (beta) => -beta,
    };
  },
  // One-sided and centered minibatches mixed at random.
  hybrid: (seed) => {
    const stream = new RandomStream(seed, 'nudge-hybrid');
    return {
      name: 'hybrid',
      betas: (beta, minibatch) => (stream.at(minibatch).uniform() < 0.5 ? [-beta, beta] : [0, beta]),
      lowest: (beta) => -beta,
    };
  },
};

/** The estimator of that name. Throws `estimator.unknown`. */
export function estimator(name: string, seed: number): Estimator {
  const make = makers[name as EstimatorName];
  if (make === undefined) {
    const near = nearestWord(name, estimatorNames);
    throw inputError(
      'estimator.unknown',
      `estimator: "${name}" is not one of ${estimatorNames.join(', ')}${near ? `; did you mean ${near}?` : ''}`,
    );
  }
  return make(seed);
}
