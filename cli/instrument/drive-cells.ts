import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { type Permit, readLimit_V } from '../../devices/limits/index.js';
import { lineText } from '../../drivers/instruments/index.js';
import {
  MAX_MATRIX_BYTES,
  type MatrixFile,
  readMatrixText,
} from '../../drivers/instruments/switch-matrix/index.js';
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
  const matrix = asked.matrix === undefined ? undefined : await matrixOf(asked.address, asked.matrix);
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

/** What a file says of the switch matrix before an instrument. @throws OhmpropError `matrix.*` */
async function matrixOf(address: InstrumentAsked['address'], file: string): Promise<MatrixFile> {
  if (address.kind !== 'smu') {
    throw inputError(
      'matrix.invalid',
      `--matrix: ${address.text} has its own switches; a matrix stands before a source-measure unit`,
    );
  }
  const bytes = await readRegularFile(file, { most_bytes: MAX_MATRIX_BYTES }).catch((cause: Error) => {
    throw inputError('matrix.file', `${file}: cannot be read (${cause.message})`, cause, { file });
  });
  const matrix = readMatrixText(new TextDecoder().decode(bytes), file);
  const [one, other] = [address.line, matrix.line];
  if (one.via === 'gpib' && other.via === 'gpib' && lineText(one.adapter) === lineText(other.adapter)) {
    throw inputError(
      'matrix.invalid',
      `--matrix ${file}: both are on the adapter at ${lineText(one.adapter)}, which one line opens at a time; give the matrix an adapter of its own, or its LAN address`,
    );
  }
  return matrix;
}

/** Where nothing is said, V; or what the limits allow, where that is less. */
const READ_V = 0.1;

/** The voltage that cells are read at, V. */
export function readVoltage_V({ limits }: Permit, asked?: number): number {
  return asked ?? Math.min(READ_V, readLimit_V(limits));
}
