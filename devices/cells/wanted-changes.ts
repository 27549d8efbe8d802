import type { Floats } from '../contract/index.js';

/**
 * What an update wants of one group of conductances, asked for block by block: with wires every cell sees its own drop, so
 * the whole need not be an outer product of node vectors, nor ever exist at once.
 */
export interface WantedChanges {
  /**
   * Fills out[0 … count−1] with the wanted changes of conductances first … first + count − 1 (row-major) in units of `unit_S`
   * (S; negative for the second cell of a pair, which is to move the other way). Blocks are whole rows, asked for in rising
   * order, and as often as a group has arrays of cells.
   */
  block(first: number, count: number, out: Float32Array, unit_S: number): void;
  /**
   * A fast path: the same changes to float32, worked out by the kernel in whose memory `area` lies. Every `out` asked of what
   * is returned is the area's own.
   */
  inKernel?(area: ContrastRoom): WantedChanges;
}

/** Changes that are there as numbers, S, row-major. */
export function listedChanges(changes_S: Float64Array): WantedChanges {
  return {
    block(first, count, out, unit_S) {
      for (let n = 0; n < count; n++) out[n] = changes_S[first + n] / unit_S;
    },
  };
}

/**
 * What two phases tell the conductances of one group by the local rule of a resistive network without wires:
 *   ∂C/∂g_ij = factor · Σ_b (δ_i − δ_j)(m_i − m_j)     [V²/S]
 * with δ = second − first phase and m their mean at a node, V; δ left out is 0 (sources).
 */
export interface LocalContrast {
  readonly batch: number;
  /** [batch × rows] */
  readonly deltaBefore?: Floats;
  readonly meanBefore: Floats;
  /** [batch × columns] */
  readonly deltaAfter: Floats;
  readonly meanAfter: Floats;
  /** 1/(batch · Δβ), 1/S */
  readonly factor: number;
}

/** Where a kernel works out the changes of a contrast. */
export interface ContrastRoom {
  /** descent·Σ_b (δ_i − δ_j)(m_i − m_j) in S, good until the next is asked for. */
  changesOf(contrast: LocalContrast, descent: number): WantedChanges;
}
