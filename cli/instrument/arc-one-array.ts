import type { CellArray, PulseShape } from '../../devices/contract/index.js';
import { type Permit, readLimit_V } from '../../devices/limits/index.js';
import {
  ArcOne,
  ArcOneCells,
  arcOneDescriber,
  arcOneSerial,
  type InstrumentAddress,
  instrumentTransport,
} from '../../drivers/instruments/index.js';
import type { Transport } from '../../drivers/transport/index.js';
import { PulseJournal } from '../../records/index.js';
import type { Io } from '../io.js';

/** The whole array of the instrument. */
const size = { rows: 32, columns: 32 };
/** Of reads of which nobody says more, V: as other instruments' here. */
const READ_V = 0.1;
/** Reads of cells of which nobody has said where they work, S. */
const anyCell = { g_min_S: 0, g_max_S: 10e-3 };

/** How an array behind an ArC ONE is opened. */
export interface ArcOneAsked {
  readonly address: InstrumentAddress;
  readonly io: Io;
  readonly permit?: Permit;
  readonly read_V?: number;
  /** Where its cells work, S. */
  readonly window?: readonly [number, number];
  /** File that says what was given; in memory when left out. */
  readonly journal?: string;
  readonly nominalPulse?: { readonly potentiation: PulseShape; readonly depression: PulseShape };
  readonly program?: (array: CellArray, targets_S: Float64Array) => Promise<void>;
}

/** An array that was opened, and what the instrument says of itself; old firmware says nothing. */
export interface ArcOneOpened {
  readonly cells: ArcOneCells;
  readonly identity: string;
  readonly version: { readonly major: number; readonly minor: number } | undefined;
}

/** The line to an ArC ONE, with everything on it written down where `--record` says so. */
export function arcOneLine({ address, io }: Pick<ArcOneAsked, 'address' | 'io'>): Transport {
  const line = instrumentTransport(address.line, { serial: arcOneSerial });
  return io.lineLog?.watch(line, arcOneDescriber()) ?? line;
}

/** Opens an ArC ONE as an array; asks for its version alone. */
export async function openArcOneArray(asked: ArcOneAsked): Promise<ArcOneOpened> {
  const { address, permit, window, nominalPulse, program } = asked;
  const read_V = asked.read_V ?? Math.min(READ_V, permit === undefined ? READ_V : readLimit_V(permit.limits));
  const journal = asked.journal === undefined ? undefined : await PulseJournal.open(asked.journal, size);
  const reopen = async () => {
    const line = arcOneLine(asked);
    await line.open();
    return line;
  };
  const instrument = await ArcOne.open(arcOneLine(asked), {
    address: address.text,
    reopen,
    read_V,
  });
  try {
    const version = await instrument.askVersion();
    const cells = new ArcOneCells(instrument, {
      ...(window === undefined ? anyCell : { g_min_S: window[0], g_max_S: window[1] }),
      ...(permit === undefined ? {} : { permit }),
      ...(journal === undefined ? {} : { journal }),
      ...(nominalPulse === undefined ? {} : { nominalPulse }),
      ...(program === undefined ? {} : { program }),
    });
    const firmware =
      version === undefined ? 'firmware unknown' : `firmware ${version.major}.${version.minor}`;
    return { cells, identity: `ArC Instruments ArC ONE, ${firmware}`, version };
  } catch (error) {
    await instrument.close();
    throw error;
  }
}
