import type { CellArray } from '../../devices/contract/index.js';
import type { Permit } from '../../devices/limits/index.js';
import {
  type ArcOneAsked,
  type InstrumentAddress,
  openArcOneArray,
} from '../../drivers/instruments/index.js';
import { SMU_BAUD } from '../../drivers/instruments/smu/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, onInterrupt, warn } from '../io.js';

/** An array that a command works on. */
export interface OpenedArray {
  readonly cells: CellArray;
  /** Maker, model, firmware. */
  readonly identity: string;
}

type How = Omit<ArcOneAsked, 'lineLog' | 'address'> & { readonly permit: Permit };

const openers: Readonly<
  Record<
    InstrumentAddress['kind'],
    (io: Io, address: InstrumentAddress, how: How, signal: AbortSignal) => Promise<OpenedArray>
  >
> = {
  'arc-one': (io, address, how) =>
    openArcOneArray({ address, lineLog: io.lineLog, tell: (text) => warn(io, text), ...how }),
  smu: async (io, address, { permit, read_V, journal, window }, signal) => {
    const { smuVerbs } = await import('./smu-verbs.js');
    const how = {
      outputOn: false,
      signal,
      ...(read_V === undefined ? {} : { read_V }),
      ...(journal === undefined ? {} : { journal }),
      ...(window === undefined ? {} : { window }),
    };
    return smuVerbs.open({ address, baud: SMU_BAUD, io }, permit, how);
  },
};

/**
 * Opens the array behind an instrument, does something with it and closes it whatever happens, signals included.
 */
export async function withArray<T>(
  io: Io,
  address: InstrumentAddress,
  how: How,
  work: (array: OpenedArray, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, dispose } = onInterrupt(io, 'Stopping after this pulse …');
  try {
    const array = await openers[address.kind](io, address, how, signal);
    try {
      return await work(array, signal);
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal) : error;
    } finally {
      await array.cells.close();
    }
  } finally {
    dispose();
  }
}
