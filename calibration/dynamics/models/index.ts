import { inputError, nearestWord } from '../../../core/index.js';
import type { LoopModel } from '../loop-model.js';
import { ionDrifts } from './ion-drift.js';
import { memdiode } from './memdiode.js';
import { generalisedMetastable, metastable } from './metastable.js';
import { vteam } from './vteam.js';
import { publishedVteams } from './vteam-published.js';
import { yakopcic } from './yakopcic.js';

export { metastable };

/** Every model that loops are fitted with. */
export const loopModels: readonly LoopModel[] = [
  metastable,
  generalisedMetastable,
  vteam,
  ...publishedVteams,
  yakopcic,
  memdiode,
  ...ionDrifts,
];

/** A model by name. @throws OhmpropError `dynamics.model`, exit code 2, with the nearest name */
export function loopModel(name: string): LoopModel {
  const found = loopModels.find((model) => model.name === name);
  if (found !== undefined) return found;
  const names = loopModels.map((model) => model.name);
  const near = nearestWord(name, names);
  throw inputError(
    'dynamics.model',
    `model "${name}" is not known${near === undefined ? '.' : `; did you mean ${near}?`} Known: ${names.join(', ')}`,
  );
}
