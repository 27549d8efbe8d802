import { columnOf, type MeasuredSeries } from '../measured/index.js';
import { somePoints, type TrainPoints } from './measured-train.js';
import { wayOf } from './orientation.js';
import { FEWEST_ROWS, stretchesOf } from './turning-points.js';

/** Rows of a series that are one train. */
export interface Part {
  readonly points: TrainPoints;
  readonly direction: 'up' | 'down';
  readonly amplitude_V?: number;
  readonly cycle?: number;
  /** Nothing says its direction but what it does; and no cycle or cell tells it from another of its kind. */
  readonly guessed?: boolean;
  /** Its rows stand between those of other trains, in the order in which they were measured: none is listed from its end. */
  readonly inTurn?: boolean;
}

/** A series cut into its trains, and what of it was left out, in words. */
export interface Cut {
  readonly parts: readonly Part[];
  readonly remarks: readonly string[];
}

/** Names told one by one. */
const MOST_TOLD = 6;

/**
 * The trains of a series: cut where its columns of cycle, direction or amplitude change, and where its pulse numbers begin again; what
 * then still rises and falls is cut at its turning points. Rises and falls of one cell are counted as repetitions.
 * @param amplitudes of the pulse before each row of the series, where the file tells
 * @returns why there is none, as a sentence
 */
export function cutTrains(
  series: MeasuredSeries,
  points: TrainPoints,
  amplitudes: Float64Array | undefined,
): Cut | string {
  const told = toldDirection(series, points);
  const signs = heightsOf(points, amplitudes) ?? signsOf(points, columnOf(series, 'polarity')?.values);
  const cycles = cyclesOf(series, points);
  const blocks = blocksOf(points, [told?.values, signs, cycles, restartsOf(points.pulses)]);
  const remarks: string[] = [];
  const directed = directionsOf(blocks, points, told, signs);
  const parts: Omit<Part, 'cycle'>[] = [];
  const neither: number[] = [];
  const short: number[] = [];
  for (const [at, block] of blocks.entries()) {
    const own = somePoints(points, (row) => row >= block.from && row <= block.to);
    const direction = directed?.[at];
    if (direction === 'none') continue;
    if (own.states.length < FEWEST_ROWS && blocks.length > 1) {
      short.push(block.from);
      continue;
    }
    const amplitude = signs === undefined ? undefined : amplitudes?.[points.rows[block.from]];
    const size = amplitude === undefined ? {} : { amplitude_V: amplitude };
    const found = splitBlock(own, direction);
    if (found.length === 0) neither.push(block.from);
    if (direction !== undefined && found.some((one) => one.direction !== direction)) {
      remarks.push(
        `called ${direction}, but it rises and falls ${found.length} times: cut at its turning points`,
      );
    }
    const several = blocks.length > 1 || found.length > 1;
    parts.push(
      ...found.map((one) => ({
        ...one,
        points: several ? counted(one.points) : one.points,
        ...size,
        ...(several && told?.named !== true ? { inTurn: true } : {}),
        ...(several || told !== undefined || signs !== undefined ? { guessed: false } : {}),
      })),
    );
  }
  if (parts.length === 0) {
    return neither.length === 0
      ? `${short.length} pieces of fewer than ${FEWEST_ROWS} reads; a train takes at least ${FEWEST_ROWS}`
      : 'neither rises nor falls as a whole: say which pulses drive it up';
  }
  const rowsTold = (rows: readonly number[]) =>
    `${rows
      .slice(0, MOST_TOLD)
      .map((row) => points.rows[row] + 1)
      .join(', ')}${rows.length > MOST_TOLD ? ', …' : ''}`;
  if (short.length > 0)
    remarks.push(
      `${short.length} pieces of fewer than ${FEWEST_ROWS} reads left out (from row ${rowsTold(short)} of its series)`,
    );
  if (neither.length > 0)
    remarks.push(
      `${neither.length} pieces neither rise nor fall as a whole and are left out (from row ${rowsTold(neither)} of its series)`,
    );
  return { parts: numbered(parts, series, cycles), remarks: [...remarks, ...toldAs(parts, blocks)] };
}

interface Block {
  readonly from: number;
  readonly to: number;
}

