import type { StopAnswer, Transport } from '../transport/index.js';
import type { BoardEvents } from './board-events.js';

/** So many zero bytes in a row stop a board whatever it is doing. */
export const emergencyStop = new Uint8Array(10);

/** How often zeros are said again until the board says that it is safe, and how long, s. */
const again_seconds = 0.04;
const longest_seconds = 0.6;

/** Tells a board to stop before it returns; that it has, nobody knows yet. Never throws. */
export function stopNow(transport: Transport): void {
  if (transport.writeNow === undefined) transport.write(emergencyStop).catch(() => {});
  else transport.writeNow(emergencyStop);
}

/** Tells a board to stop, at once, and again until it says that it is safe. */
export async function stopAndConfirm(transport: Transport, events: BoardEvents): Promise<StopAnswer> {
  for (let waited_seconds = 0; waited_seconds < longest_seconds; waited_seconds += again_seconds) {
    const confirmed = await new Promise<boolean>((resolve) => {
      const forget = events.onceSafe(() => {
        cancel();
        resolve(true);
      });
      const cancel = transport.clock.after(again_seconds, () => {
        forget();
        resolve(false);
      });
      stopNow(transport);
    });
    if (confirmed) return { confirmed };
  }
  return { confirmed: false };
}
