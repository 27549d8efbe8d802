import { inputError, nearestWord } from '../../core/index.js';
import type { RunConfigInput } from '../config/run-config.js';

/**
 * Published experiments by name. Deep resistive networks: Scellier, "A fast algorithm to simulate nonlinear resistive
 * networks", ICML 2024 (arXiv 2402.11674), tables of hyperparameters: MNIST, plain gradient descent, minibatches of 4,
 * rates × 0.99 an epoch, centered EqProp. Their numbers are dimensionless; `units` makes a sample dissipate milliwatts.
 */
function resistive(options: {
  hidden: number[];
  inputGain: number;
  beta: number;
  rates: number[];
  biasRates?: number[];
  rateDecay?: number;
  epochs: number;
}): RunConfigInput {
  const { hidden, inputGain, beta, rates, biasRates = rates, rateDecay = 0.99, epochs } = options;
  return {
    data: 'mnist',
    network: { kind: 'resistive', hidden, inputGain, units: { conductance_S: 1e-6, voltage_V: 1e-3 } },
    training: {
      estimator: 'centered',
      beta,
      batch: 4,
      epochs,
      conductanceRates: rates,
      biasRates,
      rateDecay,
    },
  };
}

const tenth = (rates: number[]): number[] => rates.map((rate) => rate / 10);

export const presets: Readonly<Record<string, RunConfigInput>> = {
  /** The embedded default: drawn digits, under a minute from a fresh clone. */
  digits: {
    ...resistive({
      hidden: [128],
      inputGain: 50,
      beta: 1,
      rates: [0.025, 0.025],
      rateDecay: 0.85,
      epochs: 8,
    }),
    data: 'digits',
  },
  'drn-xs': resistive({ hidden: [100], inputGain: 100, beta: 1, rates: [0.006, 0.006], epochs: 10 }),
  'drn-1h': resistive({ hidden: [1024], inputGain: 480, beta: 1, rates: [0.006, 0.006], epochs: 50 }),
  'drn-2h': resistive({
    hidden: [1024, 1024],
    inputGain: 2000,
    beta: 1,
    rates: [0.002, 0.006, 0.018],
    epochs: 50,
  }),
  'drn-3h': resistive({
    hidden: [1024, 1024, 1024],
    inputGain: 4000,
    beta: 2,
    rates: [0.005, 0.02, 0.08, 0.005],
    biasRates: tenth([0.005, 0.02, 0.08, 0.005]),
    epochs: 50,
  }),
  'drn-xl': resistive({ hidden: [32768], inputGain: 800, beta: 1, rates: [0.006, 0.006], epochs: 100 }),
};

/** A copy of the preset of that name. Throws `preset.unknown` naming the nearest. */
export function preset(name: string): RunConfigInput {
  const found = presets[name];
  if (found === undefined) {
    const near = nearestWord(name, Object.keys(presets));
    throw inputError(
      'preset.unknown',
      `preset "${name}" is not known${near ? `; did you mean ${near}?` : ''} There are: ${Object.keys(presets).join(', ')}`,
    );
  }
  return structuredClone(found);
}
