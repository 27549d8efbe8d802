import type { CellArray } from '../../../devices/contract/index.js';
import { readLimit_V } from '../../../devices/limits/index.js';
import type { Transport } from '../../transport/index.js';
import type { ArrayAsked } from '../array-asked.js';
import { instrumentTransport } from '../line.js';
import { ArcOne } from './arc-one.js';
import { ArcOneCells } from './arc-one-cells.js';
import { arcOneDescriber } from './describe-bytes.js';
import { arcOneSerial } from './serial.js';

/** Of reads of which nobody says more, V: as other instruments' here. */
const READ_V = 0.1;
/** Reads of cells of which nobody has said where they work, S. */
const anyCell = { g_min_S: 0, g_max_S: 10e-3 };

/** How an array behind an ArC ONE is opened. */
export interface ArcOneAsked extends ArrayAsked {
  /** File that says what was given; in memory when left out. */
  readonly journal?: string;
  readonly program?: (array: CellArray, targets_S: Float64Array) => Promise<void>;
}

/** An array that was opened, and what the instrument says of itself; old firmware says nothing. */
export interface ArcOneOpened {
  readonly cells: ArcOneCells;
  readonly instrument: ArcOne;
  readonly identity: string;
  readonly version: { readonly major: number; readonly minor: number } | undefined;
}

/** The line to an ArC ONE, with everything on it written down where somebody asks for that. */
export function arcOneLine({ address, lineLog }: Pick<ArcOneAsked, 'address' | 'lineLog'>): Transport {
  const line = instrumentTransport(address.line, { serial: arcOneSerial });
  return lineLog?.watch(line, arcOneDescriber()) ?? line;
}

/** Opens an ArC ONE as an array; asks for its version alone. */
export async function openArcOneArray(asked: ArcOneAsked): Promise<ArcOneOpened> {
  const { address, permit, window, nominalPulse, program, tell, journal } = asked;
  const read_V = asked.read_V ?? Math.min(READ_V, permit === undefined ? READ_V : readLimit_V(permit.limits));
  const reopen = async () => {
    const line = arcOneLine(asked);
    await line.open();
    tell?.(
      `${address.text}: its line was lost, and is there again; what was under way is found out by reading`,
    );
    return line;
  };
  const instrument = await ArcOne.open(arcOneLine(asked), { address: address.text, reopen, read_V });
  try {
    const version = await instrument.askVersion();
    const cells = new ArcOneCells(instrument, {
      ...(window === undefined ? anyCell : { g_min_S: window[0], g_max_S: window[1] }),
      ...(permit === undefined ? {} : { permit }),
      ...(nominalPulse === undefined ? {} : { nominalPulse }),
      ...(program === undefined ? {} : { program }),
    });
    if (journal !== undefined) await cells.keepJournal(journal);
    const firmware =
      version === undefined ? 'firmware unknown' : `firmware ${version.major}.${version.minor}`;
    return { cells, instrument, identity: `ArC Instruments ArC ONE, ${firmware}`, version };
  } catch (error) {
    await instrument.close();
    throw error;
  }
}
