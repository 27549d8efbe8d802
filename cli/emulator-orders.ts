import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { inputError, OhmpropError, quoted, readQuantity } from '../core/index.js';
import type { Io } from './io.js';

/** What an emulator does when it is told a word on stdin; what stands behind the word, as it was written. */
export type Order = (given: string | undefined) => void;

/** An order with nothing behind its word. */
export function bare(act: () => void): Order {
  return (given) => {
    if (given !== undefined) throw inputError('emulate.order', `takes nothing, got ${quoted(given)}`);
    act();
  };
}

/** An order that takes a time: `stall 2s`; seconds where it has no unit. */
export function forSeconds(act: (seconds: number) => void): Order {
  return (given) => act(between(given, 's', 0, 86_400, 'a time from 0 s to a day, for instance 2s'));
}

/** An order that takes a share: `drop 0.1%`, `drop 0.001`. */
export function ofShare(act: (share: number) => void): Order {
  return (given) => act(between(given, '1', 0, 1, 'a share from 0 to 1, for instance 0.1%'));
}

function between(given: string | undefined, unit: string, least: number, most: number, what: string): number {
  const value = given === undefined ? Number.NaN : readQuantity(given, unit).value;
  if (value >= least && value <= most) return value;
  throw inputError('emulate.order', `needs ${what}${given === undefined ? '' : `, got ${quoted(given)}`}`);
}

/** Waits for Ctrl-C or "quit"; obeys what is said on stdin until then. What is no order changes nothing, and is said. */
export function ended(io: Io, orders: Readonly<Record<string, Order>>): Promise<void> {
  const { stdin, signal } = io;
  const input = stdin === undefined ? undefined : createInterface({ input: stdin });
  return new Promise((resolve) => {
    const end = () => {
      input?.close();
      // Closed alone, a line that nobody ends keeps the process.
      if (stdin instanceof Readable) stdin.destroy();
      resolve();
    };
    if (signal?.aborted) return end();
    signal?.addEventListener('abort', end, { once: true });
    // A terminal that has gone away is no order to end.
    stdin?.on('error', () => {});
    input?.on('line', (line) => {
      const [word, ...given] = line.trim().split(/\s+/);
      if (word === 'quit') end();
      else if (Object.hasOwn(orders, word)) obey(io, word, orders[word], given.join(' ') || undefined);
      else if (word !== '') {
        io.stderr.write(`${quoted(word)} is not one of ${Object.keys(orders).join(', ')}, quit\n`);
      }
    });
  });
}

function obey(io: Io, word: string, order: Order, given: string | undefined): void {
  try {
    order(given);
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    io.stderr.write(`${word}: ${error.message}\n`);
  }
}
