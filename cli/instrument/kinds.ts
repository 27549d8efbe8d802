import type { InstrumentAddress, InstrumentKind } from '../../drivers/instruments/index.js';
import type { InstrumentVerbs } from './verbs.js';

const kinds: Readonly<Record<InstrumentKind, () => Promise<InstrumentVerbs>>> = {
  smu: async () => (await import('./smu-verbs.js')).smuVerbs,
  'arc-one': async () => (await import('./arc-one-verbs.js')).arcOneVerbs,
};

/** What can be done with an instrument at an address; loaded when asked for. */
export function verbsOf({ kind }: InstrumentAddress): Promise<InstrumentVerbs> {
  return kinds[kind]();
}
