import type { ActivationName, HopfieldNetwork } from '../../circuits/hopfield/index.js';

/**
 * What a unit makes of its field. `drive` is the sum of what pulls it, Σ W·s + b + β·y, and `leak` what pulls it back per unit of
 * its own state, 1 + β: its part of the energy is G(s) + ½(leak − 1)s² − drive·s with G' = ρ⁻¹, so that it rests at
 * s = ρ(drive − (leak − 1)·s).
 */
export interface Activation {
  /** Between which states a unit is kept. */
  readonly low: number;
  readonly high: number;
  /** ρ(x). NaN stays NaN, so that it shows. */
  value(x: number): number;
  /** ρ' at the field that makes state s; 0 where a unit is held at an end. */
  slope(s: number): number;
  /** ρ's tangent where it is `about`, at a field; `about` itself where a unit is held at an end. */
  tangent(about: number, field: number): number;
  /** G(s), the integral of ρ⁻¹. */
  store(s: number): number;
  /** The state of the least energy. */
  minimum(drive: number, leak: number): number;
  /** An Euler step ε along the force, or, of a smooth activation, towards ρ of it. */
  step(state: number, drive: number, leak: number, epsilon: number): number;
}

/** The activation of a network. */
export function activationOf({
  activation: { kind, bound },
}: Pick<HopfieldNetwork, 'activation'>): Activation {
  return makers[kind](bound);
}

const makers: Readonly<Record<ActivationName, (bound: number) => Activation>> = {
  'hard-sigmoid': () => clipped(1),
  'bounded-relu': clipped,
  sigmoid: () =>
    smooth({
      low: 0,
      high: 1,
      middle: 0.5,
      value: (x) => 1 / (1 + Math.exp(2 - 4 * x)),
      slope: (s) => 4 * s * (1 - s),
      field: (s) => 0.5 + 0.25 * Math.log(s / (1 - s)),
      store: (s) => 0.5 * s + 0.25 * (xLogX(s) + xLogX(1 - s)),
    }),
  tanh: () =>
    smooth({
      low: -1,
      high: 1,
      middle: 0,
      value: Math.tanh,
      slope: (s) => 1 - s * s,
      field: Math.atanh,
      store: (s) => 0.5 * (xLogX(1 + s) + xLogX(1 - s)),
    }),
};

/** clip(x, 0, bound): the identity inside. */
function clipped(bound: number): Activation {
  const clip = (value: number): number => (value < 0 ? 0 : value > bound ? bound : value);
  return {
    low: 0,
    high: bound,
    value: clip,
    slope: (s) => (s > 0 && s < bound ? 1 : 0),
    tangent: (about, field) => (about > 0 && about < bound ? field : about),
    store: (s) => 0.5 * s * s,
    minimum: (drive, leak) => {
      if (leak > 0) return clip(drive / leak);
      const half = 0.5 * leak * bound;
      return drive > half ? bound : drive <= half ? 0 : drive;
    },
    step: (state, drive, leak, epsilon) => clip(state + epsilon * (drive - leak * state)),
  };
}

/** Newton steps to a state of least energy; they are few, as each comes nearer from one side. */
const MAX_STEPS = 60;

/** A rising curve, steepest by 1 at `middle`, and symmetric about it. */
function smooth(
  curve: Pick<Activation, 'low' | 'high' | 'value' | 'slope' | 'store'> & {
    readonly middle: number;
    /** ρ⁻¹ */
    readonly field: (state: number) => number;
  },
): Activation {
  const { value, slope, field, middle, low, high } = curve;
  return {
    ...curve,
    tangent: (about, there) =>
      about > low && about < high ? about + slope(about) * (there - field(about)) : about,
    minimum: (drive, leak) => {
      const beta = leak - 1;
      if (beta === 0 || !Number.isFinite(drive)) return value(drive);
      // u + β·ρ(u) = drive: above the middle it is concave for a positive β and convex for a negative one, below it the
      // other way round; so that Newton's steps from the middle, or from beyond the answer, never pass it.
      const rises = drive - beta * value(middle) > middle;
      let u = beta > 0 ? middle : drive - beta * (rises ? high : low);
      for (let k = 0; k < MAX_STEPS; k++) {
        const s = value(u);
        const step = (u + beta * s - drive) / (1 + beta * slope(s));
        u -= step;
        if (!(Math.abs(step) > 1e-15 * Math.max(1, Math.abs(u)))) break;
      }
      return value(u);
    },
    step: (state, drive, leak, epsilon) => state + epsilon * (value(drive - (leak - 1) * state) - state),
  };
}

/** x ln x, 0 at 0. */
function xLogX(x: number): number {
  return x > 0 ? x * Math.log(x) : 0;
}
