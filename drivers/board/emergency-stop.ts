import type { Transport } from '../transport/index.js';

/** So many zero bytes in a row stop a board whatever it is doing. */
export const emergencyStop = new Uint8Array(10);

/** Tells a board to stop before it returns; that it has, nobody knows yet. Never throws. */
export function stopNow(transport: Transport): void {
  if (transport.writeNow === undefined) transport.write(emergencyStop).catch(() => {});
  else transport.writeNow(emergencyStop);
}
