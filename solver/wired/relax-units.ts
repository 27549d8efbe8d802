import type { LayeredNetwork } from '../../circuits/layered/index.js';
import { type OutputPull, restOf } from '../layered/index.js';
import { dot } from './dot.js';
import type { UnitLayer } from './wired-parameters.js';

/** What of a nudge a sweep asks for. */
export type Pull = Pick<OutputPull, 'follow' | 'conductances' | 'currents' | 'clamped'>;

/** [n_l] each. */
export interface LayerRest {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The rests of every layer of a network. */
export function restsOf(network: LayeredNetwork): LayerRest[] {
  return network.layers.map((size, l) => {
    const rests = Array.from({ length: size }, (_, j) => restOf(network, l, j));
    return {
      low: Float64Array.from(rests, (rest) => rest.low),
      high: Float64Array.from(rests, (rest) => rest.high),
    };
  });
}

/** The units of a batch between two looks at the crossbars. */
export interface UnitSystem {
  readonly network: LayeredNetwork;
  /** Between which voltages the units of a layer are without their diodes conducting, V. */
  readonly rests: readonly LayerRest[];
  readonly batch: number;
  readonly layers: readonly UnitLayer[];
  /** Currents into units that do not go by unit voltages, [batch × n_l] a layer, A. */
  readonly offsets: readonly Float64Array[];
  readonly pull: Pull | undefined;
  /** Whose diode conducts and goes on conducting, 1 or 0, [batch × n_l] a layer; diodes follow their voltages where left out. */
  readonly frozen: readonly Uint8Array[] | undefined;
}

/**
 * One sweep over the units of some samples: odd layers, then even ones, each unit set to the voltage that meets Kirchhoff's current law
 * given all others, or held by its diode. Returns the largest current that was left over at a unit of each layer, A.
 * @param voltages [batch × n_l] a layer, V; changed in place
 * @param samples which of the batch
 * @param residuals [batch]: the largest of each sample relative to `scales_A`
 * @param move false: only measures
 */
export function sweepUnits(
  system: UnitSystem,
  voltages: readonly Float64Array[],
  samples: readonly number[],
  scales_A: readonly number[],
  residuals: Float64Array,
  move = true,
): number[] {
  const { network, layers, pull } = system;
  const last = network.layers.length - 1;
  const worst = new Array<number>(last + 1).fill(0);
  for (const s of samples) residuals[s] = 0;
  for (const first of [0, 1]) {
    for (let l = first; l <= last; l += 2) {
      const pulled = l === last ? pull : undefined;
      pulled?.follow(voltages[last]);
      for (const s of samples) {
        const currents = inflow(system, voltages, l, s);
        const left = settleLayer(system, voltages[l], currents, layers[l].own, l, s, pulled, move);
        worst[l] = Math.max(worst[l], left);
        residuals[s] = Math.max(residuals[s], left === 0 ? 0 : left / scales_A[l]);
      }
    }
  }
  return worst;
}

/** Currents into the units of layer l of one sample from everything but the layer itself, A. */
function inflow(
  { network, layers, offsets }: UnitSystem,
  voltages: readonly Float64Array[],
  l: number,
  s: number,
): Float64Array {
  const n = network.layers[l];
  const currents = offsets[l].slice(s * n, (s + 1) * n);
  if (l > 0) {
    const rows = network.layers[l - 1];
    const before = voltages[l - 1];
    const { across } = layers[l];
    for (let j = 0; j < n; j++) currents[j] -= dot(across, j * rows, before, s * rows, rows);
  }
  if (l + 1 < network.layers.length) {
    const columns = network.layers[l + 1];
    const after = voltages[l + 1];
    const { across } = layers[l + 1];
    for (let k = 0; k < columns; k++) {
      const v = after[s * columns + k];
      if (v === 0) continue;
      for (let i = 0; i < n; i++) currents[i] -= across[k * n + i] * v;
    }
  }
  return currents;
}

/** Sets each unit of layer l of one sample; returns the largest residual current that one had, A. */
function settleLayer(
  { network, rests, frozen }: UnitSystem,
  v: Float64Array,
  currents: Float64Array,
  own: Float64Array,
  l: number,
  s: number,
  pulled: Pull | undefined,
  move: boolean,
): number {
  const n = currents.length;
  const { on_S } = network.diode;
  let worst = 0;
  for (let j = 0; j < n; j++) {
    const e = s * n + j;
    let conductance = own[j * n + j];
    let current = currents[j] - dot(own, j * n, v, s * n, n) + conductance * v[e];
    if (pulled !== undefined) {
      conductance += pulled.conductances[e];
      current += pulled.currents[e];
    }
    // A unit without any conductance stays where it is; a current into it then shows in the residual.
    let settled = conductance === 0 ? v[e] : current / conductance;
    const low = rests[l].low[j];
    const high = rests[l].high[j];
    // NaN is neither; a linearised network keeps each diode as it was.
    const conducts = frozen === undefined ? settled <= low || settled >= high : frozen[l][e] === 1;
    if (pulled?.clamped !== undefined) settled = pulled.clamped[e];
    else if (conducts && (on_S === Number.POSITIVE_INFINITY || conductance === 0)) {
      settled = frozen !== undefined ? v[e] : settled <= low ? low : high;
    } else if (conducts) {
      conductance += on_S;
      settled = (current + on_S * (low === Number.NEGATIVE_INFINITY ? high : low)) / conductance;
    }
    const residual =
      conductance === 0 &&
      pulled?.clamped === undefined &&
      low === Number.NEGATIVE_INFINITY &&
      high === Number.POSITIVE_INFINITY
        ? Math.abs(current)
        : Math.abs(conductance * (settled - v[e]));
    // Math.max keeps a NaN.
    worst = Math.max(worst, residual);
    if (move) v[e] = settled;
  }
  return worst;
}

/** Largest Σ|y·v| at a unit of each layer over the batch, A: what its residual is measured by. */
export function scalesOf(
  { network, batch, layers }: UnitSystem,
  voltages: readonly Float64Array[],
  sources_A: Float64Array,
): number[] {
  return network.layers.map((n, l) => {
    const rows = l === 0 ? 0 : network.layers[l - 1];
    const columns = network.layers[l + 1] ?? 0;
    let most = 0;
    for (let s = 0; s < batch; s++) {
      for (let j = 0; j < n; j++) {
        let sum = l === 0 ? sources_A[s * n + j] : 0;
        for (let i = 0; i < rows; i++)
          sum += Math.abs(layers[l].across[j * rows + i] * voltages[l - 1][s * rows + i]);
        for (let k = 0; k < columns; k++)
          sum += Math.abs(layers[l + 1].across[k * n + j] * voltages[l + 1][s * columns + k]);
        if (sum > most) most = sum;
      }
    }
    return most;
  });
}
