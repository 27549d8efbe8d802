import type { HopfieldParameters } from './parameters.js';
import { type HopfieldDrive, layerField } from './relax.js';

/**
 * E(s) = Σ G(s) − Σ_l s^(l−1)·W^l·s^l − Σ b·s of each sample, [batch], G = ½s² of the hard sigmoid, without the nudge's own and without the
 * constant ½ Σ x² of the clamped input.
 * @param states [batch × n_l] a layer, at rest or not
 */
export function hopfieldEnergy(
  parameters: HopfieldParameters,
  drive: HopfieldDrive,
  states: readonly Float64Array[],
): Float64Array {
  const { store } = parameters.activation;
  const energy = new Float64Array(drive.batch);
  for (const [l, s] of states.entries()) {
    // Only what comes from the layer before: each pair counts once.
    const field = layerField(parameters, drive, states.slice(0, l + 1), l);
    const size = s.length / drive.batch;
    for (let e = 0; e < s.length; e++) energy[Math.floor(e / size)] += store(s[e]) - field[e] * s[e];
  }
  return energy;
}
