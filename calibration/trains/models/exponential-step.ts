import { type Fitted, mapStates, stateOf, type TrainModel } from './train-model.js';

const stepAt = (values: Fitted, z: number): number => {
  const [at0, at1, gamma] = [values[1], values[2], values[3]];
  const share = Math.abs(gamma) < 1e-9 ? z : Math.expm1(gamma * z) / Math.expm1(gamma);
  return Math.max(0, at0 + (at1 - at0) * share);
};

/**
 * Exponential step (Gong et al., Nat. Commun. 9:2102 (2018); aihwkit's ExpStep): a constant and an exponential over the state,
 * never backwards. Written by the steps at both ends of the train, so that γ = 0 is soft bounds:
 * Δz = max(0, s₀ + (s₁ − s₀)·(e^(γz) − 1)/(e^γ − 1)).
 */
export const exponentialStepModel: TrainModel = {
  name: 'exponential-step',
  law: 'exponential step (Gong 2018): a constant and an exponential over the conductance, never backwards',
  parameters: ({ frame }) => {
    const knee = 1 / frame.pulses;
    const size = { low: -1e6 * knee, high: 1e4 * knee, spacing: 'asinh', knee, zeroCounts: true } as const;
    return [
      { name: 'start', low: -1, high: 2, zeroCounts: true },
      { name: 'stepAtStart', ...size, low: 0 },
      { name: 'stepAtEnd', ...size },
      { name: 'gamma', low: -80, high: 80, spacing: 'asinh', zeroCounts: true },
    ];
  },
  starts: ({ frame, z }) => {
    const even = 1 / frame.pulses;
    return [
      [z[0], 1.2 * even, 0.8 * even, 0],
      [z[0], 2 * even, 0.2 * even, -3],
      [z[0], 2 * even, 0.01 * even, 3],
      [z[0], 20 * even, 0.5 * even, -8],
      [z[0], even, -20 * even, 12],
      [z[0], even, -2000 * even, 40],
    ];
  },
  states: (values, pulses, _frame, out) => mapStates(values[0], (z) => stepAt(values, z), pulses, out),
  step: (values, z) => stepAt(values, z),
  shown: [
    { name: 'start', from: 'start', ofState: true, value: (z, frame) => stateOf(z, frame) },
    { name: 'stepAtStart', from: 'stepAtStart', ofState: true, value: (s, { scale }) => s * scale },
    { name: 'stepAtEnd', from: 'stepAtEnd', ofState: true, value: (s, { scale }) => s * scale },
    { name: 'gamma', from: 'gamma', ofState: false, value: (g) => g },
  ],
};
