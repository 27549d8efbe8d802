import { runError } from '../../core/index.js';
import type { Floats, ParameterValues } from '../../devices/contract/index.js';
import { cellProduct } from './cell-gradient.js';
import { terminalsOf } from './offsets.js';
import { restsOf, sweepUnits, type UnitSystem } from './relax-units.js';
import type { WiredStates } from './settle.js';
import type { Sources } from './sources.js';
import type { WiredParameters } from './wired-parameters.js';

/** Sweeps that the adjoint equations are given. */
const MAX_SWEEPS = 20_000;
/** What is left of the slope when they count as solved, and where rounding is all that is left. */
const SOLVED = 1e-13;
const ROUNDED = 1e-10;

/**
 * Gradient of a cost C (batch mean) at the free equilibrium, by implicit differentiation of the whole circuit. Nodes inside crossbars are
 * linear in the voltages of units, so that the adjoint λ is solved at the units, M·λ = ∂C/∂v with M of those whose diode does not
 * conduct, and goes into the crossbars as voltages do:
 *   ∂C/∂g of a cell = −(drop of λ)·(drop of v),   ∂C/∂b_j = λ_j,   λ = 0 at sources and held units.
 * @param costSlope ∂C/∂v of each sample's own cost, [batch × outputs]
 * @param sweeps relax λ by so many sweeps from 0, instead of until it is solved
 */
export function exactGradient(
  parameters: WiredParameters,
  sources: Sources,
  { voltages, solved, cells_S }: WiredStates,
  costSlope: Floats,
  sweeps?: number,
): ParameterValues {
  const { batch } = sources;
  const adjoint = solveAdjoint(parameters, batch, voltages, costSlope, sweeps);
  const grounded = { ...sources, volts: new Float64Array(sources.volts.length) };
  const gradients: Record<string, Float64Array> = {};
  for (const [l, crossbar] of parameters.crossbars.entries()) {
    gradients[`g${l + 1}`] = cellProduct(
      crossbar,
      { terminals: terminalsOf(sources, voltages, l), cells_S: cells_S[l], solved: solved[l], isRead: false },
      { terminals: terminalsOf(grounded, adjoint, l), cells_S: cells_S[l], solved: undefined, isRead: false },
    );
    const n = parameters.network.layers[l];
    const bias = new Float64Array(n);
    for (let e = 0; e < adjoint[l].length; e++) bias[e % n] += adjoint[l][e];
    gradients[`b${l + 1}`] = bias;
  }
  return gradients;
}

function solveAdjoint(
  parameters: WiredParameters,
  batch: number,
  voltages: readonly Float64Array[],
  costSlope: Floats,
  sweeps?: number,
): Float64Array[] {
  const { network } = parameters;
  const rests = restsOf(network);
  const last = network.layers.length - 1;
  const offsets = network.layers.map((n) => new Float64Array(batch * n));
  for (let e = 0; e < costSlope.length; e++) offsets[last][e] = costSlope[e] / batch;
  const frozen = voltages.map((v, l) => {
    const { low, high } = rests[l];
    const n = low.length;
    return Uint8Array.from(v, (value, e) => (value <= low[e % n] || value >= high[e % n] ? 1 : 0));
  });
  const system: UnitSystem = {
    // a diode that conducts through its resistance is one more conductance at its unit
    network: { ...network, diode: { ...network.diode, threshold_V: 0 } },
    rests: rests.map(({ low, high }) => ({ low: low.map(toZero), high: high.map(toZero) })),
    batch,
    layers: parameters.units(network.layers.map(() => false)),
    offsets,
    pull: undefined,
    frozen,
  };
  const adjoint = network.layers.map((n) => new Float64Array(batch * n));
  const everybody = Array.from({ length: batch }, (_, s) => s);
  const residuals = new Float64Array(batch);
  const slope = offsets[last].reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  if (slope === 0) return adjoint;
  const scales = network.layers.map(() => slope);
  let left = Number.POSITIVE_INFINITY;
  for (let sweep = 0; sweep < (sweeps ?? MAX_SWEEPS); sweep++) {
    sweepUnits(system, adjoint, everybody, scales, residuals);
    const before = left;
    left = residuals.reduce((most, one) => Math.max(most, one), 0);
    if (sweeps === undefined && (left <= SOLVED || (left <= ROUNDED && left >= before))) return adjoint;
  }
  if (sweeps !== undefined) return adjoint;
  throw runError(
    'gradient.not-settled',
    `exact gradient: the adjoint equations stopped at a relative residual of ${left}; conductances and wires differ too widely for float64`,
  );
}

/** A threshold is no voltage of the adjoint. */
function toZero(end: number): number {
  return Number.isFinite(end) ? 0 : end;
}
