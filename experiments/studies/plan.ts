import {
  inputError,
  nearestWord,
  printableLine,
  quoted,
  RandomStream,
  readQuantity,
} from '../../core/index.js';
import { mergeTrees, type Tree } from '../schema/index.js';
import type { Axis } from './axis.js';
import { nameAndUnit } from './axis-quantity.js';

/** How points are chosen among those that the axes span. */
export type Sampling =
  | { readonly kind: 'grid' }
  | { readonly kind: 'random' | 'latin'; readonly count: number; readonly seed: number };

/** What a study is: a command, what is varied in it, and how often each point is repeated under another seed. */
export interface StudyPlan {
  readonly name: string;
  readonly command: string;
  /** As a YAML file of the command holds them. */
  readonly options: Tree;
  readonly axes: readonly Axis[];
  readonly sampling: Sampling;
  /** Of each point; counted up from the first. */
  readonly seeds: number;
  /** Pieces of hardware that each point is computed with, everything else alike; absent: the command's own. */
  readonly draws?: number;
  /** Numbers of the answer that the study is about; all where empty. */
  readonly keep: readonly string[];
  /** What a trial must keep to be called good: the yield. */
  readonly limits: readonly Limit[];
}

/** `testError <= 0.05` */
export interface Limit {
  readonly metric: string;
  readonly relation: '<=' | '>=' | '<' | '>';
  /** In the unit of the number's name. */
  readonly value: number;
}

/** One point of a study under one seed. */
export interface Coordinates {
  /** By key of the axis, in the order of the axes. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where the command draws nothing, none. */
  readonly seed?: number;
  /** Which piece of hardware, of a plan that draws some. */
  readonly hardwareSeed?: number;
}

/** What tells trials of one point apart: only equal ones are compared with each other. */
export const repeatOf = ({ seed, hardwareSeed }: Coordinates): string => `${seed} ${hardwareSeed}`;

/** What tells trials of one study apart: the point, as it is written, and which repeat of it. */
export const trialPlaceOf = (at: Coordinates): string => JSON.stringify([at.values, repeatOf(at)]);

/** First piece of hardware where the command names none: none that a training under a seed of 1, 2, 3 … had itself. */
export const FIRST_DRAW = 1001;

/**
 * All trials of a plan in the order they are run: seed by seed, so that a study that is cut off has every point under fewer seeds.
 * @param firstSeed of the base, undefined where the command takes no seed
 * @param firstDraw of its hardware
 * @param most more trials than these are refused, before any is made
 * @throws `study.too-many`, `study.axis` (exit code 2)
 */
export function coordinatesOf(
  plan: StudyPlan,
  firstSeed: number | undefined,
  most: number,
  firstDraw = FIRST_DRAW,
): Coordinates[] {
  const { draws } = plan;
  const count = countOf(plan);
  if (count > most) {
    const sizes = plan.axes.map(({ key, values }) => `${key} ${values.length}`).join(' × ');
    throw inputError(
      'study.too-many',
      `${count} trials (${plan.sampling.kind === 'grid' && sizes !== '' ? `${sizes}, ` : ''}${draws === undefined ? `${plan.seeds} seeds` : `${draws} draws`}) are more than --max-trials ${most}; vary less, draw samples, or raise --max-trials`,
    );
  }
  const all = plan.sampling.kind === 'grid' ? grid(plan.axes) : drawn(plan.axes, plan.sampling);
  const counted = (of: number, from: number) => Array.from({ length: of }, (_, k) => from + k);
  const seeds: Pick<Coordinates, 'seed'>[] =
    firstSeed === undefined ? [{}] : counted(plan.seeds, firstSeed).map((seed) => ({ seed }));
  const hardware: Pick<Coordinates, 'hardwareSeed'>[] =
    draws === undefined ? [{}] : counted(draws, firstDraw).map((hardwareSeed) => ({ hardwareSeed }));
  return seeds.flatMap((seed) =>
    hardware.flatMap((drawn) => all.map((values) => ({ values, ...seed, ...drawn }))),
  );
}

/** How many trials a plan has: of points that are drawn more than once, one. @throws `study.axis` */
export function countOf({ sampling, axes, seeds, draws = 1 }: StudyPlan): number {
  return (sampling.kind === 'grid' ? gridCount(axes) : drawn(axes, sampling).length) * seeds * draws;
}

function gridCount(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * requireValues(axis).length, 1);
}

function requireValues({ key, values, between }: Axis): readonly unknown[] {
  if (between === undefined) return values;
  throw inputError(
    'study.axis',
    `axis ${key}: a grid needs a count, such as log:${between.low}:${between.high}:7; without one the range is for --sampling random or latin`,
  );
}

/** The last axis changes fastest. */
function grid(axes: readonly Axis[]): Record<string, unknown>[] {
  return axes.reduce<Record<string, unknown>[]>(
    (points, { key, values }) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [key]: value }))),
    [{}],
  );
}

