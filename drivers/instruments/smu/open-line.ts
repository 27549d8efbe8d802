import type { LineLog, Transport } from '../../transport/index.js';
import type { InstrumentAddress } from '../address.js';
import { textLineDescriber } from '../describe-text.js';
import { instrumentTransport } from '../line.js';
import { scpi2400 } from './scpi-2400.js';
import { tsp2600 } from './tsp-2600.js';

/** The rate that a 2400 leaves the works with on RS-232, baud. */
export const SMU_BAUD = 9600;

/** The line to a source-measure unit, with everything on it written down where somebody asks for that. Nothing is opened. */
export function smuLine({
  address,
  baud = SMU_BAUD,
  lineLog,
}: {
  readonly address: InstrumentAddress;
  readonly baud?: number;
  readonly lineLog?: LineLog | undefined;
}): Transport {
  const line = instrumentTransport(address.line, {
    serial: { baud },
    asks: (text) => scpi2400.asks(text) || tsp2600.asks(text),
  });
  return lineLog?.watch(line, textLineDescriber()) ?? line;
}
