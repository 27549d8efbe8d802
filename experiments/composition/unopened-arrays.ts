import { arcOneTiming, type InstrumentKind, readInstrumentAddress } from '../../drivers/instruments/index.js';
import type { ArrayTiming } from './array-port.js';

/** A read of a source-measure unit, s: a power-line cycle, settling, and the text of both ways. */
const SMU_READ_s = 0.06;
/** What work on a source-measure unit takes. */
export const smuTiming: ArrayTiming = { look_s: (cells) => cells * SMU_READ_s, pulse_s: SMU_READ_s };

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
  'arc-one': {
    rows: 32,
    columns: 32,
    timing: arcOneTiming,
    unlimited: 'it sets no compliance for pulses',
  },
  smu: { rows: 1, columns: 1, timing: smuTiming },
};

/** Size of the array at an address, and what work on it takes, as long as it is not opened. */
export function unopenedArray(address: string): UnopenedArray {
  return unopened[readInstrumentAddress(address).kind];
}