/**
 * Random points, or a Latin hypercube (McKay, Beckman & Conover, Technometrics 21, 239, 1979): each axis cut into as many equal parts as
 * there are points, one point in each. A stream an axis: another axis more leaves the others as they were. A point that comes up again is
 * left out: its trial would count as if it had been repeated under another seed.
 */
function drawn(axes: readonly Axis[], { kind, count, seed }: Exclude<Sampling, { kind: 'grid' }>) {
  const points: Record<string, unknown>[] = Array.from({ length: count }, () => ({}));
  for (const axis of axes) {
    const stream = new RandomStream(seed, `study ${axis.key}`);
    const parts = kind === 'latin' ? shuffled(count, stream) : undefined;
    for (let at = 0; at < count; at++) {
      const share = stream.uniform();
      points[at][axis.key] = valueAt(axis, parts === undefined ? share : (parts[at] + share) / count);
    }
  }
  return [...new Map(points.map((point) => [JSON.stringify(point), point] as const)).values()];
}

function shuffled(count: number, stream: RandomStream): number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at--) {
    const other = Math.floor(stream.uniform() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

/** @param share of the way along an axis, in [0, 1) */
function valueAt({ values, between }: Axis, share: number): unknown {
  if (between === undefined) return values[Math.floor(share * values.length)];
  const { low, high, logarithmic } = between;
  const value = logarithmic ? low * (high / low) ** share : low + (high - low) * share;
  return Number(value.toPrecision(6));
}

/** `testError<=5%`, `power_W<2mW`: as a quantity in the unit of the number's name. @throws `study.limit` */
export function readLimit(text: string): Limit {
  const found = /^\s*([\w.]+)\s*(<=|>=|<|>)\s*([^\s<>=].*?)\s*$/.exec(text);
  if (found === null) {
    throw inputError(
      'study.limit',
      `${quoted(text)}: needs a number of the answer and its limit, such as testError<=5%`,
    );
  }
  const [, metric, relation, limit] = found;
  const { unit } = nameAndUnit(metric);
  const plain = Number(limit);
  // A unit that no quantity is read in, as V².
  if (Number.isFinite(plain)) return { metric, relation: relation as Limit['relation'], value: plain };
  return {
    metric,
    relation: relation as Limit['relation'],
    value: readQuantity(limit, unit, `the limit of ${metric}`).value,
  };
}

/**
 * The options of one trial: what an axis says over those of the base, of a mapping only what it says.
 * @throws `study.axis` where a value would lie in something that is no mapping
 */
export function optionsAt(options: Tree, { values, seed, hardwareSeed }: Coordinates): Tree {
  const tree = structuredClone(options);
  const said = Object.entries(values).map(([key, value]) => ({ key, path: key.split('.'), value }));
  // A mapping before what another axis says within it.
  said.sort((a, b) => a.path.length - b.path.length);
  for (const { key, path, value } of said) put(tree, path, structuredClone(value), key);
  if (seed !== undefined) tree.seed = seed;
  if (hardwareSeed !== undefined) tree.hardwareSeed = hardwareSeed;
  return tree;
}

function put(tree: Tree, [first, ...rest]: readonly string[], value: unknown, key: string): void {
  if (rest.length === 0) {
    Object.assign(tree, mergeTrees({ [first]: tree[first] }, { [first]: value }));
    return;
  }
  tree[first] ??= {};
  const under = tree[first];
  if (typeof under !== 'object' || under === null || Array.isArray(under)) {
    throw inputError(
      'study.axis',
      `axis ${key}: ${first} is ${printableLine(JSON.stringify(under), 80)}, and has nothing in it`,
    );
  }
  put(under as Tree, rest, value, key);
}

/** Asks for a number that trials have. @throws `study.metric` where none has one of that name; names the nearest */
export function requireMetric(name: string, known: readonly string[]): void {
  if (known.includes(name) || known.length === 0) return;
  const near = nearestWord(name, known);
  throw inputError(
    'study.metric',
    `no trial has the number ${quoted(name)}; ${near === undefined ? `there are ${known.slice(0, 12).join(', ')}` : `did you mean ${near}?`}`,
  );
}

/** The plan as its file has it. */
export function planText(plan: StudyPlan): object {
  const { name, command, options, axes, sampling, seeds, draws, keep, limits } = plan;
  return {
    kind: 'study',
    format: 1,
    study: name,
    base: { command, ...options },
    axes: Object.fromEntries(
      axes.map(({ key, values, between }) => [
        key,
        between === undefined ? values : `${between.logarithmic ? 'log:' : ''}${between.low}:${between.high}`,
      ]),
    ),
    ...(sampling.kind === 'grid'
      ? {}
      : { sampling: sampling.kind, count: sampling.count, sampleSeed: sampling.seed }),
    seeds,
    ...(draws === undefined ? {} : { draws }),
    ...(keep.length === 0 ? {} : { keep }),
    ...(limits.length === 0
      ? {}
      : { good: limits.map(({ metric, relation, value }) => `${metric}${relation}${value}`) }),
  };
}
