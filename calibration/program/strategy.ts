import type { PulseShape } from '../../devices/contract/index.js';

/** Pulses to be given at once to one cell: a positive count potentiates. Without a shape they are the cell's nominal ones. */
export interface ChosenPulses {
  readonly count: number;
  readonly shape?: PulseShape;
  /** Nothing stronger can be given that way: a cell that does not answer to these answers to nothing. */
  readonly strongest: boolean;
}

/** What pulses did to a cell. */
export interface PulsesSeen extends ChosenPulses {
  /** Where the cell stood before them, S. */
  readonly from_S: number;
  /** By how much it moved the way it was meant to, S (negative: against it). */
  readonly moved_S: number;
}

/** What is known of a cell when its next pulses are chosen. */
export interface CellBefore {
  readonly now_S: number;
  readonly target_S: number;
  readonly tolerance_S: number;
  /** Which way it has to go. */
  readonly direction: 1 | -1;
  /** What its last pulses did; undefined where it was last pulsed the other way, or not yet. */
  readonly last?: PulsesSeen;
  /** What the strategy keeps of this cell, 0 at first: its own to write to. */
  readonly memory: Float64Array;
}

/** How pulses are chosen that bring a cell to its target. */
export interface PulseStrategy {
  readonly name: string;
  /** Numbers that it keeps of each cell. */
  readonly numbersPerCell: number;
  next(cell: CellBefore): ChosenPulses;
  /** Is told what pulses did, before anything else is asked of that cell. */
  saw?(seen: PulsesSeen, memory: Float64Array, tolerance_S: number): void;
}