/** Runs of rows over which every one of several columns stays as it is. */
function blocksOf(points: TrainPoints, columns: readonly (ArrayLike<number> | undefined)[]): Block[] {
  const n = points.states.length;
  const known = columns.filter((column) => column !== undefined);
  const blocks: Block[] = [];
  let from = 0;
  for (let i = 1; i <= n; i++) {
    if (i < n && known.every((column) => column[i] === column[i - 1])) continue;
    if (i > from) blocks.push({ from, to: i - 1 });
    from = i;
  }
  return blocks;
}

/** Which way a column of words, or the name of the series, says that pulses drive: of each point 1 up, −1 down, 0 neither. */
function toldDirection(
  series: MeasuredSeries,
  { rows }: TrainPoints,
): { values: Float64Array; named: boolean } | undefined {
  const column = columnOf(series, 'direction')?.values;
  if (column !== undefined)
    return { values: Float64Array.from(rows, (row) => Math.sign(column[row]) || 0), named: false };
  const named = series.direction ?? directionNamed(series);
  return named === undefined
    ? undefined
    : { values: new Float64Array(rows.length).fill(named === 'up' ? 1 : -1), named: true };
}

/** Amplitudes of identical pulses may differ by this share: what a source sets. */
export const IDENTICAL = 0.02;

/** Signs of the pulses by their amplitudes; pulses of one sign and two heights are two kinds all the same: the higher is 1. */
function heightsOf({ rows }: TrainPoints, amplitudes: Float64Array | undefined): Float64Array | undefined {
  if (amplitudes === undefined) return undefined;
  const own = Float64Array.from(rows, (row) => amplitudes[row]);
  if (own.some((v) => v > 0) && own.some((v) => v < 0)) return own.map((v) => Math.sign(v) || 0);
  const heights = twoHeights(own);
  return heights === undefined
    ? undefined
    : own.map((v) => (Math.abs(v - heights[1]) < Math.abs(v - heights[0]) ? 1 : -1));
}

/** The two heights of pulses, the lower first, where there are two and no more. */
export function twoHeights(amplitudes: ArrayLike<number>): readonly [number, number] | undefined {
  const finite = Array.from(amplitudes).filter((v) => Number.isFinite(v) && v !== 0);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const near = (v: number, height: number) => Math.abs(v - height) <= IDENTICAL * Math.abs(height);
  if (finite.length === 0 || near(low, high)) return undefined;
  return finite.every((v) => near(v, low) || near(v, high)) ? [low, high] : undefined;
}

/** Signs of a column of polarities, where both occur. */
function signsOf({ rows }: TrainPoints, values: Float64Array | undefined): Float64Array | undefined {
  if (values === undefined) return undefined;
  const signs = Float64Array.from(rows, (row) => Math.sign(values[row]) || 0);
  return signs.includes(1) && (signs.includes(-1) || signs.includes(0)) ? signs : undefined;
}

/** The cycle of each point, where a cycle has rows enough to hold a train. */
function cyclesOf(series: MeasuredSeries, { rows }: TrainPoints): Float64Array | undefined {
  const column = columnOf(series, 'cycle')?.values;
  if (column === undefined) return undefined;
  const values = Float64Array.from(rows, (row) => column[row]);
  let changes = 1;
  for (let i = 1; i < values.length; i++) if (values[i] !== values[i - 1]) changes++;
  return values.length / changes >= FEWEST_ROWS ? values : undefined;
}

/** How often pulse numbers began again before each point: fell by more than half of all that they go through, in one step. */
function restartsOf(pulses: Float64Array): Float64Array {
  const range =
    pulses.reduce((m, p) => Math.max(m, p), 0) -
    pulses.reduce((m, p) => Math.min(m, p), Number.POSITIVE_INFINITY);
  let count = 0;
  return pulses.map((pulse, at) => {
    const drop = at === 0 ? 0 : pulses[at - 1] - pulse;
    if (drop > 2 && drop > 0.5 * range) count++;
    return count;
  });
}

