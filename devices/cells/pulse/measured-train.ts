import { inputError } from '../../../core/index.js';
import { type PulseModel, pulseModel } from './pulse-model.js';
import { TableStep } from './table-step.js';

/** Segments of a measured train's smoothed curve, and of its step table. */
const SEGMENTS = 16;

/**
 * A cell from measured trains of identical pulses: states after each pulse up, and after each pulse down, in S.
 * Each train is smoothed to a monotone curve (means of equal stretches, pooled where they turn back), whose slope over
 * the state is the table of steps. The range is that of the two smoothed curves.
 */
export function measuredCell(name: string, up_S: ArrayLike<number>, down_S: ArrayLike<number>): PulseModel {
  const rising = smooth(up_S, +1, `${name}: potentiation`);
  const falling = smooth(down_S, -1, `${name}: depression`);
  requireCommonRange(name, rising, falling);
  const ends = [rising, falling].flatMap((curve) => [curve[0].g, curve[curve.length - 1].g]);
  const g_min_S = Math.min(...ends);
  const g_max_S = Math.max(...ends);
  const range = g_max_S - g_min_S;
  if (!(g_min_S >= 0)) {
    throw inputError('pulse.table', `${name}: conductances must not be negative, got ${g_min_S} S`);
  }
  return pulseModel({
    name,
    source: 'measured pulse trains',
    potentiation: stepTable(rising, g_min_S, range),
    depression: stepTable(falling, g_min_S, range),
    g_min_S,
    g_max_S,
    rangeMeasured: true,
    spreads: {},
  });
}

/** Trains of one cell go over the same conductances; where they do not meet, no state has both steps. */
function requireCommonRange(name: string, rising: readonly Knot[], falling: readonly Knot[]): void {
  const [upFrom, upTo] = [rising[0].g, rising[rising.length - 1].g];
  const [downTo, downFrom] = [falling[falling.length - 1].g, falling[0].g];
  if (Math.min(upTo, downFrom) > Math.max(upFrom, downTo)) return;
  const range = (low: number, high: number) => `${low.toPrecision(3)} … ${high.toPrecision(3)} S`;
  throw inputError(
    'pulse.table',
    `${name}: potentiation goes over ${range(upFrom, upTo)}, depression over ${range(downTo, downFrom)}; trains of one cell must overlap. Are both in the units of their columns?`,
  );
}

interface Knot {
  /** Pulse number. */
  readonly n: number;
  readonly g: number;
}

function smooth(states: ArrayLike<number>, sign: 1 | -1, what: string): Knot[] {
  const count = states.length;
  if (count < 8) throw inputError('pulse.table', `${what}: at least 8 states are needed, got ${count}`);
  const stretches = Math.min(SEGMENTS, Math.floor(count / 2));
  const blocks: { n: number; g: number; weight: number }[] = [];
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * count) / stretches);
    const to = Math.floor(((s + 1) * count) / stretches);
    let sum = 0;
    for (let i = from; i < to; i++) {
      if (!Number.isFinite(states[i])) {
        throw inputError('pulse.table', `${what}: state ${i} is ${states[i]}; a finite number is needed`);
      }
      sum += states[i];
    }
    blocks.push({ n: 0.5 * (from + to - 1), g: sum / (to - from), weight: to - from });
    // pool adjacent violators (Ayer et al., 1955)
    while (blocks.length > 1 && sign * (blocks[blocks.length - 1].g - blocks[blocks.length - 2].g) <= 0) {
      const last = blocks.pop()!;
      const previous = blocks.pop()!;
      const weight = last.weight + previous.weight;
      blocks.push({
        n: (last.n * last.weight + previous.n * previous.weight) / weight,
        g: (last.g * last.weight + previous.g * previous.weight) / weight,
        weight,
      });
    }
  }
  if (blocks.length < 2) {
    throw inputError(
      'pulse.table',
      `${what}: the states do not ${sign > 0 ? 'rise' : 'fall'}; are the two columns swapped?`,
    );
  }
  return blocks;
}

function stepTable(curve: readonly Knot[], g_min_S: number, range: number): TableStep {
  // slope of the curve at the middle of each piece, as a function of the state there
  const pieces = curve.slice(1).map((knot, i) => ({
    w: (0.5 * (knot.g + curve[i].g) - g_min_S) / range,
    step: (knot.g - curve[i].g) / range / (knot.n - curve[i].n),
  }));
  if (pieces[0].w > pieces[pieces.length - 1].w) pieces.reverse();
  const steps = Float64Array.from({ length: SEGMENTS + 1 }, (_, i) => {
    const w = i / SEGMENTS;
    const after = pieces.findIndex((piece) => piece.w >= w);
    if (after === 0) return pieces[0].step;
    if (after < 0) return pieces[pieces.length - 1].step;
    const [a, b] = [pieces[after - 1], pieces[after]];
    return a.step + ((b.step - a.step) * (w - a.w)) / (b.w - a.w);
  });
  return new TableStep(steps);
}
