import { inputError, nearestWord } from '../../../core/index.js';
import { exponentialStepModel } from './exponential-step.js';
import { logistic } from './logistic.js';
import { power } from './power.js';
import { linear, softBounds } from './soft-bounds.js';
import type { TrainModel } from './train-model.js';

/** Laws of what a pulse does, from the simplest; `table` is none of them: it is the data. */
export const trainModels: readonly TrainModel[] = [linear, softBounds, power, logistic, exponentialStepModel];

/** The law of that name. @throws `trains.model`, exit code 2, with the nearest name */
export function trainModel(name: string): TrainModel {
  const found = trainModels.find((model) => model.name === name);
  if (found !== undefined) return found;
  const names = trainModels.map((model) => model.name);
  const near = nearestWord(name, names);
  throw inputError(
    'trains.model',
    `a model of trains is one of ${names.join(', ')} or table, got ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}

export { boundOf } from './soft-bounds.js';
export * from './train-model.js';
