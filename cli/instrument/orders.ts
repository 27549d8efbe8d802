import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Io } from '../io.js';

/** Waits for Ctrl-C or "quit"; obeys what is said on stdin until then. */
export function ended(io: Io, orders: Readonly<Record<string, (value: number) => void>>): Promise<void> {
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
      const [word, value] = line.trim().split(/\s+/);
      if (word === 'quit') end();
      else if (Object.hasOwn(orders, word)) orders[word](Number(value ?? 0));
      else if (word !== '') {
        io.stderr.write(`"${word}" is not one of ${Object.keys(orders).join(', ')}, quit\n`);
      }
    });
  });
}
