import type { CellArray, CellRange } from '../../devices/contract/index.js';
import type { Permit } from '../../devices/limits/index.js';
import type { InstrumentAddress } from '../../drivers/instruments/index.js';
import type { MatrixFile } from '../../drivers/instruments/switch-matrix/index.js';
import type { Io } from '../io.js';

/** How a command reaches an instrument. */
export interface InstrumentAsked {
  readonly address: InstrumentAddress;
  readonly baud: number;
  readonly io: Io;
}

/** What one says of itself. */
export interface InstrumentSaid {
  /** A line each, for people. */
  readonly lines: readonly string[];
  readonly json: object;
}

/** A stop that was confirmed. */
export interface InstrumentStopped {
  /** `by process 1234, which holds it`; what was found. */
  readonly how: string;
  readonly json: object;
}

/** Levels that one cell is driven with, each for the same time, ending at 0 V. */
export interface SweptLevels {
  readonly levels_V: readonly number[];
  readonly dwell_s: number;
}

/** What was measured at each level. */
export interface SweptPoint {
  readonly time_s: number;
  readonly voltage_V: number;
  readonly current_A: number;
  readonly limited: boolean;
}

/** An instrument that has been opened to drive. */
export interface OpenedInstrument {
  readonly cells: CellArray;
  /** Of whom, for headings of files: maker, model, serial number, firmware. */
  readonly identity: string;
  /** Only what can measure while it drives. */
  sweep?(
    cell: { row: number; column: number },
    levels: SweptLevels,
    signal?: AbortSignal,
  ): Promise<SweptPoint[]>;
  /** Shortest time of a level, s. */
  readonly least_s?: number;
  /** Proves that voltages reach a cell with their sign, before it is driven. */
  requirePolarity?(cell: CellRange): Promise<void>;
}

/** What commands do with an instrument of a kind. */
export interface InstrumentVerbs {
  /** Looks: identity and state queries alone. */
  info(asked: InstrumentAsked): Promise<InstrumentSaid>;
  /** Opens it to drive within limits; closing its `cells` leaves it safe. */
  open(
    asked: InstrumentAsked,
    permit: Permit,
    how: {
      readonly outputOn: boolean;
      readonly read_V?: number;
      readonly matrix?: MatrixFile;
      readonly channel?: 'a' | 'b';
      /** Nobody waits any longer for a line that is lost. */
      readonly signal?: AbortSignal;
      /** Where pulses are written down, each before it is given. */
      readonly journal?: string;
      /** Where the cells work, S. */
      readonly window?: readonly [number, number];
    },
  ): Promise<OpenedInstrument>;
  stop(asked: InstrumentAsked): Promise<InstrumentStopped>;
}
