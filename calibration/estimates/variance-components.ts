import { inputError } from '../../core/index.js';
import { chiSquareQuantile } from './chi-square.js';
import { type Estimate, LEVEL } from './estimate.js';

/** A source of spread: which group of its kind each value belongs to, groups of an inner source lying inside those of the outer one. */
export interface SpreadSource {
  /** `device`, `cycle`, `write`. */
  readonly name: string;
  /** `[values]`; two values are of one group where all sources from the outermost to this one agree. */
  readonly group: ArrayLike<string | number>;
}

/** Standard deviations by source. */
export interface VarianceComponents {
  /** By the sources' names, and the last by `innermost`: σ in the unit of the values. */
  readonly sigma: Readonly<Record<string, Estimate>>;
  /** Sources without repeats inside: what was measured is their sum, an upper bound of each. */
  readonly notSeparated: readonly {
    readonly sources: readonly string[];
    readonly together: Estimate;
    readonly reason: string;
  }[];
  readonly mean: number;
  readonly n: number;
}

/** One stage of the nested analysis of variance. */
interface Stage {
  readonly names: readonly string[];
  /** Group number of each value, and how many groups. */
  readonly of: Uint32Array;
  readonly groups: number;
}

/**
 * How far devices, cycles and reads spread, each on its own: nested analysis of variance by moments for groups of any size (Searle, Casella and
 * McCulloch 1992, ch. 3), intervals by the modified large-sample method (Ting et al. 1990). A source without repeats inside it, every
 * group holding one of the next, cannot be told from that next one, and is given with it.
 * @param values `[n]` @param sources from the outermost in @param innermost what makes values of one innermost group differ: `read`
 * @throws `estimates.groups` where a source has not as many groups as there are values
 */
export function varianceComponents(
  values: ArrayLike<number>,
  sources: readonly SpreadSource[],
  innermost: string,
): VarianceComponents {
  const n = values.length;
  for (const { name, group } of sources)
    if (group.length !== n)
      throw inputError(
        'estimates.groups',
        `${name}: a group for each of the ${n} values is needed, got ${group.length}`,
      );
  const stages = stagesOf(sources, innermost, n);
  const squares = sumsOfSquares(values, stages);
  const variances = solve(stages, squares, n);
  const merged = stages.flatMap((stage, k) =>
    stage.names.length > 1
      ? [
          {
            sources: stage.names,
            together: variances[k],
            reason: `cannot be separated: no ${stage.names[stage.names.length - 2]} was measured more than once`,
          },
        ]
      : [],
  );
  const single = stages.flatMap((stage, k) =>
    stage.names.length === 1 ? [[stage.names[0], variances[k]]] : [],
  );
  return {
    sigma: Object.fromEntries(single) as Record<string, Estimate>,
    notSeparated: merged,
    mean: squares.mean,
    n,
  };
}

/** Stages from the outermost in; one with as many groups as the next takes its name along. */
function stagesOf(sources: readonly SpreadSource[], innermost: string, n: number): Stage[] {
  const all: Stage[] = [];
  let keys = Array.from({ length: n }, () => '');
  for (const { name, group } of sources) {
    keys = keys.map((key, k) => `${key}\u0000${group[k]}`);
    const numbers = new Map<string, number>();
    const of = Uint32Array.from(keys, (key) => {
      const known = numbers.get(key) ?? numbers.size;
      numbers.set(key, known);
      return known;
    });
    all.push({ names: [name], of, groups: numbers.size });
  }
  all.push({ names: [innermost], of: Uint32Array.from({ length: n }, (_, k) => k), groups: n });
  return all.reduce<Stage[]>((stages, stage) => {
    const last = stages[stages.length - 1];
    if (last !== undefined && last.groups === stage.groups)
      stages[stages.length - 1] = { ...stage, names: [...last.names, ...stage.names] };
    else stages.push(stage);
    return stages;
  }, []);
}

interface Squares {
  readonly mean: number;
  /** `[stages]`: between the groups of a stage, within those of the stage outside it. */
  readonly sums: readonly number[];
  readonly degrees: readonly number[];
}

