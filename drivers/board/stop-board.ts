import { runError } from '../../core/index.js';
import { FrameReader } from '../framing/index.js';
import type { Transport } from '../transport/index.js';
import { emergencyStop } from './emergency-stop.js';
import { sayingOf, saysInUse, wordsOf } from './line-words.js';
import { events } from './operations-table.js';

/** A board that opening the port has reset is safe, and says so when its bootloader lets it. */
const attempts = 15;
const attempt_seconds = 0.2;

/**
 * Opens a line, tells the board to stop until it says that it is safe, and closes the line.
 * @throws OhmpropError `board.not-stopped` if it never says so
 */
export async function stopBoard(transport: Transport): Promise<void> {
  await transport.open();
  let safe = false;
  let lost = false;
  let wake = () => {};
  const reader = new FrameReader(({ sequence, operation }) => {
    if (sequence !== 0 || (operation !== events.safe && operation !== events.boot)) return;
    safe = true;
    wake();
  });
  const removers = [
    transport.onData((bytes) => reader.push(bytes)),
    transport.onClose(() => {
      lost = true;
      wake();
    }),
  ];
  try {
    for (let attempt = 0; attempt < attempts && !safe && !lost; attempt++) {
      const answer = new Promise<void>((resolve) => {
        const cancel = transport.clock.after(attempt_seconds, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
      await transport.write(emergencyStop).catch(() => {});
      await answer;
    }
  } finally {
    for (const remove of removers) remove();
    await transport.close();
  }
  if (safe) return;
  const words = wordsOf(reader.rest);
  const what = saysInUse(words)
    ? 'in use by another program'
    : lost
      ? 'the line was closed'
      : 'the board did not answer';
  throw runError(
    'board.not-stopped',
    `${transport.name}: ${what}${sayingOf(words)}, so nobody knows that it has stopped; stop the program that has it open, or cut its supply`,
  );
}
