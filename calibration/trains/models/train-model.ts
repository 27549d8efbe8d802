import type { Estimate, Parameter } from '../../estimates/index.js';

/**
 * How trains are seen while they are fitted: z = (G − origin)/scale rises from about 0 to about 1 whichever way the pulses drive
 * the cell; a falling train has a negative scale and its origin at the top.
 */
export interface Frame {
  /** In the train's unit. */
  readonly origin: number;
  readonly scale: number;
  /** Of the longest train. */
  readonly pulses: number;
  /** z of the window's far end is 1 and no pulse goes beyond it: a window that was given. */
  readonly bounded: boolean;
  /** z at which nothing would be left of the conductance; Infinity of a rising train. */
  readonly most: number;
}

/** What a train looks like, for the model to start from. */
export interface TrainShape {
  readonly frame: Frame;
  /** `[points]`, pulses from 0 and z, of one train. */
  readonly pulses: Float64Array;
  readonly z: Float64Array;
}

/** How a fitted number is shown: in the train's unit, under a name that says it. */
export interface Shown {
  readonly name: string;
  /** The parameter that it comes from. */
  readonly from: string;
  /** Of the unit of the train where true, with the name's `_S` then. */
  readonly ofState: boolean;
  /** Monotone. */
  readonly value: (fitted: number, frame: Frame) => number;
}

/** Values of a law's parameters, in their order. */
export type Fitted = Float64Array | readonly number[];

/** A law of what one pulse does, as a curve over pulses. The first parameter is always `start`, z before the first pulse. */
export interface TrainModel {
  readonly name: TrainModelName;
  /** In words, with its source. */
  readonly law: string;
  parameters(shape: TrainShape): readonly Parameter[];
  starts(shape: TrainShape): readonly (readonly number[])[];
  /** Parameters that a window that was given holds at their start. */
  held?(frame: Frame): readonly string[];
  /** z after so many pulses. @param pulses rising; fractions by straight lines where the law is a map */
  states(values: Fitted, pulses: Float64Array, frame: Frame, out: Float64Array): void;
  /** Change of z by one pulse at z. */
  step(values: Fitted, z: number, frame: Frame): number;
  readonly shown: readonly Shown[];
}

/** Names of the laws, as `--model` takes them. */
export type TrainModelName = 'linear' | 'soft-bounds' | 'power' | 'exponential-step' | 'logistic';

/** A state of the train from z. */
export const stateOf = (z: number, { origin, scale }: Frame): number => origin + scale * z;

/** The shown number of an estimate: both ends go through the same monotone map. */
export function shownEstimate(estimate: Estimate, value: (fitted: number) => number): Estimate {
  const [a, b] = [value(estimate.low), value(estimate.high)];
  return { ...estimate, value: value(estimate.value), low: Math.min(a, b), high: Math.max(a, b) };
}

/** z of a train whose law is a map, at pulses that may be fractions. */
export function mapStates(
  start: number,
  step: (z: number) => number,
  pulses: Float64Array,
  out: Float64Array,
  most = Number.POSITIVE_INFINITY,
): void {
  let z = start;
  let n = 0;
  let next = Math.min(most, z + step(z));
  for (let i = 0; i < pulses.length; i++) {
    const p = pulses[i];
    while (n + 1 <= p) {
      z = next;
      n++;
      next = Math.min(most, z + step(z));
    }
    out[i] = n === p ? z : z + (p - n) * (next - z);
  }
}
