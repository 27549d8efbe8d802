import type { Estimate } from '../estimates/index.js';

/** What a cell is by its loops. Only `volatile`, `unipolar` and `bipolar` switch for certain. */
export type VerdictName =
  | 'open'
  | 'shorted'
  | 'ohmic'
  | 'capacitive'
  | 'rectifying'
  | 'volatile'
  | 'unipolar'
  | 'bipolar'
  | 'unclear';

/** What a cell is, by which numbers, and what would decide it where these do not. */
export interface Verdict {
  readonly name: VerdictName;
  /** Whether a change of state was seen: without one there are no set and reset voltages, and no model. */
  readonly switches: boolean;
  /** The numbers that decided, in a sentence. */
  readonly because: string;
  /** What a measurement would have to hold to decide, where this one does not. */
  readonly missing?: string;
  /** Of `ohmic` and `shorted`: the slope of I over V turned over, with its interval [Ω]. */
  readonly resistance_Ohm?: Estimate;
  /** Of `ohmic`: current at zero volts [A]. */
  readonly offset_A?: Estimate;
  /** Of `capacitive` with a time column [F]. */
  readonly capacitance_F?: number;
}
