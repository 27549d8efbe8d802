import type { BoardDrive, BoardUse } from '../../../devices/boards/index.js';
import { PositiveFactor } from '../../estimates/index.js';
import { type Deviation, DrivenBoard, followed } from './driven-board.js';
import type { KnownParts } from './part-spread.js';

/** How a node departs from what parts within their tolerance, and all other nodes, let expect. */
export interface NodeDeparture {
  /** Hidden nodes, then outputs. */
  readonly node: number;
  /** Where it departs furthest. */
  readonly drive: number;
  readonly read_V: number;
  readonly expected_V: number;
  /** One standard deviation of what is expected. */
  readonly sigma_V: number;
  /** All its readings together, in standard deviations of χ² above its mean. */
  readonly chi2Sigmas: number;
  /** Beyond what is allowed. */
  readonly departs: boolean;
}

/** One part that would explain what was read. */
export interface Suspect {
  readonly of: 'pot' | 'source' | 'nudge' | 'node';
  readonly index: number;
  readonly what: 'resistance' | 'offset' | 'gain';
  /** ln R of a pot, V of an offset, share of a gain. */
  readonly by: number;
  /** In standard deviations of what readings and tolerances leave open. */
  readonly sigmas: number;
}

/** What readings under a set of drives tell of a board. */
export interface BoardVerdict {
  readonly good: boolean;
  readonly nodes: readonly NodeDeparture[];
  /** Single parts further off than tolerances let be, the likeliest first: one fault makes several suspect. */
  readonly suspects: readonly Suspect[];
  /** Single parts about as likely as the likeliest, suspects or not: a limit that one of two exceeds by a hair tells them not apart. */
  readonly near: readonly Suspect[];
  /** Pots that would not have shown if they were off by `MIN_SEEN_TAPS` taps. */
  readonly unseen: readonly number[];
  /** Single parts that each alone explain all readings, where any does and that was asked for. */
  readonly causes?: readonly Suspect[];
  /** What the expectation comes from. */
  readonly by: string;
  /** The largest that any part (standard deviations) and any node (those of χ²) was off, for who sets limits. */
  readonly worst: { readonly part: number; readonly node: number };
}

/** The smallest error of a wiper that counts as seen: what a self-test must name as well. */
export const MIN_SEEN_TAPS = 16;
/** A part this many standard deviations off is no tolerance; there are some hundred, and many drives in a night. */
const PART_SIGMAS = 6;
/** A node's readings together: so many standard deviations of χ² above its mean. */
const NODE_SIGMAS = 9;
/** Passes of Gauss and Newton; a sound board takes four. */
const PASSES = 16;

/** What is judged: a board's readings [drives × nodes in use, V] under drives at taps, and the noise of one reading, V. */
export interface DrivenReadings {
  readonly use: BoardUse;
  readonly taps: ArrayLike<number>;
  readonly drives: readonly BoardDrive[];
  readonly readings_V: ArrayLike<number>;
  readonly noise_V: number;
}

/** So many parts are tried as the one cause. */
const MOST_TRIED = 6;
/** Of those whose likelihood is within exp(−NEAR / 2) of the likeliest: less does not tell them apart. */
const NEAR = 16;

/**
 * Judges what a board's nodes read under drives: parts within their tolerance are sought that explain all readings (Gaussian
 * tolerances, the circuit linearised where they lead, most likely values by Gauss and Newton); what they leave is held against
 * what it should be. A single part is suspected by the likelihood that freeing it would gain (score test), a node by its own readings
 * given all others'.
 */
export async function judgeReadings(known: KnownParts, read: DrivenReadings): Promise<BoardVerdict> {
  return (await judged(known, read)).verdict;
}

/** Looks for single parts whose being anything at all would, each alone, explain what a verdict found: readings may leave a choice. */
export async function withCause(
  known: KnownParts,
  read: DrivenReadings,
  verdict: BoardVerdict,
  told: (tried: number, of: number) => void = () => {},
): Promise<BoardVerdict> {
  const suspects = verdict.near.slice(0, MOST_TRIED);
  const causes: Suspect[] = [];
  for (const [tried, suspect] of suspects.entries()) {
    told(tried, suspects.length);
    const place = {
      of: suspect.of,
      index: suspect.index * numbersOf[suspect.of] + (suspect.what === 'gain' ? 1 : 0),
    };
    const freed = await judged(known, read, place);
    if (freed.verdict.good) causes.push({ ...suspect, by: freed.by });
  }
  return { ...verdict, causes };
}

/** A board that hears nothing of its host for too long makes itself safe: what waits to be sent goes out meanwhile. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** How many numbers a part of each kind has among the deviations. */
const numbersOf = { pot: 1, source: 3, nudge: 2, node: 2 } as const;

