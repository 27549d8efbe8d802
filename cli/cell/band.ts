import { bandOf, LoopResponse, type SampledDrive } from '../../calibration/dynamics/index.js';
import { inputError, runError } from '../../core/index.js';
import { initialState } from '../../devices/elements/index.js';
import type { NamedModel } from './user-model.js';

/** Steps between two samples: closer than any measurement tells. */
const SUBSTEPS = 8;

/**
 * Half width of the 95 % band of a current, A, `[samples]`: what is not known of the parameters of a fitted model, by the slopes of the
 * current. A start state that was asked for is known.
 * @throws OhmpropError `cell.band`, exit code 2, for a model whose file says nothing of that
 */
export function bandUnder(
  { name, model, spread }: NamedModel,
  drive: SampledDrive,
  series_ohm: number,
  start: number | undefined,
): Float64Array {
  if (spread === undefined) {
    throw inputError(
      'cell.band',
      `--band: ${name} does not say how far its parameters are known. A cell file that "ohmprop calibrate fit LOOPS --model … -o my.cell.json" writes without --quick does, unless the loops left a combination of parameters open`,
    );
  }
  const known = spread.names.flatMap((parameter, k) =>
    parameter === 'initial' && start !== undefined ? [] : [k],
  );
  const names = model.parameters.map((parameter) => parameter.name);
  const followed = known
    .filter((k) => spread.names[k] !== 'initial')
    .map((k) => names.indexOf(spread.names[k]));
  const missing = known.find((k) => spread.names[k] !== 'initial' && !names.includes(spread.names[k]));
  if (missing !== undefined) {
    throw inputError(
      'cell.band',
      `--band: the covariance of ${name} names ${spread.names[missing]}, which is none of its parameters: ${names.join(', ')}`,
    );
  }
  const response = new LoopResponse(drive, { series_ohm }, followed, SUBSTEPS);
  if (!response.run(model, start ?? initialState(model), true)) {
    throw runError(
      'device.not-finite',
      `--band: the current of ${name} or its state left the range of numbers; sweep fewer volts, or leave --band out`,
    );
  }
  const slopes = known.map((k) =>
    spread.names[k] === 'initial'
      ? response.slopes[followed.length]
      : response.slopes[followed.indexOf(names.indexOf(spread.names[k]))],
  );
  return bandOf(
    slopes,
    known.map((j) => known.map((k) => spread.values[j]?.[k] ?? Number.NaN)),
  );
}
