import { InvalidArgumentError } from 'commander';
import { MAX_THREADS } from '../solver/team/index.js';

// How flags are read; commander adds the flag's name to the message.

export function whole(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError('needs a whole number.');
  }
  return value;
}

/** Threads: a number, or `auto`. */
export function threadCount(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 1 || value > MAX_THREADS) {
    throw new InvalidArgumentError(`needs a whole number from 1 to ${MAX_THREADS}, or auto.`);
  }
  return value;
}

export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('needs a number.');
  return value;
}

export function sizes(text: string): number[] {
  const list = text.split(',').map((part) => Number(part));
  if (text.trim() === '' || list.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new InvalidArgumentError('needs whole numbers separated by commas, for instance 100,100.');
  }
  return list;
}

/** For a flag that may be given several times. */
export function collect(value: string, list: string[]): string[] {
  return [...list, value];
}
