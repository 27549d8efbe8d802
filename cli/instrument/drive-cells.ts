import { inputError } from '../../core/index.js';
import { type Permit, readLimit_V } from '../../devices/limits/index.js';
import { readMatrixFile } from '../../drivers/instruments/switch-matrix/index.js';
import { unopenedArray } from '../../experiments/composition/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, onInterrupt } from '../io.js';
import { verbsOf } from './kinds.js';
import { permitOf, type SaidOptions } from './options.js';
import type { InstrumentAsked, OpenedInstrument } from './verbs.js';

/** What a command that drives was told. */
export interface DrivenAsked extends SaidOptions, Omit<InstrumentAsked, 'io'> {
  readonly outputOn: boolean;
  readonly matrix?: string;
  readonly channel?: 'a' | 'b';
  /** Of a command that works on one. */
  readonly cell?: { readonly row: number; readonly column: number };
}

/**
 * Opens an instrument within limits, does something with it, and leaves it off whatever happens, signals included.
 * @param command for messages: `instrument pulse`
 * @param before what is to be done once it is known what is allowed and before anything is opened: checks, asking for consent
 * @throws OhmpropError `limits.*` before anything is opened
 */
export async function withCells<T>(
  io: Io,
  command: string,
  asked: DrivenAsked,
  work: (instrument: OpenedInstrument, signal: AbortSignal, permit: Permit) => Promise<T>,
  before: (permit: Permit) => Promise<void> = async () => {},
  read_V?: number,
): Promise<T> {
  const permit = await permitOf(command, asked);
  const matrix = asked.matrix === undefined ? undefined : await readMatrixFile(asked.address, asked.matrix);
  const size = matrix ?? unopenedArray(asked.address.text);
  if (asked.cell !== undefined) requireCell(asked.cell, size);
  await before(permit);
  const { address, baud, outputOn, channel } = asked;
  if (channel !== undefined && address.kind !== 'smu') {
    throw inputError('smu.channel', `--channel: ${address.text} has none; leave it out`);
  }
  const verbs = await verbsOf(address);
  const { signal, dispose } = onInterrupt(io, 'Switching the output off …');
  try {
    const how = {
      outputOn,
      signal,
      ...(read_V === undefined ? {} : { read_V }),
      ...(matrix === undefined ? {} : { matrix }),
      ...(channel === undefined ? {} : { channel }),
    };
    const instrument = await verbs.open({ address, baud, io }, permit, how);
    try {
      const result = await work(instrument, signal, permit);
      if (signal.aborted) throw interruptionOf(signal);
      return result;
    } catch (error) {
      // What was broken off refuses the rest.
      throw signal.aborted ? interruptionOf(signal) : error;
    } finally {
      await instrument.cells.close();
    }
  } finally {
    dispose();
  }
}

/** @throws OhmpropError `instrument.cell`, before anything is opened */
function requireCell(
  { row, column }: { readonly row: number; readonly column: number },
  { rows, columns }: { readonly rows: number; readonly columns: number },
): void {
  if (row < rows && column < columns) return;
  throw inputError(
    'instrument.cell',
    `--cell ${row},${column}: there is no such cell; the array has rows 0 … ${rows - 1}, columns 0 … ${columns - 1}${rows * columns === 1 ? ', a source-measure unit by itself one cell: name its switch matrix, --matrix FILE' : ''}`,
  );
}

/** Where nothing is said, V; or what the limits allow, where that is less. */
const READ_V = 0.1;

/** The voltage that cells are read at, V. */
export function readVoltage_V({ limits }: Permit, asked?: number): number {
  return asked ?? Math.min(READ_V, readLimit_V(limits));
}
