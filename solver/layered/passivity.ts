import { symmetricEigenvalues } from '../dense/index.js';
import { type LinearParameters, LinearSystem } from './linear-system.js';

/**
 * Smallest eigenvalue, S, of the conductance matrix that the outputs see when no diode conducts, the worst case: the
 * Schur complement of the hidden nodes. A nudge β keeps the network passive, with one equilibrium, while −β is below it.
 * Column k is measured as on a bench: hold output k at 1 V, the others at 0 V, and take the current of every output.
 */
export function smallestOutputConductance_S(parameters: LinearParameters): number {
  const { conductances, nodeConductances_S, network } = parameters;
  const last = network.layers.length - 1;
  const outputs = network.layers[last];
  // row-major [outputs × outputs]
  const schur = new Float64Array(outputs * outputs);
  for (let k = 0; k < outputs; k++) schur[k * outputs + k] = nodeConductances_S[last][k];
  if (last > 0) {
    const free = network.layers.map((size, l) => new Uint8Array(size).fill(l === last ? 0 : 1));
    const system = new LinearSystem(parameters, free);
    const g = conductances[last];
    const hidden = network.layers[last - 1];
    for (let k = 0; k < outputs; k++) {
      const rhs = network.layers.map((size) => new Float64Array(size));
      for (let i = 0; i < hidden; i++) rhs[last - 1][i] = g[i * outputs + k];
      const { x } = system.solve(rhs, 1e-10);
      for (let i = 0; i < hidden; i++) {
        for (let m = 0; m < outputs; m++) schur[m * outputs + k] -= g[i * outputs + m] * x[last - 1][i];
      }
    }
  }
  const symmetric = schur.map((value, k) => {
    const transposed = schur[(k % outputs) * outputs + Math.floor(k / outputs)];
    return 0.5 * (value + transposed);
  });
  return symmetricEigenvalues(symmetric, outputs)[0];
}
