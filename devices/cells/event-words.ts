import { hashName } from '../../core/random.js';

/** Stream names of what the kernel draws; each independent of the others. */
export const streamKeys = {
  c2c: hashName('c2c'),
  c2cRange: hashName('c2c-range'),
  write: hashName('write'),
  read: hashName('read'),
  rounding: hashName('rounding'),
} as const;

/** An event number as the two counter words that `RandomStream.at(event)` makes of it. */
export function eventWords(event: number): { low: number; high: number } {
  return { low: event >>> 0, high: Math.floor(event / 0x100000000) };
}
