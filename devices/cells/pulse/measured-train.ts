import { inputError } from '../../../core/index.js';
import { type PulseModel, pulseModel } from './pulse-model.js';
import { stepsOver } from './uneven-table.js';

/** Pieces of a measured train's curve at least, where it has so many states: each goes over at most this share of the range. */
const PIECES = 16;
/** States that a train needs. */
const MIN_STATES = 8;

/** The steps of one direction as measured: what a pulse changed at a conductance, S, over rising conductances. */
export interface MeasuredSteps {
  readonly conductance_S: Float64Array;
  readonly step_S: Float64Array;
  /** The ends of the monotone curve through the train, S: lower first. */
  readonly range_S: readonly [low: number, high: number];
}

/**
 * Steps of a train of identical pulses. The states become a monotone curve (pool adjacent violators: Ayer et al., Ann. Math.
 * Stat. 26:641 (1955)) that keeps both ends; it is cut into pieces of at most 1/16 of the range or of the pulses, and each says
 * the mean step, placed at the mean of the states that its pulses started from. A train of few states without noise so keeps
 * every level.
 * @param pulses number of each state, rising; counted from 0 where left out
 * @throws `pulse.table`, exit code 2
 */
export function measuredSteps(
  what: string,
  states_S: ArrayLike<number>,
  rising: boolean,
  pulses?: ArrayLike<number>,
): MeasuredSteps {
  const curve = cut(monotone(what, states_S, rising, pulses));
  const [first, last] = [curve[0].g, curve[curve.length - 1].g];
  const pieces = curve.slice(1).map((knot, k) => {
    const step = (knot.g - curve[k].g) / (knot.n - curve[k].n);
    return { from: 0.5 * (knot.g + curve[k].g) - 0.5 * step, step };
  });
  if (!rising) pieces.reverse();
  return {
    conductance_S: Float64Array.from(pieces, ({ from }) => from),
    step_S: Float64Array.from(pieces, ({ step }) => step),
    range_S: rising ? [first, last] : [last, first],
  };
}

/**
 * A cell from measured trains of identical pulses: conductances after each pulse up, and after each pulse down, in S. The range
 * is that of both trains together.
 */
export function measuredCell(name: string, up_S: ArrayLike<number>, down_S: ArrayLike<number>): PulseModel {
  const up = measuredSteps(`${name}: potentiation`, up_S, true);
  const down = measuredSteps(`${name}: depression`, down_S, false);
  requireCommonRange(name, up.range_S, down.range_S);
  const g_min_S = Math.min(up.range_S[0], down.range_S[0]);
  const g_max_S = Math.max(up.range_S[1], down.range_S[1]);
  if (!(g_min_S >= 0)) {
    throw inputError('pulse.table', `${name}: conductances must not be negative, got ${g_min_S} S`);
  }
  const toShape = ({ conductance_S, step_S }: MeasuredSteps) =>
    stepsOver(conductance_S, step_S, g_min_S, g_max_S);
  return pulseModel({
    name,
    source: 'measured pulse trains',
    potentiation: toShape(up),
    depression: toShape(down),
    g_min_S,
    g_max_S,
    rangeMeasured: true,
    spreads: {},
  });
}

/** Trains of one cell go over the same conductances; where they do not meet, no state has both steps. */
function requireCommonRange(
  name: string,
  up: MeasuredSteps['range_S'],
  down: MeasuredSteps['range_S'],
): void {
  if (Math.min(up[1], down[1]) > Math.max(up[0], down[0])) return;
  const range = ([low, high]: readonly [number, number]) =>
    `${low.toPrecision(3)} … ${high.toPrecision(3)} S`;
  throw inputError(
    'pulse.table',
    `${name}: potentiation goes over ${range(up)}, depression over ${range(down)}; trains of one cell must overlap. Are both in the units of their columns?`,
  );
}

interface Knot {
  /** Pulse number. */
  readonly n: number;
  readonly g: number;
}

function monotone(
  what: string,
  states: ArrayLike<number>,
  rising: boolean,
  pulses: ArrayLike<number> | undefined,
): Knot[] {
  const count = states.length;
  if (count < MIN_STATES) {
    throw inputError('pulse.table', `${what}: at least ${MIN_STATES} states are needed, got ${count}`);
  }
  const sign = rising ? 1 : -1;
  const blocks: { first: number; last: number; sum: number; count: number }[] = [];
  const mean = (block: { sum: number; count: number }) => block.sum / block.count;
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(states[i])) {
      throw inputError('pulse.table', `${what}: state ${i} is ${states[i]}; a finite number is needed`);
    }
    const n = pulses?.[i] ?? i;
    blocks.push({ first: n, last: n, sum: states[i], count: 1 });
    while (
      blocks.length > 1 &&
      sign * (mean(blocks[blocks.length - 1]) - mean(blocks[blocks.length - 2])) <= 0
    ) {
      const later = blocks.pop()!;
      const earlier = blocks.pop()!;
      blocks.push({
        first: earlier.first,
        last: later.last,
        sum: earlier.sum + later.sum,
        count: earlier.count + later.count,
      });
    }
  }
  if (blocks.length < 2) {
    throw inputError(
      'pulse.table',
      `${what}: the states do not ${rising ? 'rise' : 'fall'}; are the two columns swapped?`,
    );
  }
  // The ends keep their pulse numbers, so that as many pulses go from end to end as were measured.
  return blocks.map((block, k) => ({
    n: k === 0 ? block.first : k === blocks.length - 1 ? block.last : 0.5 * (block.first + block.last),
    g: mean(block),
  }));
}

/** Keeps the ends, and of the knots between those that are a piece apart from the last one kept. */
function cut(curve: readonly Knot[]): Knot[] {
  const [first, last] = [curve[0], curve[curve.length - 1]];
  const [widest, longest] = [Math.abs(last.g - first.g) / PIECES, (last.n - first.n) / PIECES];
  const apart = (a: Knot, b: Knot) => Math.abs(b.g - a.g) >= widest || b.n - a.n >= longest;
  const kept = [first];
  for (const knot of curve.slice(1, -1)) {
    if (apart(kept[kept.length - 1], knot)) kept.push(knot);
  }
  // What is left before the end goes with the last piece, where it is short.
  if (kept.length > 1 && !apart(kept[kept.length - 1], last)) kept.pop();
  return [...kept, last];
}
