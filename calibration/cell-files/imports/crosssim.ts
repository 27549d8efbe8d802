import { inputError, quoted } from '../../../core/index.js';
import { statedNumber } from '../estimate-schema.js';
import type { CellDirection, CellParts } from '../schema.js';

/** One of CrossSim's look-up tables: the inverse of the distribution of ΔG at each conductance. */
export interface StepTable {
  readonly bins_S: Float64Array;
  readonly cdf: Float64Array;
  /** ΔG, S: a row a point of the distribution. */
  readonly steps_S: readonly Float64Array[];
}

/**
 * Reads a table of CrossSim: prose, conductances, points of the distribution, an empty line, the matrix; whatever pads its columns.
 * @param file for messages
 * @throws `cell.crosssim` naming the line
 */
export function readStepTable(text: string, file: string): StepTable {
  const rows = text.split(/\r?\n/).flatMap((line, k) => {
    const numbers = line
      .trim()
      .split(/[\s,;]+/)
      .filter((word) => word !== '')
      .map(Number);
    return numbers.length > 0 && numbers.every(Number.isFinite) ? [{ numbers, line: k + 1 }] : [];
  });
  const [bins, cdf, ...matrix] = rows;
  if (matrix.length < 2) {
    throw inputError(
      'cell.crosssim',
      `${file}: a line of conductances, one of the distribution's points and a matrix are needed, got ${rows.length} ${rows.length === 1 ? 'row' : 'rows'} of numbers`,
      undefined,
      { file },
    );
  }
  const rising = (row: { numbers: number[]; line: number }, what: string) => {
    const at = row.numbers.findIndex((value, k) => k > 0 && value <= row.numbers[k - 1]);
    if (at < 0) return;
    throw inputError(
      'cell.crosssim',
      `${file}:${row.line}: ${what} must rise, got ${row.numbers[at]} after ${row.numbers[at - 1]}`,
      undefined,
      { file, line: row.line },
    );
  };
  rising(bins, 'conductances');
  rising(cdf, "the distribution's points");
  if (cdf.numbers[0] < 0 || cdf.numbers[cdf.numbers.length - 1] > 1 || matrix.length !== cdf.numbers.length) {
    throw inputError(
      'cell.crosssim',
      `${file}: ${cdf.numbers.length} points of the distribution between 0 and 1 need as many rows of the matrix, got ${matrix.length}`,
      undefined,
      { file, line: cdf.line },
    );
  }
  const short = matrix.find(({ numbers }) => numbers.length !== bins.numbers.length);
  if (short !== undefined) {
    throw inputError(
      'cell.crosssim',
      `${file}:${short.line}: ${bins.numbers.length} steps are needed, one a conductance, got ${short.numbers.length}`,
      undefined,
      { file, line: short.line },
    );
  }
  return {
    bins_S: Float64Array.from(bins.numbers),
    cdf: Float64Array.from(cdf.numbers),
    steps_S: matrix.map(({ numbers }) => Float64Array.from(numbers)),
  };
}

/** What the pulses of a table do at each conductance: mean, median and σ of ΔG, S. */
export function stepsOfTable({ bins_S, cdf, steps_S }: StepTable): {
  mean_S: Float64Array;
  median_S: Float64Array;
  sigma_S: Float64Array;
} {
  const column = (b: number) => steps_S.map((row) => row[b]);
  const integral = (values: readonly number[]) => {
    let sum = values[0] * cdf[0] + values[values.length - 1] * (1 - cdf[cdf.length - 1]);
    for (let k = 1; k < cdf.length; k++) sum += 0.5 * (values[k] + values[k - 1]) * (cdf[k] - cdf[k - 1]);
    return sum;
  };
  const mean_S = Float64Array.from(bins_S, (_, b) => integral(column(b)));
  const sigma_S = Float64Array.from(bins_S, (_, b) =>
    Math.sqrt(Math.max(0, integral(column(b).map((step) => (step - mean_S[b]) ** 2)))),
  );
  return { mean_S, sigma_S, median_S: Float64Array.from(bins_S, (_, b) => quantile(cdf, column(b), 0.5)) };
}

function quantile(cdf: Float64Array, values: readonly number[], share: number): number {
  const after = cdf.findIndex((point) => point >= share);
  if (after <= 0) return values[after < 0 ? values.length - 1 : 0];
  const part = (share - cdf[after - 1]) / (cdf[after] - cdf[after - 1]);
  return values[after - 1] + part * (values[after] - values[after - 1]);
}

/** A cell of CrossSim's two tables: mean steps, and the spread of a pulse as a share of the window. */
export function cellOfStepTables(
  name: string,
  increasing: StepTable,
  decreasing: StepTable,
): { parts: CellParts; remarks: readonly string[] } {
  const remarks: string[] = [];
  const ends = [increasing, decreasing].flatMap(({ bins_S }) => {
    const half = 0.5 * (bins_S[1] - bins_S[0]);
    return [bins_S[0] - half, bins_S[bins_S.length - 1] + half];
  });
  const [g_min_S, g_max_S] = [Math.max(0, Math.min(...ends)), Math.max(...ends)];
  const [up, down] = [stepsOfTable(increasing), stepsOfTable(decreasing)];
  const direction = (table: StepTable, mean_S: Float64Array, sign: 1 | -1): CellDirection => {
    const turned = mean_S.filter((step) => sign * step < 0).length;
    if (turned === mean_S.length) {
      const way = sign > 0 ? 'increasing' : 'decreasing';
      throw inputError(
        'cell.crosssim',
        `${name}: the mean step of the ${way} table points the other way everywhere; name the increasing table first: crosssim:UP.txt,DOWN.txt`,
      );
    }
    if (turned > 0) {
      remarks.push(
        `at ${turned} of ${mean_S.length} conductances the mean ${sign > 0 ? 'increasing' : 'decreasing'} step points the other way and is taken as none`,
      );
    }
    const { bins_S } = table;
    return {
      law: {
        kind: 'table',
        conductance_S: [...bins_S],
        step_S: Array.from(mean_S, (step) => (sign * step < 0 ? 0 : step)),
      },
      range_S: [bins_S[0], bins_S[bins_S.length - 1]],
    };
  };
  const sigmas = [...up.sigma_S, ...down.sigma_S];
  const sigma_S = Math.sqrt(sigmas.reduce((sum, sigma) => sum + sigma ** 2, 0) / sigmas.length);
  return {
    parts: {
      name,
      pulse: {
        g_min_S,
        g_max_S,
        window: 'measured',
        potentiation: direction(increasing, up.mean_S, 1),
        depression: direction(decreasing, down.mean_S, -1),
      },
      population: {
        spreads: {
          c2cRange: statedNumber(
            sigma_S / (g_max_S - g_min_S),
            "root mean square, over the conductances, of the tables' σ of ΔG",
          ),
        },
      },
    },
    remarks,
  };
}

/** The two files of `crosssim:UP.txt,DOWN.txt`. @throws `cell.crosssim` */
export function stepTableFiles(names: string): readonly [up: string, down: string] {
  const files = names.split(',').map((file) => file.trim());
  if (files.length === 2 && files.every((file) => file !== '')) return [files[0], files[1]];
  throw inputError(
    'cell.crosssim',
    `crosssim:${quoted(names)}: two files are needed, of rising and of falling pulses: crosssim:dG_increasing.txt,dG_decreasing.txt`,
  );
}
