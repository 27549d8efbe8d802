import type { PulseModel } from '../../devices/cells/pulse/index.js';
import type { PulseStrategy } from './strategy.js';

/** So much of the way is gone at once by what is known of the cell; at first, by the model alone, less. */
const CAUTION = 0.8;
const FIRST_CAUTION = 0.25;
/** How far a cell's steps may prove to lie from the model's, either way. */
const MAX_GAIN = 32;
const MAX_AT_ONCE = 1000;

/**
 * As many nominal pulses as a model of the cell (a cell file's steps) needs for the way left, and what each cell turns out to
 * do beside that model: a factor a cell and direction. A cell that does not answer is given twice as many.
 */
export function learnedStrategy(model: PulseModel, options: { mostAtOnce?: number } = {}): PulseStrategy {
  const { mostAtOnce = MAX_AT_ONCE } = options;
  const span_S = model.g_max_S - model.g_min_S;
  const shapes = model.pulse;
  const step = (g_S: number, direction: 1 | -1) => {
    const w = Math.min(1, Math.max(0, (g_S - model.g_min_S) / span_S));
    return span_S * Math.abs((direction > 0 ? model.potentiation : model.depression).step(w));
  };
  return {
    name: 'learned',
    // of each direction: the logarithm of the cell's factor, and whether it was seen to answer
    numbersPerCell: 4,
    next({ direction, memory, now_S, target_S }) {
      const shape = direction > 0 ? shapes?.potentiation : shapes?.depression;
      const at = direction > 0 ? 0 : 1;
      const gain = Math.exp(memory[at]);
      const way_S = (memory[2 + at] === 0 ? FIRST_CAUTION : CAUTION) * Math.abs(target_S - now_S);
      const count = pulsesFor(way_S, now_S, direction, (g) => gain * step(g, direction));
      return {
        count: direction * Math.max(1, Math.min(mostAtOnce, count)),
        ...(shape === undefined ? {} : { shape }),
        strongest: true,
      };
    },
    saw({ count, from_S, moved_S }, memory) {
      const [at, direction] = count > 0 ? ([0, 1] as const) : ([1, -1] as const);
      const modelled_S = way(from_S, count, direction, (g) => step(g, direction));
      const ratio = moved_S / (modelled_S * Math.exp(memory[at]));
      // half of the way towards what it did: reads are noisy
      const change = 0.5 * Math.log(Math.min(4, Math.max(1 / 4, ratio)));
      memory[2 + at] = 1;
      const most = Math.log(MAX_GAIN);
      memory[at] = Math.min(most, Math.max(-most, memory[at] + change));
    },
  };
}

/** How far the model goes in so many pulses, S. */
function way(from_S: number, count: number, direction: 1 | -1, step: (g_S: number) => number): number {
  let g_S = from_S;
  for (let n = 0; n < Math.abs(count); n++) g_S += direction * step(g_S);
  return Math.abs(g_S - from_S);
}

/** Pulses after which the way is gone, rounded to the nearest whole number of them. */
function pulsesFor(way_S: number, from_S: number, direction: 1 | -1, step: (g_S: number) => number): number {
  let gone_S = 0;
  for (let n = 0; n < MAX_AT_ONCE; n++) {
    const next_S = step(from_S + direction * gone_S);
    if (!(gone_S + 0.5 * next_S < way_S) || next_S === 0) return Math.max(n, 1);
    gone_S += next_S;
  }
  return MAX_AT_ONCE;
}
