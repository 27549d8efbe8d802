import { runError } from '../../../core/index.js';
import { askHolder, type HeldLine, type Transport } from '../../transport/index.js';
import { ArcOne } from './arc-one.js';

/** What a holder may take all in all: a reset and its confirmation, ms. */
const HOLDER_ms = 4000;

/** How an ArC ONE was stopped. It has answered a read after its reset. */
export interface ArcOneStopReport {
  readonly how: 'holder' | 'line';
  readonly holder?: HeldLine;
}

/**
 * Resets an ArC ONE, which cannot be interrupted otherwise: asks the process that holds it, opens the line where nobody does.
 * Pulses last as long as they last; after the reset there are none.
 * @throws OhmpropError `arc-one.not-stopped` where it does not answer
 */
export async function stopArcOne(line: Transport): Promise<ArcOneStopReport> {
  const { address } = line;
  const asked = address === undefined ? undefined : await askHolder(address, HOLDER_ms);
  const holder = asked?.holder;
  if (asked?.answer === 'confirmed') return { how: 'holder', holder: asked.holder };
  const instrument = await ArcOne.open(line);
  try {
    if ((await instrument.stop()).confirmed)
      return { how: 'line', ...(holder === undefined ? {} : { holder }) };
  } finally {
    await instrument.close();
  }
  throw runError(
    'arc-one.not-stopped',
    `${line.name}: was reset, but does not answer; cut its supply to be certain, and look at the cable`,
  );
}
