import type { LayeredNetwork } from '../../circuits/layered/index.js';
import type { Floats } from '../../devices/contract/index.js';
import { fillSources } from '../layered/index.js';

/** What drives a batch. */
export interface Sources {
  readonly batch: number;
  /** Input signals [batch × inputs], V, before doubling and gain. */
  readonly inputs: Floats;
  /** Voltages of the sources, [batch × 2·inputs], V. */
  readonly volts: Float64Array;
  /** As last asked for, with the ports that they are by. */
  currents?: { readonly across: Float64Array; readonly found: SourceCurrents };
}

export function sourcesOf(
  { inputs: signals, inputGain }: LayeredNetwork,
  inputs: Floats,
  batch: number,
): Sources {
  const volts = new Float64Array(batch * 2 * signals);
  fillSources(inputs, signals, inputGain, volts);
  return { batch, inputs, volts };
}

/** What sources do to layer 1, [batch × n₁], A. */
export interface SourceCurrents {
  readonly current_A: Float64Array;
  /** Σ |y·v|. */
  readonly magnitude_A: Float64Array;
}

/**
 * Σ y·v of sources into the units of layer 1 by the ports, with the sign of a current into the unit, and Σ |y·v|; [batch × n₁], A.
 * @param across of the first crossbar, [n₁ × sources]
 */
export function sourceCurrents(across: Float64Array, sources: Sources): SourceCurrents {
  const { batch, volts, currents } = sources;
  if (currents?.across === across) return currents.found;
  const rows = volts.length / batch;
  const columns = across.length / rows;
  const current_A = new Float64Array(batch * columns);
  const magnitude_A = new Float64Array(batch * columns);
  for (let s = 0; s < batch; s++) {
    const v = volts.subarray(s * rows, (s + 1) * rows);
    const live = Array.from(v.keys()).filter((i) => v[i] !== 0);
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      let size = 0;
      for (const i of live) {
        const current = across[j * rows + i] * v[i];
        sum -= current;
        size += Math.abs(current);
      }
      current_A[s * columns + j] = sum;
      magnitude_A[s * columns + j] = size;
    }
  }
  sources.currents = { across, found: { current_A, magnitude_A } };
  return { current_A, magnitude_A };
}
