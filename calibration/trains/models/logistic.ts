import { stateOf, type TrainModel } from './train-model.js';

/**
 * Logistic train: z = low + height/(1 + e^(−(n − middle)/width)), the S-shaped trains of cells that start slowly. A pulse adds
 * 1/width to ln(x/(1 − x)), x = (z − low)/height. `start` is the lower end here, which pulses only come from.
 */
export const logistic: TrainModel = {
  name: 'logistic',
  law: 'logistic (S-shaped) train: a pulse adds a constant to ln(x/(1 − x))',
  parameters: ({ frame }) => [
    { name: 'start', low: -3, high: 1, zeroCounts: true },
    { name: 'height', low: 0.05, high: 8, spacing: 'log' },
    { name: 'middle', low: -2 * frame.pulses, high: 3 * frame.pulses, zeroCounts: true },
    { name: 'width', low: 1e-3 * frame.pulses, high: 5 * frame.pulses, spacing: 'log' },
  ],
  starts: ({ frame: { pulses } }) => [
    [0, 1, 0.5 * pulses, 0.1 * pulses],
    [-0.2, 1.4, 0.5 * pulses, 0.3 * pulses],
    [-1, 2, 0, 0.3 * pulses],
    [0, 2, pulses, 0.3 * pulses],
  ],
  states([low, height, middle, width], pulses, _frame, out) {
    for (let i = 0; i < pulses.length; i++) {
      out[i] = low + height / (1 + Math.exp(-(pulses[i] - middle) / width));
    }
  },
  step([low, height, , width], z) {
    const x = (z - low) / height;
    if (x <= 0 || x >= 1) return 0;
    const grown = x * Math.exp(1 / width);
    return height * (grown / (1 - x + grown) - x);
  },
  shown: [
    { name: 'from', from: 'start', ofState: true, value: (z, frame) => stateOf(z, frame) },
    { name: 'height', from: 'height', ofState: true, value: (h, { scale }) => h * scale },
    { name: 'middle_pulses', from: 'middle', ofState: false, value: (n) => n },
    { name: 'width_pulses', from: 'width', ofState: false, value: (n) => n },
  ],
};
