import type { LayeredNetwork } from '../../circuits/layered/index.js';
import { eventLoopTurn } from '../../core/index.js';
import {
  defaultStop,
  type Nudge,
  type PhaseReport,
  type SettleStatus,
  type StopRule,
} from '../../devices/contract/index.js';
import { restOf } from './hidden-diodes.js';
import { OutputPull } from './output-pull.js';
import type { LayeredParameters } from './parameters.js';
import { addBackward, addForward } from './products.js';
import type { SourceCurrents } from './sources.js';

/** Node voltages of one batch, layer by layer, [batch × n_l], V; and Σg·|v| of each layer where it is largest, A. */
export interface LayeredStates {
  readonly voltages: Float64Array[];
  /** Taken in the first sweeps and kept in warm-started phases, as a later sweep changes it little. */
  scales_A?: readonly number[];
}

/** A nudged phase is given up as not contracting once its residual has grown by this factor. */
const GROWTH_LIMIT = 1e4;

/**
 * Exact block relaxation (Scellier 2024, arXiv 2402.11674, eq. 10): odd layers together, then even layers, each node
 * set to the voltage that meets Kirchhoff's current law given its neighbours, and to its threshold (0 V of an ideal diode) where its
 * diode conducts, or beyond that by what falls off at the on-resistance.
 * Changes `states` in place. The residual that is reported was measured in the course of the last sweep, which only
 * lowers it further.
 */
export async function relax(
  parameters: LayeredParameters,
  sources: SourceCurrents,
  states: LayeredStates,
  nudge: Nudge | undefined,
  stop: StopRule = {},
  signal?: AbortSignal,
): Promise<PhaseReport> {
  const pull = nudge === undefined ? undefined : new OutputPull(nudge, parameters.network.layers.at(-1)!);
  /** A pull against the conductances, which they may not bear. */
  const against = pull !== undefined && pull.extreme < 0;
  const frozen = pull?.isLinear ? conductingDiodes(states, parameters.network) : undefined;
  const { tolerance, outputChange, maxIterations } = { ...defaultStop, ...stop };
  const last = states.voltages.length - 1;
  const residuals = new Array<number>(last + 1).fill(0);
  let firstWorst = Number.POSITIVE_INFINITY;
  let iterations = 0;
  const limit = stop.fixedIterations ?? maxIterations;
  // From rest a sweep carries the drive two layers further.
  const scaleSweeps = states.scales_A === undefined ? last + 1 : 0;

  const report = (status: SettleStatus): PhaseReport => {
    const scales = states.scales_A ?? residuals.map(() => 0);
    return {
      status,
      iterations,
      residual: relative(residuals, scales),
      residual_A: Math.max(...residuals),
    };
  };

  // With a negative conductance in all at an output there is no stable equilibrium, whatever a sweep finds.
  if (against && parameters.nodeConductances_S[last].some((g) => g + pull.extreme <= 0))
    return report('not-passive');
  while (iterations < limit) {
    if (signal?.aborted) return report('aborted');
    let outputMove = 0;
    for (let l = 0; l <= last; l += 2)
      residuals[l] = updateLayer(parameters, sources, states, l, pull, frozen?.[l]);
    for (let l = 1; l <= last; l += 2)
      residuals[l] = updateLayer(parameters, sources, states, l, pull, frozen?.[l]);
    if (pull !== undefined) {
      const outputs = states.voltages[last];
      const change =
        residuals[last] / lowestNodeConductance(parameters.nodeConductances_S[last], pull.conductances);
      outputMove = change / Math.max(largest(outputs), Number.MIN_VALUE);
    }
    iterations++;
    if (iterations <= scaleSweeps) states.scales_A = scalesOf(parameters, sources, states);
    if (!residuals.every(Number.isFinite)) return report('not-finite');
    const worst = relative(residuals, states.scales_A ?? []);
    if (iterations === 1) firstWorst = worst;
    if (against && worst > GROWTH_LIMIT * firstWorst) return report('not-passive');
    if (stop.fixedIterations === undefined && worst <= tolerance && outputMove <= outputChange)
      return report('settled');
    // Long settlings let the rest of the process (signals, progress) have its turn.
    if (iterations % 64 === 0) await eventLoopTurn();
  }
  if (stop.fixedIterations !== undefined) return report('fixed-iterations');
  // One sweep alone has nothing to have grown from.
  const grew = against && iterations > 1 && relative(residuals, states.scales_A ?? []) >= firstWorst;
  return report(grew ? 'not-passive' : 'stopped-early');
}

