import type { CellArray, PulseShape } from '../../devices/contract/index.js';
import type { Permit } from '../../devices/limits/index.js';
import {
  arcOneTiming,
  type InstrumentAddress,
  type InstrumentKind,
  readInstrumentAddress,
} from '../../drivers/instruments/index.js';
import type { LineLog } from '../../drivers/transport/index.js';

/** A read of a source-measure unit, s: a power-line cycle, settling, and the text of both ways. */
const SMU_READ_s = 0.06;
/** What work on a source-measure unit takes. */
export const smuTiming: ArrayTiming = { look_s: (cells) => cells * SMU_READ_s, pulse_s: SMU_READ_s };

/** How the array behind an instrument is opened. */
export interface ArrayAsked {
  readonly address: InstrumentAddress;
  readonly permit?: Permit;
  readonly read_V?: number;
  /** Where its cells work, S. */
  readonly window?: readonly [number, number];
  readonly nominalPulse?: { readonly potentiation: PulseShape; readonly depression: PulseShape };
  readonly lineLog?: LineLog | undefined;
  /** What happens to the line, for people. */
  readonly tell?: (text: string) => void;
}

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

/** What is known of an array that nobody has opened. */
export interface UnopenedArray {
  readonly rows: number;
  readonly columns: number;
  readonly timing: ArrayTiming;
  /** Why its instrument limits no current, of one that does not. */
  readonly unlimited?: string;
}

/** What is known of arrays that nobody has opened, by the kind of their instrument. */
const unopened: Readonly<Record<InstrumentKind, UnopenedArray>> = {
  'arc-one': { rows: 32, columns: 32, timing: arcOneTiming, unlimited: 'it sets no compliance for pulses' },
  smu: { rows: 1, columns: 1, timing: smuTiming },
};

/** Size of the array at an address, and what work on it takes, as long as it is not opened. */
export function unopenedArray(address: string): UnopenedArray {
  return unopened[readInstrumentAddress(address).kind];
}

const kinds: Readonly<
  Record<InstrumentKind, () => Promise<(asked: ArrayAsked) => Promise<InstrumentArray>>>
> = {
  'arc-one': async () => (await import('./arc-one-array.js')).arcOneArray,
  smu: async () => (await import('./smu-array.js')).smuArray,
};

/** Opens the array behind an instrument of any kind; the driver is loaded when asked for. */
export async function openInstrumentArray(asked: ArrayAsked): Promise<InstrumentArray> {
  return (await kinds[asked.address.kind]())(asked);
}
