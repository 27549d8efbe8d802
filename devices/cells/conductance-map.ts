import { inputError } from '../../core/index.js';
import type { PulseModel } from './pulse/index.js';

/** How many cells make one conductance of a network. */
export type CellPairing = 'single' | 'differential';

/**
 * What joins a network's conductances to its cells, one scale a group: g = scale·G for single cells;
 * g = max(0, scale·(G⁺ − G⁻)) for differential pairs, whose common offset G_min so falls out; not held at 0 where `g_min_S` is
 * negative.
 */
export interface ConductanceMap {
  readonly pairing: CellPairing;
  /** Network S per cell S. */
  readonly scale: number;
  /** Nominal range of the network's conductance, S. */
  readonly g_min_S: number;
  readonly g_max_S: number;
  /** Network conductance that one full range of one cell is worth, S. */
  readonly span_S: number;
}

/** The map that lays a cell's G_max (or a pair's largest difference) on the network's g_max. Throws `cells.map`. */
export function conductanceMap(
  model: PulseModel,
  networkMax_S: number,
  pairing: CellPairing = 'single',
): ConductanceMap {
  if (!(networkMax_S > 0 && Number.isFinite(networkMax_S))) {
    throw inputError(
      'cells.map',
      `cells have a largest conductance, so the network needs one too: got g_max ${networkMax_S} S; give the network a window`,
    );
  }
  const { g_min_S, g_max_S } = model;
  const scale = networkMax_S / (pairing === 'single' ? g_max_S : g_max_S - g_min_S);
  return {
    pairing,
    scale,
    g_min_S: pairing === 'single' ? scale * g_min_S : 0,
    g_max_S: networkMax_S,
    span_S: scale * (g_max_S - g_min_S),
  };
}

/**
 * The map of what has either sign, as bias currents read at a voltage: differential pairs whose largest differences stand for
 * −networkMax_S and +networkMax_S. Throws `cells.map`.
 */
export function signedMap(model: PulseModel, networkMax_S: number): ConductanceMap {
  return { ...conductanceMap(model, networkMax_S, 'differential'), g_min_S: -networkMax_S };
}
