import { labelOf } from '../../../devices/cells/pulse/index.js';
import { curveAt } from '../nonlinearity.js';
import { type Fitted, type Frame, type Shown, stateOf, type TrainModel } from './train-model.js';

const start: Shown = { name: 'start', from: 'start', ofState: true, value: (z, frame) => stateOf(z, frame) };
const change: Shown = { name: 'change', from: 'change', ofState: true, value: (d, { scale }) => d * scale };

/**
 * Soft bounds, NeuroSim's exponential and the linear step in one: z = z₀ + D·(1 − e^(−u·n/N))/(1 − e^(−u)) over N pulses. u > 0:
 * steps shrink by e^(−u/N) a pulse (towards a bound); u = 0: all are alike; u < 0: they grow. NeuroSim's A is N/u.
 */
export const softBounds: TrainModel = {
  name: 'soft-bounds',
  law: 'soft bounds = NeuroSim’s exponential = linear step: each step a straight line over the conductance',
  parameters: () => [
    { name: 'start', low: -1, high: 2, zeroCounts: true },
    { name: 'change', low: 1e-3, high: 4, spacing: 'log' },
    { name: 'bend', low: -60, high: 2000, spacing: 'asinh', zeroCounts: true },
  ],
  starts: () => [-3, 0.5, 3, 12].map((bend) => [0, 1, bend]),
  states([z0, d, u], pulses, frame, out) {
    for (let i = 0; i < pulses.length; i++) out[i] = z0 + d * curveAt(pulses[i] / frame.pulses, u);
  },
  step([z0, d, u], z, { pulses }) {
    if (Math.abs(u) < 1e-9) return d / pulses;
    return -Math.expm1(-u / pulses) * (z0 + d / -Math.expm1(-u) - z);
  },
  shown: [
    start,
    change,
    {
      name: 'nonlinearity',
      from: 'bend',
      ofState: false,
      // a falling train is labelled from its end: fast first is negative there
      value: (u, { scale }) => Math.sign(scale) * (Math.abs(u) < 1e-9 ? 0 : labelOf(1 / u)),
    },
  ],
};

/** All steps alike: soft bounds without a bend. */
export const linear: TrainModel = {
  name: 'linear',
  law: 'every pulse changes the conductance alike',
  parameters: () => softBounds.parameters({} as never).slice(0, 2),
  starts: () => [[0, 1]],
  states: ([z0, d], pulses, frame, out) => softBounds.states([z0, d, 0], pulses, frame, out),
  step: ([, d], _z, { pulses }) => d / pulses,
  shown: [start, change],
};

/** Asymptote and share of the way that a pulse goes, of a soft-bounds fit. */
export function boundOf([z0, d, u]: Fitted, frame: Frame): { asymptote: number; share: number } {
  return {
    asymptote: stateOf(z0 + d / -Math.expm1(-u), frame),
    share: -Math.expm1(-u / frame.pulses),
  };
}
