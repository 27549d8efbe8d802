import { inputError } from '../../../core/index.js';
import { AffineStep } from './affine-step.js';

/**
 * NeuroSim's nonlinearity label of an exponential curve (Chen, Peng & Yu, IEEE TCAD 37:3067 (2018)):
 * y(x) = B·(1 − e^(−x/a)), B = 1/(1 − e^(−1/a)), over x = pulses/N in [0, 1]; the label is the largest distance from y = x,
 * scaled so that the tables of that tool come out: NL = 10.1015·(B − a − a·ln(B/a)). Its sign is the sign of a.
 * The tables print four digits, which leave the scale between 10.10150 and 10.10155.
 */
const LABEL_SCALE = 10.10152;

/** a (in units of all N pulses, signed) → NL (signed). */
export function labelOf(a: number): number {
  const size = Math.abs(a);
  if (!(size > 0)) throw inputError('pulse.nonlinearity', `A must not be 0, got ${a}`);
  const b = -1 / Math.expm1(-1 / size);
  // For nearly straight curves B − a − a·ln(B/a) cancels: its series in 1/a is used instead.
  const distance = size > 1e4 ? 1 / (8 * size) : b - size - size * Math.log(b / size);
  return Math.sign(a) * LABEL_SCALE * distance;
}

/** NL (signed, |NL| below 10.1) → a (signed, in units of all N pulses); Infinity for 0, a straight line. By bisection. */
export function curvatureOf(label: number): number {
  const wanted = Math.abs(label);
  if (!(wanted < LABEL_SCALE)) {
    throw inputError('pulse.nonlinearity', `a nonlinearity lies between −10.1 and 10.1, got ${label}`);
  }
  if (wanted === 0) return Number.POSITIVE_INFINITY;
  let low = Math.log(1e-6);
  let high = Math.log(1e9);
  while (high - low > 1e-15 * Math.abs(high + low) + 1e-15) {
    const middle = 0.5 * (low + high);
    if (middle === low || middle === high) break;
    // the label falls as a grows
    if (labelOf(Math.exp(middle)) > wanted) low = middle;
    else high = middle;
  }
  return Math.sign(label) * Math.exp(0.5 * (low + high));
}

/**
 * Potentiation by the label and the number of pulses from end to end: G(n) = B(1 − e^(−n/A)) + G_min, A = a·N.
 * A negative label bends the other way.
 */
export function potentiationStep(label: number, pulses: number): AffineStep {
  requirePulses(pulses);
  const a = curvatureOf(label);
  if (!Number.isFinite(a)) return new AffineStep(1 / pulses, 0);
  return AffineStep.towards(-1 / Math.expm1(-1 / a), -Math.expm1(-1 / (a * pulses)));
}

/**
 * Depression: the same curve of the same axis walked backwards, n ← n − 1. A positive label retraces the potentiation;
 * a negative one starts with its largest steps at G_max.
 */
export function depressionStep(label: number, pulses: number): AffineStep {
  requirePulses(pulses);
  const a = curvatureOf(label);
  if (!Number.isFinite(a)) return new AffineStep(-1 / pulses, 0);
  const asymptote = -1 / Math.expm1(-1 / a);
  // w∞ − w grows by e^(1/A) with every pulse back
  return AffineStep.towards(asymptote, -Math.expm1(1 / (a * pulses)));
}

function requirePulses(pulses: number): void {
  if (!(Number.isInteger(pulses) && pulses >= 1)) {
    throw inputError('pulse.pulses', `the pulses from end to end must be a whole number ≥ 1, got ${pulses}`);
  }
}
