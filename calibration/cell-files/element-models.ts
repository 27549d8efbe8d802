import {
  type ElementModel,
  LinearIonDrift,
  Memdiode,
  MetastableSwitch,
  mirrored,
  NormalizedVteam,
  physicalPreset,
} from '../../devices/elements/index.js';

/** Element models that a cell file may name with parameters of its own, by the names of the models. */
const elements = {
  'metastable-switch': () =>
    new MetastableSwitch({ r_on_ohm: Number.MIN_VALUE, r_off_ohm: Number.MAX_VALUE }),
  'vteam-normalized': () => new NormalizedVteam({ r_on_ohm: Number.MIN_VALUE, r_off_ohm: Number.MAX_VALUE }),
  yakopcic: () => physicalPreset('nbsto-yakopcic').make(),
  memdiode: () => new Memdiode(),
  'linear-ion-drift': () => new LinearIonDrift(),
} satisfies Readonly<Record<string, () => ElementModel>>;

/** Names of models that cell files may hold. */
export const elementNames = Object.keys(elements) as [keyof typeof elements];

/**
 * The model of that name with these parameters; what is left out is as the model has it.
 * @throws OhmpropError `element.*` for a parameter that it does not have, or a value that it does not take
 */
export function elementOf(
  name: keyof typeof elements,
  parameters: Readonly<Record<string, number>>,
  other: boolean,
): ElementModel {
  const model = elements[name]().with(parameters);
  return other ? mirrored(model) : model;
}
