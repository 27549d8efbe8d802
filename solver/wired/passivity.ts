import { symmetricEigenvalues } from '../dense/index.js';
import { restsOf, sweepUnits, type UnitSystem } from './relax-units.js';
import type { WiredParameters } from './wired-parameters.js';

const MAX_SWEEPS = 20_000;
const TOLERANCE = 1e-11;

/**
 * Smallest eigenvalue, S, of the conductance matrix that the outputs see when no diode conducts, the worst case. A nudge β keeps the
 * network passive, with one equilibrium, while −β is below it. Column k is measured as on a bench: hold output k at 1 V, the others
 * at 0 V, and take the current of every output.
 */
export function smallestOutputConductance_S(parameters: WiredParameters): number {
  const { layers: sizes } = parameters.network;
  const last = sizes.length - 1;
  const outputs = sizes[last];
  const network = {
    ...parameters.network,
    diode: { threshold_V: Number.POSITIVE_INFINITY, on_S: Number.POSITIVE_INFINITY },
  };
  const layers = parameters.units(sizes.map(() => false));
  // sample k has output k at 1 V
  const voltages = sizes.map((n) => new Float64Array(outputs * n));
  for (let k = 0; k < outputs; k++) voltages[last][k * outputs + k] = 1;
  const clamped = voltages[last].slice();
  const nothing = new Float64Array(clamped.length);
  const system: UnitSystem = {
    network,
    rests: restsOf(network),
    batch: outputs,
    layers,
    offsets: sizes.map((n) => new Float64Array(outputs * n)),
    pull: { follow: () => {}, conductances: nothing, currents: nothing, clamped },
    frozen: undefined,
  };
  const everybody = Array.from({ length: outputs }, (_, k) => k);
  const residuals = new Float64Array(outputs);
  const { own, across } = layers[last];
  const scale = own.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  if (last > 0 && scale > 0) {
    const scales = sizes.map(() => scale);
    for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      sweepUnits(system, voltages, everybody, scales, residuals);
      if (residuals.every((left) => left <= TOLERANCE)) break;
    }
  }
  const hidden = sizes[last - 1] ?? 0;
  const schur = new Float64Array(outputs * outputs);
  for (let k = 0; k < outputs; k++) {
    for (let m = 0; m < outputs; m++) {
      let current_A = own[m * outputs + k];
      for (let i = 0; i < hidden; i++)
        current_A += across[m * hidden + i] * voltages[last - 1][k * hidden + i];
      schur[m * outputs + k] = current_A;
    }
  }
  const symmetric = schur.map((value, at) => {
    const transposed = schur[(at % outputs) * outputs + Math.floor(at / outputs)];
    return 0.5 * (value + transposed);
  });
  return symmetricEigenvalues(symmetric, outputs)[0];
}
