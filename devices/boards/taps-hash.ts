import type { Taps } from './operations.js';

/**
 * What tells states of the wipers apart: CRC-32 (IEEE 802.3) over tap u8 and residual i16, little-endian, of every pot in the
 * board's order, as the firmware has it (firmware/PROTOCOL.md).
 */
export function tapsHash({ taps, residuals }: Taps): number {
  let crc = 0xffffffff;
  for (const [pot, tap] of taps.entries()) {
    for (const byte of [tap, residuals[pot] & 0xff, (residuals[pot] >> 8) & 0xff]) crc = next(crc ^ byte);
  }
  return ~crc >>> 0;
}

/** Eight bits further, least significant first. */
function next(crc: number): number {
  let value = crc;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value;
}
