import { inputError } from '../../core/index.js';
import { instrumentTransport, textLineDescriber } from '../../drivers/instruments/index.js';
import { Smu, SmuCells, scpi2400, tsp2600 } from '../../drivers/instruments/smu/index.js';
import type { ArrayAsked, InstrumentArray } from './array-port.js';
import { smuTiming } from './unopened-arrays.js';

/** A 2400 leaves the works at so many baud. */
const BAUD = 9600;

/** A source-measure unit as an array of one cell. Opening it for a run switches its output on, at 0 V, within the limits. */
export async function smuArray(asked: ArrayAsked): Promise<InstrumentArray> {
  const { address, permit, window, nominalPulse, read_V, lineLog } = asked;
  if (permit === undefined) {
    throw inputError(
      'limits.missing',
      `${address.text}: a source-measure unit reads by driving; say --limits FILE`,
    );
  }
  const line = instrumentTransport(address.line, {
    serial: { baud: BAUD },
    asks: (text) => scpi2400.asks(text) || tsp2600.asks(text),
  });
  const smu = await Smu.open(lineLog?.watch(line, textLineDescriber()) ?? line, { address: address.text });
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