/** Sets every node of layer l; returns the largest residual current it had before, A. */
function updateLayer(
  parameters: LayeredParameters,
  sources: SourceCurrents,
  states: LayeredStates,
  l: number,
  pull: OutputPull | undefined,
  frozen: Uint8Array | undefined,
): number {
  const { conductances, biases, nodeConductances_S, network } = parameters;
  const { batch } = sources;
  const last = states.voltages.length - 1;
  const v = states.voltages[l];
  const size = v.length / batch;
  const sums = new Float64Array(v.length);
  if (l === 0) sums.set(sources.current);
  else addForward(states.voltages[l - 1], conductances[l], sums, batch, network.layers[l - 1]);
  if (l < last) addBackward(states.voltages[l + 1], conductances[l + 1], sums, batch, size);

  const pulled = l === last ? pull : undefined;
  pulled?.follow(v);
  const { on_S } = network.diode;
  const rest = Array.from({ length: size }, (_, j) => restOf(network, l, j));
  let worst = 0;
  for (let s = 0; s < batch; s++) {
    for (let j = 0; j < size; j++) {
      const e = s * size + j;
      let nodeConductance = nodeConductances_S[l][j];
      let current = sums[e] + biases[l][j];
      if (pulled !== undefined) {
        nodeConductance += pulled.conductances[e];
        current += pulled.currents[e];
      }
      // A node without any conductance stays where it is; a current into it then shows in the residual.
      let settled = nodeConductance === 0 ? v[e] : current / nodeConductance;
      const { low, high } = rest[j];
      // NaN is neither; a linearised network keeps each diode as it was.
      const conducts = frozen === undefined ? settled <= low || settled >= high : frozen[e] === 1;
      if (pulled?.clamped !== undefined) settled = pulled.clamped[e];
      else if (conducts && (on_S === Number.POSITIVE_INFINITY || nodeConductance === 0)) {
        settled = frozen !== undefined ? v[e] : settled <= low ? low : high;
      } else if (conducts) {
        nodeConductance += on_S;
        settled = (current + on_S * (low === Number.NEGATIVE_INFINITY ? high : low)) / nodeConductance;
      }
      const residual =
        nodeConductance === 0 && l === last && pulled?.clamped === undefined
          ? Math.abs(current)
          : Math.abs(nodeConductance * (settled - v[e]));
      // Math.max keeps a NaN.
      worst = Math.max(worst, residual);
      v[e] = settled;
    }
  }
  return worst;
}

/** Hidden nodes whose diode conducts, 1 or 0, [batch × n_l] a layer: in a linearised network it goes on, and no other begins. */
function conductingDiodes({ voltages }: LayeredStates, network: LayeredNetwork): Uint8Array[] {
  return voltages.map((v, l) =>
    Uint8Array.from(v, (value, e) => {
      const { low, high } = restOf(network, l, e % network.layers[l]);
      return value <= low || value >= high ? 1 : 0;
    }),
  );
}

/** Largest Σg·|v| at a node of each layer over the batch, A. */
function scalesOf(parameters: LayeredParameters, sources: SourceCurrents, states: LayeredStates): number[] {
  const { batch } = sources;
  const sizes = parameters.network.layers;
  const magnitudes = states.voltages.map((v) => v.map(Math.abs));
  return sizes.map((size, l) => {
    const sums = new Float64Array(batch * size);
    if (l === 0) sums.set(sources.magnitude);
    else addForward(magnitudes[l - 1], parameters.conductances[l], sums, batch, sizes[l - 1]);
    if (l + 1 < sizes.length)
      addBackward(magnitudes[l + 1], parameters.conductances[l + 1], sums, batch, size);
    return largest(sums);
  });
}

function relative(residuals: readonly number[], scales: readonly number[]): number {
  let worst = 0;
  for (const [l, residual] of residuals.entries()) {
    const share = residual === 0 ? 0 : residual / (scales[l] ?? 0);
    worst = Math.max(worst, share);
  }
  return worst;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most;
}

function lowestNodeConductance(nodeConductances_S: Float64Array, added: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let e = 0; e < added.length; e++) {
    const conductance = Math.abs(nodeConductances_S[e % nodeConductances_S.length] + added[e]);
    if (conductance < least) least = conductance;
  }
  return least;
}
