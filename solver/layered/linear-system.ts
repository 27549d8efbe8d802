import type { LayeredParameters } from './parameters.js';
import { addBackward, addForward, dot } from './products.js';

/** What of a network's parameters its linear system is made of; the conductances from the sources only through the node conductances. */
export type LinearParameters = Pick<LayeredParameters, 'network' | 'conductances' | 'nodeConductances_S'>;

/**
 * The linear network that remains when some nodes are held at 0 V: its conductance matrix M over the other nodes of all
 * layers (node conductances on the diagonal, −g off it) is symmetric and positive definite, and M·x = rhs is solved by conjugate
 * gradients (Hestenes & Stiefel, 1952) with the diagonal as preconditioner.
 */
export class LinearSystem {
  /** @param free [n_l] a layer: 1 where the node moves, 0 where it is held at 0 V */
  constructor(
    private readonly parameters: LinearParameters,
    private readonly free: readonly Uint8Array[],
  ) {}

  /** Solves for one right-hand side [n_l] a layer; the answer is 0 at held nodes. */
  solve(
    rhs: readonly Float64Array[],
    tolerance = 1e-13,
    maxIterations = 2000,
  ): { x: Float64Array[]; residual: number; iterations: number; settled: boolean } {
    const x = rhs.map((r) => new Float64Array(r.length));
    const r = rhs.map((values, l) => values.map((value, j) => (this.free[l][j] === 1 ? value : 0)));
    const z = this.precondition(r);
    const p = z.map((values) => values.slice());
    const start = Math.sqrt(dot(r, r));
    let rz = dot(r, z);
    let residual = start === 0 ? 0 : 1;
    let iterations = 0;
    while (residual > tolerance && iterations < maxIterations) {
      const ap = this.apply(p);
      const step = rz / dot(p, ap);
      for (const l of x.keys()) {
        for (let j = 0; j < x[l].length; j++) {
          x[l][j] += step * p[l][j];
          r[l][j] -= step * ap[l][j];
        }
      }
      const preconditioned = this.precondition(r);
      const next = dot(r, preconditioned);
      const ratio = next / rz;
      rz = next;
      for (const l of p.keys()) {
        for (let j = 0; j < p[l].length; j++) p[l][j] = preconditioned[l][j] + ratio * p[l][j];
      }
      residual = Math.sqrt(dot(r, r)) / start;
      iterations++;
    }
    return { x, residual, iterations, settled: residual <= tolerance };
  }

  /** From 0 by `sweeps` Gauss–Seidel sweeps, each over the odd layers and then the even ones, as the network itself relaxes. */
  relax(rhs: readonly Float64Array[], sweeps: number): Float64Array[] {
    const { nodeConductances_S } = this.parameters;
    const x = rhs.map((r) => new Float64Array(r.length));
    for (let sweep = 0; sweep < sweeps; sweep++) {
      for (const first of [0, 1]) {
        for (let l = first; l < x.length; l += 2) {
          const inflow = this.inflow(x, l);
          for (let j = 0; j < inflow.length; j++)
            x[l][j] =
              this.free[l][j] === 1 && nodeConductances_S[l][j] > 0
                ? (rhs[l][j] + inflow[j]) / nodeConductances_S[l][j]
                : 0;
        }
      }
    }
    return x;
  }

  /** M·v at the free nodes. */
  apply(v: readonly Float64Array[]): Float64Array[] {
    const { nodeConductances_S } = this.parameters;
    return v.map((_, l) =>
      this.inflow(v, l).map((sum, j) =>
        this.free[l][j] === 1 ? nodeConductances_S[l][j] * v[l][j] - sum : 0,
      ),
    );
  }

  /** Σ g·v into each node of layer l from the layers beside it. */
  private inflow(v: readonly Float64Array[], l: number): Float64Array {
    const { conductances, network } = this.parameters;
    const sizes = network.layers;
    const inflow = new Float64Array(sizes[l]);
    if (l > 0) addForward(v[l - 1], conductances[l], inflow, 1, sizes[l - 1]);
    if (l + 1 < sizes.length) addBackward(v[l + 1], conductances[l + 1], inflow, 1, sizes[l]);
    return inflow;
  }

  private precondition(r: readonly Float64Array[]): Float64Array[] {
    const { nodeConductances_S } = this.parameters;
    return r.map((values, l) =>
      values.map((value, j) => (nodeConductances_S[l][j] === 0 ? 0 : value / nodeConductances_S[l][j])),
    );
  }
}
