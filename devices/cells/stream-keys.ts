import { hashName } from '../../core/index.js';

/** Stream names of what the kernel draws; each independent of the others. */
export const streamKeys = {
  c2c: hashName('c2c'),
  c2cRange: hashName('c2c-range'),
  write: hashName('write'),
  read: hashName('read'),
  relaxation: hashName('relaxation'),
  rounding: hashName('rounding'),
} as const;
