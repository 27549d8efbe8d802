import { describeTrain, type TrainDescription } from './describe-train.js';
import type { MeasuredTrain } from './measured-train.js';
import { noiseOfRepeats, type RepeatNoise } from './repeats.js';

/** Trains up and down of one cell, and what they say together. Values in the trains' unit. */
export interface CellDescription {
  /** The cell, as its file or files call it. */
  readonly cell: string;
  /** Where its trains stand in several files: their paths. */
  readonly files?: readonly string[];
  readonly up: readonly TrainDescription[];
  readonly down: readonly TrainDescription[];
  /** |NL up − NL down| of the first trains, by either rule. */
  readonly asymmetry?: { readonly fixed?: number; readonly free: number };
  /** Where a pulse up and one down cancel, by the curves with free ends; undefined where they never do inside the window. */
  readonly symmetryPoint?: number;
  readonly window?: { readonly low: number; readonly high: number; readonly onOff?: number };
  /** Last value of the potentiation and first of the depression. */
  readonly turn?: { readonly from: number; readonly to: number; readonly ratio: number };
  /** Why the two trains are not one cycle of one cell. */
  readonly apart?: string;
  /** From repeats; undefined: cannot be separated from misfit. */
  readonly noise: { readonly up: RepeatNoise | undefined; readonly down: RepeatNoise | undefined };
  /** Range over 2·1.96·σ, with σ from repeats or, as a lower bound of the states, from residuals. */
  readonly effectiveStates?: { readonly value: number; readonly from: 'repeats' | 'residuals' };
  readonly warnings: readonly string[];
}

/** Window below which raw training fails (EqProp with memristor updates, arXiv:2512.12428: converges from about ten on). */
export const ENOUGH_WINDOW = 10;
/** Conductance of a memory cell that is more often a wrong unit: 100 Ω. */
const LARGE_S = 0.01;
/** Share of the potentiation's range by which a depression may start above its end: noise, not another cell. */
const ABOVE = 0.25;

/** Cells of a list of trains: by the cell's name where files say one, else by the file. Trains that are too short are left out. */
export function cellsOf(trains: readonly MeasuredTrain[]): Map<string, MeasuredTrain[]> {
  const cells = new Map<string, MeasuredTrain[]>();
  for (const train of trains) {
    const file = train.name.split(', ')[0];
    const key = train.cell === undefined ? file : `${file}, cell ${train.cell}`;
    cells.set(key, [...(cells.get(key) ?? []), train]);
  }
  return cells;
}

/** Everything the trains of one cell say of it, before a model. @throws `trains.short`, `trains.flat`, exit code 2 */
export function describeCell(cell: string, trains: readonly MeasuredTrain[]): CellDescription {
  const [up, down] = (['up', 'down'] as const).map((way) =>
    trains.filter(({ direction }) => direction === way),
  );
  const described = { up: up.map(describeTrain), down: down.map(describeTrain) };
  const noise = { up: noiseOfRepeats(up), down: noiseOfRepeats(down) };
  const [u, d] = [described.up[0], described.down[0]];
  const warnings: string[] = [];
  const all = [...described.up, ...described.down];
  if (all.length === 0) throw new Error('a cell without trains');
  const low = Math.min(...all.map((t) => t.low));
  const high = Math.max(...all.map((t) => t.high));
  const floor = low > 0 ? low : undefined;
  const onOff = floor === undefined ? undefined : high / floor;
  const apart = u !== undefined && d !== undefined ? whyApart(u, d) : undefined;
  const turn =
    u !== undefined && d !== undefined ? { from: u.last, to: d.first, ratio: d.first / u.last } : undefined;
  if (apart !== undefined) warnings.push(apart);
  else if (turn !== undefined && u.high - u.low > 0) {
    const drop = (turn.from - turn.to) / (u.high - u.low);
    if (drop > 0.25) {
      warnings.push(
        `the first depression pulse takes ${(100 * (1 - turn.ratio)).toFixed(0)} % of the conductance (${showState(turn.from, u)} to ${showState(turn.to, u)}): the turn is part of the cell, no curve goes over it`,
      );
    }
  }
  if (onOff !== undefined && onOff < ENOUGH_WINDOW && apart === undefined) {
    warnings.push(
      `on/off ${onOff.toPrecision(4)}: too small to train on as it is (raw training takes about ${ENOUGH_WINDOW}); differential pairs, or an offset taken away`,
    );
  }
  if (all[0].train.unit === 'S' && high > LARGE_S) {
    warnings.push(
      `conductances up to ${showState(high, all[0])}: cells rarely have more than a few mS; is a unit wrong (mA for µA, a read voltage)?`,
    );
  }
  const missing = u === undefined ? 'potentiation' : d === undefined ? 'depression' : undefined;
  if (missing !== undefined) warnings.push(`no ${missing}: one polarity, where a cell that trains needs two`);
  if (noise.up === undefined && noise.down === undefined) {
    warnings.push(
      'no repetition of a train: noise of pulses, writes and reads cannot be separated; residuals are an upper bound',
    );
  }
  const repeats = [noise.up, noise.down].filter((n) => n !== undefined);
  const sigma =
    repeats.length > 0
      ? Math.max(...repeats.map((n) => n.readWriteRange.value))
      : Math.max(...all.map((t) => (t.withoutOutliers ?? t.labels).free.rmse / (t.high - t.low)));
  const symmetryPoint =
    u !== undefined && d !== undefined && apart === undefined ? symmetryOf(u, d) : undefined;
  return {
    cell,
    ...described,
    noise,
    ...(u === undefined || d === undefined ? {} : { asymmetry: asymmetryOf(u, d) }),
    ...(symmetryPoint === undefined ? {} : { symmetryPoint }),
    ...(apart === undefined ? { window: { low, high, ...(onOff === undefined ? {} : { onOff }) } } : {}),
    ...(turn === undefined ? {} : { turn }),
    ...(apart === undefined ? {} : { apart }),
    ...(sigma > 0
      ? {
          effectiveStates: {
            value: Math.min(Math.max(...all.map((t) => t.pulses)), 1 / (2 * 1.96 * sigma)),
            from: repeats.length > 0 ? ('repeats' as const) : ('residuals' as const),
          },
        }
      : {}),
    warnings,
  };
}

