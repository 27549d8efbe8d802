import { Exchange } from '../../exchange/index.js';
import type { Framing } from '../../framing/index.js';
import type { Transport } from '../../transport/index.js';

/** 8 data bits, even parity, start and stop bit at 921,600 baud. */
export const BYTE_seconds = 11 / 921_600;

const counterpart = {
  name: 'instrument',
  nothingCame:
    'nothing came back: no ArC ONE is there, it is off, its firmware is too old to say its version, or the line is another',
  somethingElse: 'what came is no reply of an ArC ONE',
};

/** Requests to an ArC ONE over a line. */
export function exchangeOver(line: Transport, framing: Framing<Uint8Array>): Exchange<Uint8Array> {
  return new Exchange(line, { framing, byte_seconds: BYTE_seconds, counterpart });
}
