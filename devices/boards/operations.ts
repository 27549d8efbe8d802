import type { BoardProfile, BoardUse } from './profile.js';

/** Examples as a board takes them: whole millivolts, only inputs and outputs in use. */
export interface BoardExamples {
  readonly count: number;
  /** [count × inputs in use], mV */
  readonly inputs_mV: Int16Array;
  /** [count × outputs in use], mV */
  readonly targets_mV: Int16Array;
}

/** Readings of one phase, [count × (hidden + outputs in use)], 1/8 mV. */
export type BoardReadings = Int16Array;

/** A pair of nudge strengths, k in 1/256: the nudge in V is k times the error in V. 0 is the free phase itself. */
export interface NudgePair {
  readonly first: number;
  readonly second: number;
}

/** What an update does with the contrast: gains of `tapStep` for the two layers of pots, and the clip in taps. */
export interface TapUpdate {
  readonly id: number;
  readonly gainHidden: number;
  readonly gainOutput: number;
  readonly clip: number;
  /** The report tells what the taps then are. */
  readonly hash?: boolean;
  /** The report tells them in short, where the board can (`tapsFromShort`). */
  readonly shortTaps?: boolean;
}

/** What an update did to the pots. */
export interface TapReport {
  /** False if the board had already carried out this id. */
  readonly applied: boolean;
  /** Taps moved, all pots together. */
  readonly moved: number;
  /** Pots in use at either stop. */
  readonly saturatedFraction: number;
  /** `tapsHash` of the taps after it, where that was asked for or costs nothing. */
  readonly tapsHash?: number;
}

/** What both phases and the update of one `step` did. */
export interface BoardStepReport extends TapReport {
  /** Readings of the free phase: all nodes, or the outputs alone. */
  readonly free: Int16Array;
  /** Nudges that met the board's limit. */
  readonly clipped: number;
  /** The taps of closed pots after it, in short, where that was asked for and can be told. */
  readonly shortTaps?: Uint8Array;
}

/**
 * Where the wipers of all pots of a board stand, one entry a pot: whole taps, and what is left of a step until it makes
 * another tap.
 */
export interface Taps {
  readonly taps: Uint8Array;
  /** 1/256 tap */
  readonly residuals: Int16Array;
}

/** Counts that a board keeps: how often it has started, and the id of its last update, 0 where there was none. */
export interface BoardCounters {
  readonly boots: number;
  /** Tap steps since the board started. */
  readonly pulses: number;
  readonly lastUpdate: number;
  /** An update that a reset has cut off between two pots, where one has: the taps are then neither those before nor those behind it. */
  readonly cutShort?: number;
}

/**
 * What a learning board can do, in its own units. A board on a line does it in firmware; a simulated twin does it on a
 * solved circuit. Update ids rise: an id that is not above the last one changes nothing.
 */
export interface BoardOperations {
  readonly profile: BoardProfile;
  readonly use: BoardUse;
  /** Something that identifies the board: a serial number or a seed. */
  readonly identity: string;
  /** Settles and reads every example without a nudge, or at one strength of nudge k/256. Changes nothing. */
  measure(
    examples: BoardExamples,
    nudgeGain_q8: number | undefined,
    signal?: AbortSignal,
  ): Promise<{ readings: BoardReadings; clipped: number }>;
  /** Both phases of every example and the update, in one go. */
  step(
    examples: BoardExamples,
    nudges: NudgePair,
    update: TapUpdate,
    observeAll: boolean,
  ): Promise<BoardStepReport>;
  /** Gives every pot a step in 1/256 tap, as an update of its own. */
  moveTaps(id: number, steps: Int16Array): Promise<TapReport>;
  readTaps(): Promise<Taps>;
  /** @param pots which of them to write, rising; all when left out. The others are not touched */
  writeTaps(taps: Taps, pots?: readonly number[]): Promise<void>;
  /** Says which update was the last: after a restore, or for a new run. */
  setLastUpdate(id: number): Promise<void>;
  counters(): Promise<BoardCounters>;
  close(): Promise<void>;
}

/** A board that is held under drives and read, by hand as it were: no wiper is moved by it. */
export interface HeldBoard {
  readonly profile: BoardProfile;
  readonly use: BoardUse;
  /** Holds inputs and nudges in use, mV. */
  setInputs(inputs_mV: ArrayLike<number>, nudges_mV: ArrayLike<number>): Promise<void>;
  /** One phase as it is held. */
  readNodes(): Promise<BoardReadings>;
}

/** A board whose circuit can be set up pot by pot as well: what finding faults and parts asks of one on a line or a simulated one. */
export interface BenchBoard extends HeldBoard {
  readTaps(): Promise<Taps>;
  /** @param pots which of them to write, rising; all when left out */
  writeTaps(taps: Taps, pots?: readonly number[]): Promise<void>;
  /** Opens every pot but these. */
  connectOnly(pots: Iterable<number>): Promise<void>;
}
