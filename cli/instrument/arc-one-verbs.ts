import { inputError } from '../../core/index.js';
import type { InstrumentVerbs } from './verbs.js';

const refuse = (): never => {
  throw inputError(
    'instrument.kind',
    'arc-one: this command has no driver for an ArC ONE yet; nothing was sent',
  );
};

/** What commands do with an ArC ONE. */
export const arcOneVerbs: InstrumentVerbs = {
  info: async () => refuse(),
  open: async () => refuse(),
  stop: async () => refuse(),
};
