import {
  biolekWindow,
  type ElementModel,
  joglekarWindow,
  LinearIonDrift,
  Memdiode,
  MetastableSwitch,
  mirrored,
  NormalizedVteam,
  physicalPreset,
  strukovWindow,
  Vteam,
  zhaWindow,
} from '../../devices/elements/index.js';

const wide = { r_on_ohm: Number.MIN_VALUE, r_off_ohm: Number.MAX_VALUE };
/** As published, its state over the way from ON, 0, to OFF, 1, where it stops. */
const plainVteam = { ...wide, x_on: 0, x_off: 1, unit: '1' };

/** Element models that a cell file may name with parameters of its own, by the names of the models. */
const elements = {
  'metastable-switch': () =>
    new MetastableSwitch({ r_on_ohm: Number.MIN_VALUE, r_off_ohm: Number.MAX_VALUE }),
  'vteam-normalized': () => new NormalizedVteam({ r_on_ohm: Number.MIN_VALUE, r_off_ohm: Number.MAX_VALUE }),
  yakopcic: () => physicalPreset('nbsto-yakopcic').make(),
  memdiode: () => new Memdiode(),
  'linear-ion-drift': () => new LinearIonDrift(),
  'ion-drift-strukov': () => new LinearIonDrift({ ...wide, window: strukovWindow }),
  'ion-drift-joglekar': () => new LinearIonDrift({ ...wide, window: joglekarWindow(2) }),
  'ion-drift-biolek': () => new LinearIonDrift({ ...wide, window: biolekWindow(2) }),
  'ion-drift-zha': () => new LinearIonDrift({ ...wide, window: zhaWindow(2) }),
  'vteam-linear': () => new Vteam({ ...plainVteam, mixing: 'linear' }),
  'vteam-exponential': () => new Vteam({ ...plainVteam, mixing: 'exponential' }),
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
