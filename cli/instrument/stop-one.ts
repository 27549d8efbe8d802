import { formatQuantity, OhmpropError } from '../../core/index.js';
import { readInstrumentAddress } from '../../drivers/instruments/index.js';
import { SMU_BAUD } from '../../drivers/instruments/smu/index.js';
import type { StopOutcome } from '../board/stop-one.js';
import type { Io } from '../io.js';
import { verbsOf } from './kinds.js';

/** Stops the instrument at an address. What fails is in the outcome, so that others are stopped all the same. */
export async function stopInstrumentAt(text: string, io: Io, baud = SMU_BAUD): Promise<StopOutcome> {
  const started = performance.now();
  try {
    const address = readInstrumentAddress(text);
    const verbs = await verbsOf(address);
    const { how, json } = await verbs.stop({ address, baud, io });
    const took_s = (performance.now() - started) / 1000;
    return {
      text: `${text}: the output is off (${how}, ${formatQuantity(took_s, 's')})`,
      json: { line: text, stopped: true, took_s, ...json },
    };
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    return { text: error.message, json: { line: text, stopped: false, why: error.message }, error };
  }
}
