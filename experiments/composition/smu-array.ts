import { inputError } from '../../core/index.js';
import type { ArrayAsked } from '../../drivers/instruments/index.js';
import { Smu, SmuCells, smuLine } from '../../drivers/instruments/smu/index.js';
import type { InstrumentArray } from './array-port.js';
import { smuTiming } from './unopened-arrays.js';

/** A source-measure unit as an array of one cell. Opening it for a run switches its output on, at 0 V, within the limits. */
export async function smuArray(asked: ArrayAsked): Promise<InstrumentArray> {
  const { address, permit, window, nominalPulse, read_V, lineLog } = asked;
  if (permit === undefined) {
    throw inputError(
      'limits.missing',
      `${address.text}: a source-measure unit reads by driving; say --limits FILE`,
    );
  }
  const smu = await Smu.open(smuLine({ address, lineLog }), { address: address.text });
  const cells = await SmuCells.open(smu, {
    permit,
    ...(window === undefined ? {} : { window_S: window }),
    ...(read_V === undefined ? {} : { read_V }),
    ...(nominalPulse === undefined ? {} : { pulse: nominalPulse }),
  });
  return {
    cells,
    identity: smu.identity.text,
    nominal: smuTiming,
    now_s: () => smu.transport.clock.now_seconds(),
  };
}
