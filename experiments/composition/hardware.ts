import type { ReadBoardFile } from '../../calibration/boards/index.js';
import type { Taps } from '../../devices/boards/index.js';
import type { DeviceState } from '../../devices/contract/index.js';
import type { ArrayAsked } from '../../drivers/instruments/index.js';
import type { LineLog } from '../../drivers/transport/index.js';
import type { InstrumentArray } from './array-port.js';
import type { BoardCheck } from './check-board.js';

/** How a device is opened. */
export interface Opening {
  /** Writes down what goes over a board's line. */
  readonly lineLog?: LineLog;
  /** Somebody asked for that: without a line it is refused. */
  readonly recorded?: boolean;
  /** Serial number of the board that is meant: where its address leads elsewhere or nowhere, it is looked for. */
  readonly sought?: string;
  /** Opens arrays otherwise than by the drivers of their instruments: for a rehearsal, or a bench in this process. */
  readonly openArray?: (asked: ArrayAsked) => Promise<InstrumentArray>;
  /** Directory of a run that exists: journals of its arrays lie there. */
  readonly run?: string;
  /** Of a run that exists: what it was begun with counts for it, wherever that came from and whatever has been measured since. */
  readonly ownCalibration?: OwnCalibration;
}

/** The calibration that a run has kept in its directory. */
export interface OwnCalibration {
  readonly path: string;
  /** What its bytes hashed to, if the run says so. */
  readonly sha256?: string;
  /** The device that the run was begun on. */
  readonly device: string;
}

/** What is behind a device that is not a simulation alone. */
export interface Hardware {
  /**
   * Whether it was there before the command and stays after it (a port, an address), or was made for it and goes with it.
   * What is persistent is written only by who asked for that: a new run, a run that goes on, a restore.
   */
  readonly lifetime: 'persistent' | 'made-for-this';
  /** What it says of itself, for the manifest. Nothing where there is no line to it. */
  readonly identity?: Readonly<Record<string, string | number>>;
  /** What was measured of its parts: kept with every run. */
  readonly calibration?: Pick<ReadBoardFile, 'path' | 'text' | 'sha256'>;
  /** How a line fares so far, for people who watch. */
  readonly lineFigures?: () => LineFigures;
  /** Where there is a line to it: what a journal of a run and going on after trouble need. */
  readonly line?: HardwareLine;
  /** Compares what it holds with a state of the device; reads only. */
  compare(state: DeviceState): Promise<HardwareDifference>;
  /** Listens to what it says unasked, from its opening on; returns what ends that. */
  onEvent(listener: (text: string) => void): () => void;
}

/** A line to hardware whose cells move in steps that can be read. */
export interface HardwareLine {
  /** Reads which board it is, where its wipers stand and what its last update was. */
  held(): Promise<HeldWipers>;
  /** Where the wipers stand after an update: read, unless what is known of them and the board's own hash tell it. */
  tapsNow(): Promise<Taps>;
  /** The middle potential against the converters' own middle, V; nothing of a board that does not measure it. */
  middle_V(): Promise<number | undefined>;
  /**
   * Drives it with a fixed set of inputs and holds what its nodes read against what its parts and wipers let expect. No wiper
   * moves; inputs and nudges are at rest afterwards.
   */
  check(): Promise<BoardCheck>;
  /** Largest move of a wiper in one update, taps. */
  readonly clip: number;
  /**
   * Gives up what is left of the line, telling the board to stop, and opens it anew: the same board, wherever it is found.
   * Nothing is written or driven. @throws OhmpropError while it is not there
   */
  reopen(): Promise<void>;
  /** What is under way is waited for no longer than this: somebody wants to leave. */
  hurry(seconds: number): void;
}

/** What a board is and holds, as it says. */
export interface HeldWipers extends Taps {
  readonly serial: string;
  /** How often it has started. */
  readonly boots: number;
  /** Id of its last update, 0 where there was none. */
  readonly update: number;
  /** An update that a reset has cut off between two pots: the taps are then neither those before nor those behind it. */
  readonly cutShort?: number;
}

/** How often something was amiss on a line since it was opened. */
export interface LineFigures {
  /** Frames that were damaged. */
  readonly errors: number;
  readonly retries: number;
}

/** What a comparison of hardware with a saved state found. */
export interface HardwareDifference {
  /** It holds that state, its last update included. */
  readonly equal: boolean;
  /** Wipers that differ, of how many. */
  readonly wipers: number;
  readonly of: number;
  /** One sentence: what differs. */
  readonly text: string;
}
