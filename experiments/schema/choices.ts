import { z } from 'zod';
import { Registry } from '../../core/index.js';

declare module 'zod' {
  interface GlobalMeta {
    /** What may be chosen, now: grows with modules that are in use. */
    choices?: readonly string[];
    /** Names that modules which are in use add to what the description says, now. */
    more?: readonly string[];
  }
}

/** What a name in a configuration brings along. */
export interface Choice {
  /** Settings, by their path, that are there for this name and some others, and mean something to it. */
  readonly uses?: readonly string[];
}

/** What a device of a module brings along. */
export interface DeviceChoice {
  /** The part `training` that it is trained by where nobody says otherwise. */
  readonly training: Readonly<Record<string, unknown>>;
  /** It comes to rest by itself: nothing of `settle` means anything to it. */
  readonly settlesItself: boolean;
}

/** How wanted changes of cells become pulses (devices/cells/policies). */
export const policyNamesKnown = new Registry<Choice>('policy', {
  exact: {},
  proportional: {},
  sign: { uses: ['cells.deadZone'] },
  accumulate: {},
  'write-verify': { uses: ['cells.rounds'] },
  'zero-shift': {},
  'tiki-taka': { uses: ['cells.transferEvery', 'cells.transferRate', 'cells.fastGain'] },
  'tiki-taka-chopped': {
    uses: ['cells.transferEvery', 'cells.transferRate', 'cells.fastGain', 'cells.chopEvery'],
  },
});

/** What is descended (devices/contract/costs). */
export const costNamesKnown = new Registry<Choice>('cost', {
  squared: {},
  'cross-entropy': { uses: ['training.costScale_V'] },
  'squared-hinge': { uses: ['training.costMargin_V'] },
  hinge: { uses: ['training.costMargin_V'] },
  margin: { uses: ['training.costMargin_V'] },
  regression: {},
});

/** Devices of modules; there are none of our own. */
export const deviceNamesKnown = new Registry<DeviceChoice>('device', {});

/** Data sets of modules by their kinds, for the help. */
export const dataNamesKnown = new Registry<object>('data', {});

/** One of the names that are known when it is read. @param former names of before, read and in no help */
export function openChoice(choices: readonly string[], former: readonly string[] = []) {
  return z
    .string()
    .superRefine((value, context) => {
      if (choices.includes(value) || former.includes(value)) return;
      context.addIssue({
        code: 'invalid_value',
        values: [...choices],
        input: value,
        message: 'Invalid option',
      });
    })
    .meta({ choices });
}
