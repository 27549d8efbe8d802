import {
  boundOf,
  type Fitted,
  type Frame,
  stateOf,
  type TrainModelName,
  trainModel,
} from './models/index.js';

/**
 * What one pulse does to a conductance, in the laws of a cell file (calibration/cell-files, step-laws): plain data in S.
 */
export type PulseLaw =
  | { readonly kind: 'constant'; readonly step_S: number }
  | { readonly kind: 'soft-bounds'; readonly asymptote_S: number; readonly share: number }
  | {
      readonly kind: 'power';
      readonly low_S: number;
      readonly high_S: number;
      readonly share: number;
      readonly exponent: number;
    }
  | { readonly kind: 'logistic'; readonly low_S: number; readonly high_S: number; readonly rate: number }
  | { readonly kind: 'table'; readonly conductance_S: number[]; readonly step_S: number[] };

/** Conductances of a law that is written as a table. */
const ROWS = 257;
/** A bend below which e^(−u) is 1 − u for every purpose. */
const STRAIGHT = 1e-6;

/**
 * The law that a fit stands for. Exact where the cell file has it; where a law would need conductances below zero, or is none of
 * the file's, a table of its steps over `range`, straight lines between 257 conductances.
 * @param range [S] that the train went over
 */
export function pulseLaw(
  name: TrainModelName,
  values: Fitted,
  frame: Frame,
  range: readonly [low: number, high: number],
): PulseLaw {
  const ends = (a: number, b: number) => {
    const [from, to] = [stateOf(a, frame), stateOf(b, frame)];
    return { low_S: Math.min(from, to), high_S: Math.max(from, to) };
  };
  if (name === 'linear' || (name === 'soft-bounds' && Math.abs(values[2]) < STRAIGHT)) {
    return { kind: 'constant', step_S: (values[1] * frame.scale) / frame.pulses };
  }
  if (name === 'soft-bounds') {
    const { asymptote, share } = boundOf(values, frame);
    return { kind: 'soft-bounds', asymptote_S: asymptote, share };
  }
  if (name === 'power') {
    const [, k, exponent, bound] = Array.from(values);
    const window = ends(0, bound);
    if (window.low_S >= 0) return { kind: 'power', ...window, share: k / bound, exponent };
  }
  if (name === 'logistic') {
    const [low, height, , width] = Array.from(values);
    const window = ends(low, low + height);
    if (window.low_S >= 0) return { kind: 'logistic', ...window, rate: 1 / width };
  }
  const model = trainModel(name);
  const conductance_S = Array.from(
    { length: ROWS },
    (_, i) => range[0] + ((range[1] - range[0]) * i) / (ROWS - 1),
  );
  return {
    kind: 'table',
    conductance_S,
    step_S: conductance_S.map(
      (g) => frame.scale * Math.max(0, model.step(values, (g - frame.origin) / frame.scale, frame)),
    ),
  };
}
