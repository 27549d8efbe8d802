import { isBranchModelName } from '../../calibration/branches/index.js';
import { loopModels } from '../../calibration/dynamics/index.js';
import { type TrainModelName, trainModel, trainModels } from '../../calibration/trains/index.js';
import { inputError, nearestWord, quoted } from '../../core/index.js';
import type { Models, ReadFile } from './fit-files.js';

/** Which of the laws named are for which kind of data. @throws `calibrate.model`, exit code 2, where data have none */
export function modelsFor(names: readonly string[] | undefined, read: readonly ReadFile[]): Models {
  if (names === undefined) return {};
  const trains = names.filter((name) => trainModels.some((model) => model.name === name));
  const sweeps = names.filter(isBranchModelName);
  const table = names.includes('table');
  const withTrains = read.find(({ labels }) => labels.cells.length > 0);
  if (withTrains !== undefined && table && trains.length > 0) {
    throw inputError(
      'calibrate.model',
      `--model: of trains, table is the data themselves and compared with nothing; name it alone, or leave it out of ${names.join(',')}`,
    );
  }
  const withSweeps = read.find(({ curves }) => curves.length > 0);
  for (const [file, mine, kind, those] of [
    [withTrains, trains.length > 0 || table, 'trains', trainModels.map(({ name }) => name)],
    [withSweeps, sweeps.length > 0, 'sweeps', ['ohmic', 'sinh', 'exponential', 'power']],
  ] as const) {
    if (file === undefined || mine) continue;
    throw inputError(
      'calibrate.model',
      `--model ${names.join(',')}: ${file.file.path} holds ${kind}; laws of ${kind} are ${those.join(', ')}, table`,
    );
  }
  return { trains: trains.length > 0 ? (trains as TrainModelName[]) : 'table', sweeps };
}

/** The models with a state, where those are named. @throws `calibrate.model`, exit code 2, where others stand beside them */
export function loopModelsAmong(names: readonly string[] | undefined): readonly string[] | undefined {
  const some = (names ?? []).filter(isLoopModel);
  if (some.length === 0) return undefined;
  const other = names?.find((name) => !isLoopModel(name));
  if (other === undefined) return [...new Set(some)];
  throw inputError(
    'calibrate.model',
    `--model: ${some.join(',')} have a state and are fitted to whole loops, ${other} is a law without one; ask for them one after the other`,
  );
}

const isLoopModel = (name: string): boolean => loopModels.some((model) => model.name === name);

/** A law of trains or of sweeps, or a model with a state. @throws `trains.model`, exit code 2, with the nearest name */
export function requireModel(name: string): string {
  if (isBranchModelName(name) || isLoopModel(name) || trainModels.some((model) => model.name === name))
    return name;
  const near = nearestWord(
    name,
    loopModels.map((model) => model.name),
  );
  if (near !== undefined) {
    throw inputError('calibrate.model', `${quoted(name)} is no model; did you mean ${near}?`);
  }
  return trainModel(name).name;
}
