import type { CellArray } from '../contract/index.js';
import type { CellPlace } from './cell-plan.js';
import type { ConductanceMap } from './conductance-map.js';
import type { Nonidealities } from './nonidealities/index.js';
import type { PairUpdate } from './pair-update.js';
import type { UpdatePolicy } from './policies/index.js';
import type { PulseModel } from './pulse/index.js';

/** One group of a network's conductances and how its cells carry them. */
export interface StoreGroup {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly map: ConductanceMap;
}

/**
 * What a `CellStore` is made of: groups of conductances, the cells that carry them, and the policy that turns wanted changes
 * into pulses.
 */
export interface CellStoreOptions {
  readonly groups: readonly StoreGroup[];
  readonly model: PulseModel;
  readonly policy: UpdatePolicy;
  readonly seed: number;
  /** Of simulated cells. */
  readonly nonidealities?: Partial<Nonidealities>;
  /**
   * Other cells than simulated ones of `model` and `nonidealities`: behind an instrument, for instance. `sign` is −1 for the
   * second cells of differential pairs. What is laid in `place.memory` can be offered as a `kernelView`.
   */
  readonly open?: (group: StoreGroup, sign: 1 | -1, place: Omit<CellPlace, 'change'>) => CellArray;
  /** The same of the second array that policies such as tiki-taka keep beside each. */
  readonly openFast?: CellStoreOptions['open'];
  readonly listener?: PulseListener;
  /** Whether a new run tests every cell by pulses and leaves those alone that do not move. The mask is part of a snapshot. */
  readonly maskStuck?: boolean;
  /** Time from one update to the next, s: simulated cells drift, relax and switch meanwhile. Default 0. */
  readonly update_s?: number;
  /** What an update does with the cells of a pair; `both` when left out. */
  readonly pairUpdate?: PairUpdate;
  /** One-sided pairs: updates from refresh to refresh. */
  readonly refreshEvery?: number;
}

/** Is told of every pulse. */
export interface PulseListener {
  /**
   * After an update of a group's cells: signed counts of its (`sign` −1: second) cells, row-major. The fast array beside cells of
   * group g1 is a group `g1.fast`.
   */
  pulsed(group: StoreGroup, sign: 1 | -1, counts: Int16Array, id: number): void;
  /** When the store is closed. */
  close?(): void;
}
