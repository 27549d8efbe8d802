import { runError } from '../../core/index.js';
import { type Frame, protocolVersion } from '../framing/index.js';
import { type Operation, quantities, status, statusMeaning } from './operations-table.js';

/** Refusals that a program may want to tell apart; all others are `board.refused`. */
const codes: Readonly<Record<number, string>> = {
  [status.disarmed]: 'board.disarmed',
  [status.otherSession]: 'board.other-session',
  [status.outOfOrder]: 'board.out-of-order',
  [status.stopped]: 'board.stopped',
  [status.stale]: 'board.stale',
  [status.hardware]: 'board.part',
};

/**
 * The payload of a reply.
 * @param line for people: where the board is
 * @throws OhmpropError saying what the board objects to: `board.version`, `board.out-of-range`, `board.disarmed`,
 * `board.other-session`, `board.out-of-order`, `board.stopped`, `board.stale`, `board.part` or `board.refused`
 */
export function acceptedPayload(line: string, operation: Operation, frame: Frame): Uint8Array {
  if (frame.status === status.ok) return frame.payload;
  const where = `${line}: the board refused "${operation.name}": `;
  if (frame.status === status.otherVersion) {
    throw runError(
      'board.version',
      `${where}it speaks protocol ${frame.payload[0]}, this driver protocol ${protocolVersion}; flash the committed .hex`,
    );
  }
  if (frame.status === status.outOfRange && frame.payload.length >= 11) {
    const view = new DataView(frame.payload.buffer, frame.payload.byteOffset, frame.payload.length);
    const what = quantities[view.getUint8(0)] ?? 'value';
    throw runError(
      'board.out-of-range',
      `${where}${what} ${view.getUint16(1, true)} is ${view.getInt32(3, true)}, the limit is ${view.getInt32(7, true)}`,
    );
  }
  throw runError(
    codes[frame.status] ?? 'board.refused',
    `${where}${statusMeaning[frame.status] ?? `status ${frame.status}`}`,
  );
}
