import { type Fitted, mapStates, stateOf, type TrainModel } from './train-model.js';

const stepAt = (values: Fitted, z: number): number => {
  const [k, exponent, bound] = [values[1], values[2], values[3]];
  const left = (bound - z) / bound;
  return left <= 0 ? 0 : k * left ** exponent;
};

/**
 * Power step: x += k·(1 − x)^P (SIMBRAIN; aihwkit's PowStep), x = z/bound from one end of the window to the other; no pulse goes
 * beyond the bound, and a state beyond it stays.
 */
export const power: TrainModel = {
  name: 'power',
  law: 'power step: a pulse goes k·(way left)^P of the window',
  parameters: ({ frame }) => [
    { name: 'start', low: -1, high: frame.bounded ? 1 : 2, zeroCounts: true },
    { name: 'step', low: 1e-7, high: 20, spacing: 'log' },
    { name: 'exponent', low: 0, high: 20, zeroCounts: true },
    // no bound of a falling train lies below no conductance at all
    { name: 'bound', low: 0.2, high: Math.max(1.001, Math.min(30, frame.most)), spacing: 'log' },
  ],
  starts: ({ frame, z }) => {
    const even = 1 / frame.pulses;
    const bound = frame.bounded ? 1 : Math.min(1.05, Math.max(1.0005, frame.most));
    return [
      [z[0], even, 0.1, bound],
      [z[0], 1.5 * even, 0.75, bound],
      [z[0], 3 * even, 1.5, bound],
      [z[0], 20 * even, 3, bound],
      [z[0], 0.5, 2, bound],
    ];
  },
  held: ({ bounded }) => (bounded ? ['bound'] : []),
  states: (values, pulses, frame, out) =>
    mapStates(
      values[0],
      (z) => stepAt(values, z),
      pulses,
      out,
      frame.bounded ? 1 : Math.max(values[0], values[3]),
    ),
  step: (values, z) => stepAt(values, z),
  shown: [
    { name: 'start', from: 'start', ofState: true, value: (z, frame) => stateOf(z, frame) },
    { name: 'step', from: 'step', ofState: true, value: (k, { scale }) => k * scale },
    { name: 'exponent', from: 'exponent', ofState: false, value: (p) => p },
    { name: 'bound', from: 'bound', ofState: true, value: (b, frame) => stateOf(b, frame) },
  ],
};