/** Of each block, which way its pulses drive: as told, or as most pulses of its sign do; undefined where nothing says it. */
function directionsOf(
  blocks: readonly Block[],
  points: TrainPoints,
  told: { values: Float64Array } | undefined,
  signs: Float64Array | undefined,
): ('up' | 'down' | 'none')[] | undefined {
  const named = (sign: number) => (sign > 0 ? 'up' : sign < 0 ? 'down' : 'none');
  if (told !== undefined) return blocks.map(({ from }) => named(told.values[from]));
  if (signs === undefined) return undefined;
  // which sign potentiates is a convention of the lab; rows without a pulse move nothing
  const levels = new Set(signs);
  const rest = levels.has(-1) ? 0 : undefined;
  let votes = 0;
  for (const { from, to } of blocks) {
    const way = wayOf(points.states.slice(from, to + 1));
    const sign = signs[from] > 0 ? 1 : -1;
    if (way !== 'neither' && signs[from] !== rest)
      votes += (to - from + 1) * sign * (way === 'rises' ? 1 : -1);
  }
  return blocks.map(({ from }) =>
    signs[from] === rest ? 'none' : named((signs[from] > 0 ? 1 : -1) * (votes < 0 ? -1 : 1)),
  );
}

/** A block at its turning points. What is called one way and turns once or twice is noise, or a cell that does so: it stays whole. */
function splitBlock(
  points: TrainPoints,
  direction: 'up' | 'down' | undefined,
): Pick<Part, 'points' | 'direction' | 'guessed'>[] {
  const found = stretchesOf(points.states);
  const one =
    found.length < 2 ||
    (direction !== undefined && found.length < 3 && new Set(found.map(({ way }) => way)).size > 1);
  if (one) {
    if (direction !== undefined) return [{ points, direction }];
    const way = wayOf(points.states);
    return way === 'neither' ? [] : [{ points, direction: way === 'rises' ? 'up' : 'down', guessed: true }];
  }
  // repetitions of one way, each listed from its end, as depression is by NeuroSim
  const ways = new Set(found.map(({ way }) => way));
  return found.map(({ from, to, way }) => ({
    points: somePoints(points, (at) => at >= from && at <= to),
    direction: ways.size === 1 && direction !== undefined ? direction : way === 'rises' ? 'up' : 'down',
  }));
}

/** Trains of one direction are repetitions, in the order measured; by the file's own numbers where it has them. */
function numbered(
  parts: readonly Omit<Part, 'cycle'>[],
  series: MeasuredSeries,
  cycles: Float64Array | undefined,
): Part[] {
  const column = cycles === undefined ? undefined : columnOf(series, 'cycle')?.values;
  const counts = { up: 0, down: 0 };
  const perCycle = new Set<string>();
  const own = parts.map((part) => {
    counts[part.direction]++;
    const cycle = column?.[part.points.rows[0]] ?? counts[part.direction];
    perCycle.add(`${part.direction} ${cycle}`);
    return { part, cycle, count: counts[part.direction] };
  });
  const unique = perCycle.size === parts.length;
  const repeated = counts.up > 1 || counts.down > 1 || column !== undefined;
  return own.map(({ part, cycle, count }) => ({
    ...part,
    ...(repeated
      ? { cycle: unique ? cycle : count }
      : series.cycle === undefined
        ? {}
        : { cycle: series.cycle }),
  }));
}

/** What a column was cut into, where nothing but its turning points says it. */
function toldAs(parts: readonly Omit<Part, 'cycle'>[], blocks: readonly Block[]): string[] {
  if (parts.length <= blocks.length || parts.length < 2) return [];
  const told = (['up', 'down'] as const).flatMap((way) => {
    const lengths = parts
      .filter(({ direction }) => direction === way)
      .map(({ points }) => points.states.length);
    const [low, high] = [Math.min(...lengths), Math.max(...lengths)];
    return lengths.length === 0
      ? []
      : [`${lengths.length} ${way} of ${low === high ? low : `${low} to ${high}`} reads`];
  });
  return [`cut at its turning points: ${told.join(', ')}`];
}

/** By the words that labs have for the two ways, where the series or one of its columns is called by one of them alone. */
function directionNamed({ name, columns }: MeasuredSeries): 'up' | 'down' | undefined {
  const words = [name, ...columns.map((column) => column.name)].join(' ');
  const up = /(?:^|[^a-z])(?:ltp|pot|potentiation|up|set)(?:[^a-z]|$)/i.test(words);
  const down = /(?:^|[^a-z])(?:ltd|dep|depression|down|reset)(?:[^a-z]|$)/i.test(words);
  return up === down ? undefined : up ? 'up' : 'down';
}

/** Pulses counted afresh from 0, as a direction starts. */
function counted({ pulses, states, rows }: TrainPoints): TrainPoints {
  const from = pulses[0] ?? 0;
  return { pulses: pulses.map((p) => p - from), states, rows };
}
