import { inputError } from '../../core/index.js';
import type { PulseModel } from './pulse/index.js';

/**
 * What an update does with the two cells of a pair: `both` move by half, against one another; `first` moves and the second stays
 * where it was put (half the pulses: Quiñonez et al., arXiv:2511.03858); `one-sided`: the first is potentiated where the
 * difference is to rise and the second where it is to fall, none is ever depressed but by a refresh (as phase-change cells need).
 */
export type PairUpdate = 'both' | 'first' | 'one-sided';

/** Names that the command line takes. */
export const pairUpdates: readonly PairUpdate[] = ['both', 'first', 'one-sided'];

/** How the cells of one group are moved and put. */
export interface PairUse {
  /** How many cells share a change. */
  readonly sharing: number;
  /** Whether the second cell is planned at all. */
  readonly secondMoves: boolean;
  /** Depressing pulses are left out. */
  readonly risesOnly: boolean;
  /** Where first and second cell stand for a difference, cell S; `signed`: it has either sign. */
  place(difference_S: number, model: PulseModel, signed: boolean): readonly [number, number];
}

const uses: Readonly<Record<PairUpdate, PairUse>> = {
  both: {
    sharing: 2,
    secondMoves: true,
    risesOnly: false,
    // around the middle of their range, so that both can give way
    place(difference_S, { g_min_S, g_max_S }) {
      const middle = 0.5 * (g_min_S + g_max_S);
      return [middle + 0.5 * difference_S, middle - 0.5 * difference_S];
    },
  },
  first: {
    sharing: 1,
    secondMoves: false,
    risesOnly: false,
    place(difference_S, { g_min_S, g_max_S }, signed) {
      const fixed = signed ? 0.5 * (g_min_S + g_max_S) : g_min_S;
      return [fixed + difference_S, fixed];
    },
  },
  'one-sided': {
    sharing: 1,
    secondMoves: true,
    risesOnly: true,
    place: (difference_S, { g_min_S }) => [
      g_min_S + Math.max(0, difference_S),
      g_min_S + Math.max(0, -difference_S),
    ],
  },
};

/** Throws `cells.pair-update`, exit code 2, for another name. */
export function pairUse(update: PairUpdate): PairUse {
  if (Object.hasOwn(uses, update)) return uses[update];
  throw inputError('cells.pair-update', `pairs are updated ${pairUpdates.join(', ')}; got ${update}`);
}
