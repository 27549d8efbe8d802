import { coupled, type Flow } from './flow.js';
import { MovingNodes } from './moving-nodes.js';

/** Rounds in which the pattern of conducting diodes is sought; each only adds what the last found, so that few are usual. */
const MOST_ROUNDS = 200;
/** Of the largest voltage: how exactly a pattern's equations are solved. */
const EXACT = 1e-14;
/** Of the currents at a node: what pushes less is rounding. */
const ROUNDING = 1e-12;

/**
 * Where a flow comes to rest: Kirchhoff's law at every node that moves, the others held by their diodes. The pattern of conducting
 * diodes is sought by the primal-dual active set method (Hintermüller, Ito & Kunisch 2003), which ends for such matrices.
 * @param from_V where to begin, V
 * @returns nothing where there is no stable rest: a nudge that outgrows the conductances, a current into a node without any
 */
export function restOf(flow: Flow, from_V: Float64Array): Float64Array | undefined {
  const { conductances_S, currents_A, sides } = flow;
  const n = sides.length;
  const v = Float64Array.from(from_V);
  const coupled_A = new Float64Array(n);
  const held = new Uint8Array(n);
  for (let k = 0; k < n; k++) {
    if (conductances_S[k] < 0) return undefined;
    if (conductances_S[k] === 0 && currents_A[k] !== 0 && !(sides[k] * currents_A[k] < 0)) return undefined;
    held[k] = conductances_S[k] === 0 || (sides[k] !== 0 && v[k] === 0) ? 1 : 0;
  }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const moving = new MovingNodes(flow, held);
    const at = (values: Float64Array) => Float64Array.from(moving.places, (k) => values[k]);
    const x = at(v);
    const diagonal = at(conductances_S);
    const right = at(currents_A);
    const size = right.reduce((most, i, k) => Math.max(most, Math.abs(i / diagonal[k])), 0);
    if (!moving.solve(diagonal, right, x, EXACT * (size || 1))) return undefined;
    v.fill(0);
    for (const [k, node] of moving.places.entries()) v[node] = x[k];
    coupled(flow, v, coupled_A);
    let changed = false;
    for (let k = 0; k < n; k++) {
      if (sides[k] === 0 || conductances_S[k] === 0) continue;
      const push_A = sides[k] * (currents_A[k] + coupled_A[k]);
      const rounding = ROUNDING * (Math.abs(currents_A[k]) + Math.abs(coupled_A[k]));
      const holds = held[k] === 1 ? !(push_A > rounding) : sides[k] * v[k] < 0;
      if (holds === (held[k] === 1)) continue;
      held[k] = holds ? 1 : 0;
      changed = true;
    }
    if (!changed) return v;
  }
  return undefined;
}
