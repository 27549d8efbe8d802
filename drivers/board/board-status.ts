import { inputError } from '../../core/index.js';
import type { BoardLink } from './board-link.js';
import { operations } from './operations-table.js';
import { PayloadReader } from './payload.js';

/** What a board counts and how it is. */
export interface BoardStatus {
  readonly uptime_ms: number;
  readonly crcErrors: number;
  readonly framingErrors: number;
  readonly overruns: number;
  /** Tap steps since it started. */
  readonly pulses: number;
  readonly lastUpdate: number;
  readonly pendingUpdate: number;
  readonly armed: boolean;
  readonly stopped: boolean;
  readonly boots: number;
  /** Middle potential against the converter's own middle, mV. */
  readonly middle_mV: number;
}

export async function readStatus(link: BoardLink): Promise<BoardStatus> {
  const reply = new PayloadReader(await link.request(operations.status, undefined, 5e-3));
  const uptime_ms = reply.u32();
  const [crcErrors, framingErrors, overruns] = [reply.u16(), reply.u16(), reply.u16()];
  const [pulses, lastUpdate, pendingUpdate] = [reply.u32(), reply.u32(), reply.u32()];
  reply.u8();
  const [armed, stopped] = [reply.u8() === 1, reply.u8() === 1];
  const boots = reply.u16();
  return {
    uptime_ms,
    crcErrors,
    framingErrors,
    overruns,
    pulses,
    lastUpdate,
    pendingUpdate,
    armed,
    stopped,
    boots,
    middle_mV: reply.i16() / 8,
  };
}

/** Gives a board a name of up to eight characters, kept in its EEPROM. */
export async function writeSerial(link: BoardLink, serial: string): Promise<void> {
  if (!/^[\x21-\x7e]{1,8}$/.test(serial)) {
    throw inputError(
      'board.serial',
      `serial "${serial}": needs one to eight printable characters without spaces`,
    );
  }
  const bytes = Uint8Array.from(serial.padEnd(8), (c) => c.charCodeAt(0));
  await link.request(operations.setSerial, bytes, 0.1);
}
