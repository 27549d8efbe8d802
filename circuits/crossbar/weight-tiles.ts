import { inputError } from '../../core/index.js';
import { linesOf, mapWeights, type SignedArray, type SignedWeights } from './signed-weights.js';

/** Word and bit lines of the arrays that are there. */
export interface TileSize {
  readonly rows: number;
  readonly columns: number;
}

/** One array: which inputs and outputs of the matrix are on it. */
export interface WeightTile {
  readonly firstInput: number;
  readonly inputs: number;
  readonly firstOutput: number;
  readonly outputs: number;
  readonly array: SignedArray;
}

/** A signed matrix on as many arrays as it needs. */
export interface TiledWeights {
  /** Those of the first inputs first. */
  readonly tiles: readonly WeightTile[];
  readonly tileRows: number;
  readonly tileColumns: number;
  /** As the cells of all of them have the matrix, [inputs × outputs]. */
  readonly weights: Float64Array;
  readonly fullScale: number;
}

/**
 * Cuts a signed matrix into parts that fit an array of `size` lines, each mapped by the full scale of the whole; in one part without a
 * size. Outputs of parts one below the other are added as numbers, after their converters.
 * @throws OhmpropError `crossbar.weights`
 */
export function tileWeights(signed: SignedWeights, size?: TileSize): TiledWeights {
  const { inputs, outputs, weights } = signed;
  const whole = mapWeights(signed);
  const [most, wide] =
    size === undefined ? [inputs, outputs] : [mostInputs(signed, size), mostOutputs(signed, size)];
  const tileRows = Math.ceil(inputs / most);
  const tileColumns = Math.ceil(outputs / wide);
  if (tileRows * tileColumns === 1) {
    const only = { firstInput: 0, inputs, firstOutput: 0, outputs, array: whole };
    return { tiles: [only], tileRows, tileColumns, weights: whole.weights, fullScale: whole.fullScale };
  }
  const tiles: WeightTile[] = [];
  for (let firstInput = 0; firstInput < inputs; firstInput += most) {
    for (let firstOutput = 0; firstOutput < outputs; firstOutput += wide) {
      const rows = Math.min(most, inputs - firstInput);
      const columns = Math.min(wide, outputs - firstOutput);
      const part = Float64Array.from(
        { length: rows * columns },
        (_, e) => weights[(firstInput + Math.floor(e / columns)) * outputs + firstOutput + (e % columns)],
      );
      const array = mapWeights({
        ...signed,
        weights: part,
        inputs: rows,
        outputs: columns,
        fullScale: whole.fullScale,
      });
      tiles.push({ firstInput, inputs: rows, firstOutput, outputs: columns, array });
    }
  }
  return { tiles, tileRows, tileColumns, weights: whole.weights, fullScale: whole.fullScale };
}

function mostInputs(signed: SignedWeights, { rows }: TileSize): number {
  const each = linesOf(signed, 1, 1).rows;
  return requireRoom(Math.floor(rows / each), rows, each, 'word');
}

function mostOutputs(signed: SignedWeights, { columns }: TileSize): number {
  const one = linesOf(signed, 1, 1).columns;
  const each = linesOf(signed, 1, 2).columns - one;
  return requireRoom(Math.floor((columns - (one - each)) / each), columns, one, 'bit');
}

function requireRoom(fits: number, lines: number, needed: number, which: string): number {
  if (Number.isInteger(fits) && fits >= 1) return fits;
  throw inputError(
    'crossbar.weights',
    `tile: an array of ${lines} ${which} lines holds no weight, which takes ${needed} of them`,
  );
}
