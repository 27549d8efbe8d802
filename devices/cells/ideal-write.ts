import type { CellArray, PackedView } from '../contract/index.js';
import type { PulseModel } from './pulse/index.js';

/** One update of an array that can be set: changes come in block by block, in units of the range. */
export interface IdealWrite {
  block(first: number, count: number, change: Float32Array): void;
  /** To be called after the last block. */
  done(): Promise<void>;
}

/** Moves packed cells where they lie. */
export function shiftInPlace(view: PackedView, id: number): IdealWrite {
  return {
    block: (first, count, change) => view.shift(first, count, change, id),
    done: async () => undefined,
  };
}

/** Sets an array to where it was last read plus the changes. @param states of the nominal range, from cell 0 */
export function setFromRead(
  array: CellArray & Required<Pick<CellArray, 'set'>>,
  model: PulseModel,
  states: Float32Array,
): IdealWrite {
  const { g_min_S, g_max_S } = model;
  const span_S = g_max_S - g_min_S;
  const cells = array.info.rows * array.info.columns;
  const wanted_S = Float64Array.from(states.subarray(0, cells), (w) => g_min_S + span_S * w);
  return {
    block(first, count, change) {
      for (let n = 0; n < count; n++) wanted_S[first + n] += span_S * change[n];
    },
    done: () => array.set(wanted_S),
  };
}
