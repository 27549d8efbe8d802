import type { Observer } from './observer.js';
import type { SavedPoints } from './saved-points.js';
import type { TransientStats, TransientStatus } from './statuses.js';

/** What a transient gave. Unless it was completed, what was reached until then. */
export interface TransientSolution {
  readonly value: TransientWaveforms;
  readonly status: TransientStatus;
  readonly stats: TransientStats;
}

/** Values over time: every accepted step and every multiple of the step asked for, rising in time. */
export interface TransientWaveforms {
  readonly time_s: Float64Array;
  /** Every node's voltage, V; ground left out. Nodes inside an element are named `element#node`. */
  readonly voltages_V: Readonly<Record<string, Float64Array>>;
  /** Current through every voltage source and inductor, A: plus through it to minus. */
  readonly currents_A: Readonly<Record<string, Float64Array>>;
  /** State of every element that has one that moves, in its own unit. */
  readonly states: Readonly<Record<string, Float64Array>>;
}

/** The saved rows as columns by name. */
export function waveformsOf(saved: SavedPoints, observer: Observer): TransientWaveforms {
  const { nodes, currents, states } = observer;
  const columns = (names: readonly string[], from: number) =>
    Object.fromEntries(names.map((name, k) => [name, saved.column(from + k)]));
  return {
    time_s: saved.time_s(),
    voltages_V: columns(nodes, 0),
    currents_A: columns(currents, nodes.length),
    states: columns(states, nodes.length + currents.length),
  };
}
