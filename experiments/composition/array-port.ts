import type { CellArray } from '../../devices/contract/index.js';

/** What work on an array takes, s. */
export interface ArrayTiming {
  /** One look at so many cells. */
  look_s(cells: number): number;
  /** A pulse besides its width. */
  readonly pulse_s: number;
}

/** The array behind an instrument, opened: what a run needs of it beyond its cells. */
export interface InstrumentArray {
  readonly cells: CellArray;
  /** Maker, model, firmware. */
  readonly identity: string;
  /** Before anything is measured. */
  readonly nominal: ArrayTiming;
  /** What has passed on its line's clock, s. */
  now_s(): number;
  /** What its cells are given is written there from now on, and read from there as what they had. */
  keepJournal?(path: string): Promise<void>;
  /** Pulses that a cell has had, by that. */
  given?(cell: number): number;
}
