import {
  Emulated2400,
  type Emulated2600,
  type EmulatedSmuOptions,
  type Terminals,
} from '../../drivers/instruments/emulated-smu/index.js';
import { type CellPort, resistorPort } from '../../drivers/instruments/index.js';
import { SteppedClock, serveDeviceOnTcp } from '../../drivers/serving/index.js';

/**
 * Serves a 2400, or another, over TCP in this process while `work` is done with its address. It reads without noise, and in no time: so that what
 * is asked twice is answered alike.
 */
export async function withSmu<T>(
  work: (address: string, instrument: { readonly terminals: Terminals }) => Promise<T>,
  cell: CellPort = resistorPort(2e4),
  options: Partial<EmulatedSmuOptions> = {},
  Emulated: typeof Emulated2400 | typeof Emulated2600 = Emulated2400,
): Promise<T> {
  const instrument = new Emulated({ clock: new SteppedClock(), cell, noise: 0, ...options });
  const served = await serveDeviceOnTcp(instrument, { port: 0 });
  try {
    return await work(`smu:${served.address}`, instrument);
  } finally {
    await served.close();
  }
}
