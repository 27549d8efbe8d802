/** Why a cell was given up. */
export type GivenUpReason = 'budget' | 'unresponsive' | 'out-of-reach' | 'does-not-hold';

/** Each reason as a sentence with a remedy. */
export const givenUpReasons: Readonly<Record<GivenUpReason, string>> = {
  budget: 'its budget of pulses is used up; allow more, or a wider tolerance',
  unresponsive: 'it answers to no pulse; it is stuck, or the pulses are too weak or too short',
  'out-of-reach': 'the strongest pulse no longer moves it; its target lies beyond what these pulses can do',
  'does-not-hold':
    'it leaves its target again and again before it is judged; a wider tolerance is what it can hold',
};

/** Where a cell is, and when: seconds since programming began, by the array's clock. */
interface OfCell {
  /** row · columns + column. */
  readonly cell: number;
  readonly row: number;
  readonly column: number;
  readonly time_seconds: number;
}

/** Pulses were given. */
export interface PulseEvent extends OfCell {
  readonly kind: 'pulse';
  /** Signed: a positive count potentiates. */
  readonly count: number;
  /** NaN: the cell's nominal pulse, of which the array says no more. */
  readonly amplitude_V: number;
  readonly width_s: number;
  /** Pulses of this cell so far, these included. */
  readonly pulses: number;
  /** Update of the array by which they were carried out. */
  readonly update: number;
  /** NaN where unknown. */
  readonly energy_J: number;
}

/** A cell was read: before it is written, on the way to its target, or to judge it after its rest. */
export interface ReadEvent extends OfCell {
  readonly kind: 'read';
  readonly purpose: 'look' | 'write' | 'judge';
  /** Mean of `reads` reads, and their standard deviation (0 of one), S. */
  readonly conductance_S: number;
  readonly spread_S: number;
  readonly reads: number;
}

/** A cell reached its target and rests until it is judged. */
export interface ReachedEvent extends OfCell {
  readonly kind: 'reached';
  readonly conductance_S: number;
}

/** The reads after its rest found a cell within its tolerance, or outside, so that it is written again. */
export interface JudgedEvent extends OfCell {
  readonly kind: 'accepted' | 'rejected';
  readonly conductance_S: number;
  readonly reads: number;
  /** Since its last pulse, s; NaN where it was given none. */
  readonly after_seconds: number;
}

/** A cell was given up, with why. */
export interface GivenUpEvent extends OfCell {
  readonly kind: 'given-up';
  readonly reason: GivenUpReason;
  readonly conductance_S: number;
}

/** What happens while cells are programmed, as plain data. */
export type ProgramEvent = PulseEvent | ReadEvent | ReachedEvent | JudgedEvent | GivenUpEvent;
