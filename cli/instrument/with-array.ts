import { inputError } from '../../core/index.js';
import type { CellArray } from '../../devices/contract/index.js';
import type { Permit } from '../../devices/limits/index.js';
import {
  type ArcOneAsked,
  type InstrumentAddress,
  openArcOneArray,
} from '../../drivers/instruments/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, onInterrupt } from '../io.js';

/** An array that a command works on. */
export interface OpenedArray {
  readonly cells: CellArray;
  /** Maker, model, firmware. */
  readonly identity: string;
}

/**
 * Opens the array behind an instrument, does something with it and closes it whatever happens, signals included.
 * @throws OhmpropError `instrument.kind` for an instrument that is no array
 */
export async function withArray<T>(
  io: Io,
  address: InstrumentAddress,
  how: Omit<ArcOneAsked, 'lineLog' | 'address'> & { readonly permit: Permit },
  work: (array: OpenedArray, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (address.kind !== 'arc-one') {
    throw inputError(
      'instrument.kind',
      `${address.text}: this works on the array of an ArC ONE, arc-one:/dev/ttyACM0; a source-measure unit has one cell: "ohmprop instrument pulse" drives it`,
    );
  }
  const { signal, dispose } = onInterrupt(io, 'Stopping after this pulse …');
  try {
    const array = await openArcOneArray({ address, lineLog: io.lineLog, ...how });
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
