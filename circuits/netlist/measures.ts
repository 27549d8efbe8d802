import type { Expression } from '../../core/expression/index.js';
import type { Control } from './equations.js';

/** A voltage or a source's current over time. */
export type Signal = Exclude<Control, { readonly time: true }>;

/** Where a signal passes a value, or another signal. */
export interface Crossing {
  readonly signal: Signal;
  /** V or A. */
  readonly level: number | Signal;
  readonly edge: 'rise' | 'fall' | 'cross';
  /** Which of them, from 1. */
  readonly which: number | 'last';
  /** From when on, s. */
  readonly after_s: number;
}

/** A number that is read off the waveforms of a transient. */
export type Measure = { readonly name: string; readonly place: string } & (
  | { readonly find: Signal; readonly at: number | Crossing }
  /** How fast a signal changes, per s. */
  | { readonly slopeOf: Signal; readonly at: number | Crossing }
  | { readonly when: Crossing }
  /** Worked out of measures before it: variables are their names. */
  | { readonly of: Expression }
  /** From the first time to the second, s; a number is a time of its own. */
  | { readonly trigger: Crossing | number; readonly target: Crossing | number }
  | {
      readonly over: 'avg' | 'max' | 'min' | 'pp' | 'rms' | 'integ' | 'max_at' | 'min_at';
      readonly signal: Signal;
      readonly from_s: number;
      readonly to_s: number;
    }
);