async function judged(
  known: KnownParts,
  { use, taps, drives, readings_V, noise_V }: DrivenReadings,
  freed?: Pick<Deviation, 'of' | 'index'>,
): Promise<{ verdict: BoardVerdict; by: number }> {
  const board = new DrivenBoard(known, use, taps, drives, freed);
  const { deviations, size, nodes } = board;
  const sigma2 = deviations.map(({ sigma }) => sigma * sigma);
  /** What readings and tolerances are off by together, χ². */
  const cost = (at: ArrayLike<number>, expected_V: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += ((readings_V[i] - expected_V[i]) / noise_V) ** 2;
    for (let p = 0; p < deviations.length; p++) sum += (at[p] / deviations[p].sigma) ** 2;
    return sum;
  };
  let x = new Float64Array(deviations.length);
  let model = board.at(x);
  let solved = innovation(x);
  for (let pass = 1; pass < PASSES; pass++) {
    await breathe();
    const { weights } = solved;
    const here = cost(x, model.readings_V);
    const wanted = deviations.map((d, p) => followed(sigma2[p] * dot(model.slopes[p], weights), d));
    let next = x;
    // A whole step may lead too far where diodes bend.
    for (let share = 1; share > 0.02 && next === x; share /= 2) {
      const trial = x.map((value, p) => value + share * (wanted[p] - value));
      if (cost(trial, board.readings(trial)) < here) next = trial;
    }
    if (next === x) break;
    x = next;
    model = board.at(x);
    solved = innovation(x);
    if (here - cost(x, model.readings_V) < 0.1) break;
  }
  await breathe();
  const { weights } = solved;
  const inverse = solved.matrix.inverse();

  /** Residuals against the middle of all tolerances, by the circuit linearised at `at`, weighed by their covariance. */
  function innovation(at: Float64Array): { matrix: PositiveFactor; weights: Float64Array } {
    const residual = Float64Array.from(model.readings_V, (expected, i) => readings_V[i] - expected);
    const covariance = new Float64Array(size * size);
    for (let i = 0; i < size; i++) covariance[i * size + i] = noise_V * noise_V;
    for (const [p, slope] of model.slopes.entries()) {
      const reach = followed(at[p], deviations[p]);
      for (let i = 0; i < size; i++) {
        if (slope[i] === 0) continue;
        residual[i] += slope[i] * reach;
        const row = i * size;
        const scaled = sigma2[p] * slope[i];
        for (let j = 0; j <= i; j++) covariance[row + j] += scaled * slope[j];
      }
    }
    const matrix = factored(covariance, size);
    return { matrix, weights: matrix.solve(residual) };
  }

  const parts: Suspect[] = [];
  const unseen: number[] = [];
  let worst = 0;
  for (const [p, { of, index, what }] of deviations.entries()) {
    if (what === undefined || (freed?.of === of && freed.index === index)) continue;
    const isPot = of === 'pot';
    if (isPot && known.masked?.has(index)) continue;
    const slope = model.slopes[p];
    const information = quadratic(inverse, slope);
    const sigmas = dot(slope, weights) / Math.sqrt(information);
    const by = dot(slope, weights) / information;
    if (isPot) {
      // Toward more resistance a relative change is smaller: the harder side to see.
      const seen = Math.log(1 + MIN_SEEN_TAPS / Math.max(taps[index], 1)) * Math.sqrt(information);
      if (!(seen > PART_SIGMAS + 1)) unseen.push(index);
    }
    worst = Math.max(worst, Math.abs(sigmas));
    const kind = of as Suspect['of'];
    parts.push({
      of: kind,
      index: Math.floor(index / numbersOf[kind]),
      what,
      by,
      sigmas: Math.abs(sigmas),
    });
  }
  parts.sort((a, b) => b.sigmas - a.sigmas);
  const suspects = parts.filter(({ sigmas }) => sigmas > PART_SIGMAS);
  const near = parts.filter(({ sigmas }) => sigmas ** 2 > worst ** 2 - NEAR);

  const departures = Array.from({ length: nodes }, (_, n) =>
    nodeDeparture(n, nodes, drives.length, inverse, weights, readings_V),
  );
  const good = suspects.length === 0 && departures.every(({ departs }) => !departs);
  const node = Math.max(...departures.map(({ chi2Sigmas }) => chi2Sigmas));
  const place = deviations.findIndex((d) => d.of === freed?.of && d.index === freed.index);
  return {
    verdict: { good, nodes: departures, suspects, near, unseen, by: known.by, worst: { part: worst, node } },
    by: place < 0 ? 0 : x[place],
  };
}

/** Readings of one node under all drives, given those of all other nodes. */
function nodeDeparture(
  n: number,
  nodes: number,
  drives: number,
  inverse: Float64Array,
  weights: Float64Array,
  readings_V: ArrayLike<number>,
): NodeDeparture {
  const size = nodes * drives;
  const block = new Float64Array(drives * drives);
  for (let a = 0; a < drives; a++) {
    for (let b = 0; b < drives; b++) block[a * drives + b] = inverse[(a * nodes + n) * size + b * nodes + n];
  }
  const own = Float64Array.from({ length: drives }, (_, d) => weights[d * nodes + n]);
  const conditional = factored(block, drives);
  const off_V = conditional.solve(own);
  const covariance = conditional.inverse();
  const chi2Sigmas = (dot(own, off_V) - drives) / Math.sqrt(2 * drives);
  let drive = 0;
  const sigmas = (d: number) => Math.abs(off_V[d]) / Math.sqrt(covariance[d * drives + d]);
  for (let d = 1; d < drives; d++) if (sigmas(d) > sigmas(drive)) drive = d;
  return {
    node: n,
    drive,
    read_V: readings_V[drive * nodes + n],
    expected_V: readings_V[drive * nodes + n] - off_V[drive],
    sigma_V: Math.sqrt(covariance[drive * drives + drive]),
    chi2Sigmas,
    departs: chi2Sigmas > NODE_SIGMAS,
  };
}

/** @throws RangeError where readings are no numbers: noise keeps it positive */
function factored(covariance: Float64Array, n: number): PositiveFactor {
  const factor = PositiveFactor.of(covariance, n);
  if (factor === undefined) throw new RangeError('the covariance of readings is not positive');
  return factor;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function quadratic(matrix: Float64Array, v: Float64Array): number {
  const n = v.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (v[i] === 0) continue;
    let row = 0;
    for (let j = 0; j < n; j++) row += matrix[i * n + j] * v[j];
    sum += v[i] * row;
  }
  return sum;
}
