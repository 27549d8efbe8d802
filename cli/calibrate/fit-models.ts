import { isBranchModelName } from '../../calibration/branches/index.js';
import { type TrainModelName, trainModel, trainModels } from '../../calibration/trains/index.js';
import { inputError } from '../../core/index.js';
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

/** A law of trains or of sweeps. @throws `trains.model`, exit code 2, with the nearest name */
export function requireModel(name: string): string {
  return isBranchModelName(name) ? name : trainModel(name).name;
}