function sumsOfSquares(values: ArrayLike<number>, stages: readonly Stage[]): Squares {
  const n = values.length;
  let mean = 0;
  for (let k = 0; k < n; k++) mean += values[k] / n;
  let outer = Float64Array.from({ length: n }, () => mean);
  let groups = 1;
  const sums: number[] = [];
  const degrees: number[] = [];
  for (const stage of stages) {
    const total = new Float64Array(stage.groups);
    const count = new Float64Array(stage.groups);
    for (let k = 0; k < n; k++) {
      total[stage.of[k]] += values[k];
      count[stage.of[k]]++;
    }
    const inner = Float64Array.from({ length: n }, (_, k) => total[stage.of[k]] / count[stage.of[k]]);
    sums.push(inner.reduce((sum, value, k) => sum + (value - outer[k]) ** 2, 0));
    degrees.push(stage.groups - groups);
    outer = inner;
    groups = stage.groups;
  }
  return { mean, sums, degrees };
}

/** Σ over groups of a stage of Σ n_j²/n_group of the inner groups in it; `outside` −1 is everything. */
function content(stages: readonly Stage[], outside: number, inner: number, n: number): number {
  const sizeOf = (stage: Stage) => {
    const size = new Float64Array(stage.groups);
    for (let k = 0; k < n; k++) size[stage.of[k]]++;
    return size;
  };
  const innerSize = sizeOf(stages[inner]);
  const outerSize = outside < 0 ? undefined : sizeOf(stages[outside]);
  let sum = 0;
  // Each of the n_j values of an inner group brings n_j/n_group.
  for (let k = 0; k < n; k++)
    sum += innerSize[stages[inner].of[k]] / (outerSize === undefined ? n : outerSize[stages[outside].of[k]]);
  return sum;
}

/** From the innermost out: E(sum of squares of a stage) is linear in its own variance and those inside. */
function solve(stages: readonly Stage[], { sums, degrees }: Squares, n: number): Estimate[] {
  const last = stages.length - 1;
  /** Each variance as a combination of mean squares, `[stages]`. */
  const weights: number[][] = [];
  for (let stage = last; stage >= 0; stage--) {
    const own = new Array<number>(stages.length).fill(0);
    if (degrees[stage] > 0) {
      const share = (inner: number) =>
        (content(stages, stage, inner, n) - content(stages, stage - 1, inner, n)) / degrees[stage];
      own[stage] = 1;
      for (let inner = stage + 1; inner <= last; inner++) {
        const factor = share(inner);
        weights[inner].forEach((weight, j) => {
          own[j] -= factor * weight;
        });
      }
      const scale = share(stage);
      weights[stage] = own.map((weight) => weight / scale);
    } else weights[stage] = own;
  }
  const meanSquares = sums.map((sum, k) => (degrees[k] > 0 ? sum / degrees[k] : 0));
  return stages.map((_, stage) => sigmaOf(weights[stage], meanSquares, degrees, degrees[stage] > 0));
}

/** σ from a combination of mean squares, each χ² with its degrees of freedom. */
function sigmaOf(
  weights: readonly number[],
  meanSquares: readonly number[],
  degrees: readonly number[],
  known: boolean,
): Estimate {
  const terms = weights.flatMap((weight, k) =>
    weight === 0 || degrees[k] === 0 ? [] : [{ part: weight * meanSquares[k], degrees: degrees[k] }],
  );
  const variance = terms.reduce((sum, { part }) => sum + part, 0);
  const reach = (up: boolean) =>
    Math.sqrt(
      terms.reduce((sum, { part, degrees: df }) => {
        const far =
          part > 0 === up ? df / chiSquareQuantile(0.025, df) - 1 : 1 - df / chiSquareQuantile(0.975, df);
        return sum + (far * part) ** 2;
      }, 0),
    );
  const sigma = (value: number) => Math.sqrt(Math.max(0, value));
  return {
    value: known ? sigma(variance) : Number.NaN,
    low: known ? sigma(variance - reach(false)) : 0,
    high: known ? sigma(variance + reach(true)) : Infinity,
    level: LEVEL,
    identifiable: known,
    n: terms.reduce((sum, { degrees: df }) => sum + df, 1),
    method: 'variance components by nested analysis of variance (moments), modified large-sample interval',
  };
}