/** A state as a person reads it. */
export function showState(value: number, { train }: Pick<TrainDescription, 'train'>): string {
  return `${value.toPrecision(4)}${train.unit === '' ? '' : ` ${train.unit}`}`;
}

function asymmetryOf(u: TrainDescription, d: TrainDescription): { fixed?: number; free: number } {
  const [a, b] = [u.withoutOutliers ?? u.labels, d.withoutOutliers ?? d.labels];
  return {
    ...(a.fixed === undefined || b.fixed === undefined
      ? {}
      : { fixed: Math.abs(a.fixed.label - b.fixed.label) }),
    free: Math.abs(a.free.label - b.free.label),
  };
}

/** A depression pulse cannot raise a cell; trains that share no conductance are of no one cell either. */
function whyApart(u: TrainDescription, d: TrainDescription): string | undefined {
  const [end, start] = [showState(u.last, u), showState(d.first, d)];
  if (u.train.unit !== d.train.unit)
    return `potentiation is in ${u.train.unit || 'no unit'}, depression in ${d.train.unit || 'no unit'}`;
  const range = u.high - u.low;
  if (d.first - u.high > ABOVE * Math.max(range, d.high - d.low)) {
    const times =
      u.last > 0
        ? `${d.first / u.last >= 100 ? (d.first / u.last).toFixed(0) : (d.first / u.last).toPrecision(2)} times `
        : '';
    return `depression starts ${times}above the end of potentiation (${start} after ${end}): not one cycle of one cell; the two labels stand for themselves`;
  }
  if (Math.min(u.high, d.high) <= Math.max(u.low, d.low)) {
    return `potentiation goes over ${showState(u.low, u)} … ${showState(u.high, u)}, depression over ${showState(d.low, d)} … ${showState(d.high, d)}: no conductance that both pass, not one cell`;
  }
  return undefined;
}

/** Step of an exponential train at y: share·(asymptote − y); both cancel where the sum is 0. */
function symmetryOf(u: TrainDescription, d: TrainDescription): number | undefined {
  const [a, b] = [u, d].map((t) => affineOf(t));
  const y = -(a.offset + b.offset) / (a.slope + b.slope);
  const [low, high] = [Math.min(u.low, d.low), Math.max(u.high, d.high)];
  return Number.isFinite(y) && y > low && y < high ? y : undefined;
}

/** Step a pulse as offset + slope·y, of the curve with free ends. */
function affineOf(t: TrainDescription): { offset: number; slope: number } {
  const { free } = t.withoutOutliers ?? t.labels;
  const { curve, A_pulses } = free;
  const change = curve[curve.length - 1] - curve[0];
  // a falling train's A is counted from its end
  const A = t.train.direction === 'up' ? A_pulses : -A_pulses;
  if (!Number.isFinite(A)) return { offset: change / t.pulses, slope: 0 };
  const q = Math.exp(-1 / A);
  const asymptote = curve[0] + change / -Math.expm1(-t.pulses / A);
  return { offset: (1 - q) * asymptote, slope: -(1 - q) };
}
