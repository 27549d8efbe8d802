import type { ArrayAsked, InstrumentKind } from '../../drivers/instruments/index.js';
import type { InstrumentArray } from './array-port.js';

const kinds: Readonly<
  Record<InstrumentKind, () => Promise<(asked: ArrayAsked) => Promise<InstrumentArray>>>
> = {
  'arc-one': async () => (await import('./arc-one-array.js')).arcOneArray,
  smu: async () => (await import('./smu-array.js')).smuArray,
};

/** Opens the array behind an instrument of any kind; the driver is loaded when asked for. */
export async function openInstrumentArray(asked: ArrayAsked): Promise<InstrumentArray> {
  return (await kinds[asked.address.kind]())(asked);
}
