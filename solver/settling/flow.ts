/**
 * A layered network of conductances with a capacitance at every node, all layers one after the other in one array of nodes:
 *   C·dv/dt = I − D·v + W·v,     v ≥ 0 or v ≤ 0 where an ideal diode to ground says so.
 * D is what hangs on a node in all, W joins the nodes of neighbouring layers, and I is what sources drive into nodes at 0 V.
 */
export interface Flow {
  /** Nodes of each layer; the first may be the inputs' own lines. */
  readonly sizes: readonly number[];
  /** W between layers l and l + 1, S, row-major [sizes[l] × sizes[l + 1]]. */
  readonly couplings_S: readonly Float64Array[];
  /** D, S. */
  readonly conductances_S: Float64Array;
  /** I, A. */
  readonly currents_A: Float64Array;
  /** C, F. */
  readonly capacitances_F: Float64Array;
  /** 1: v ≥ 0, −1: v ≤ 0, 0: no diode. */
  readonly sides: Int8Array;
  readonly supply: Supply;
}

/** What drives a flow, apart: I is the sum of its currents, and of D the nudge has its part. */
export interface Supply {
  /** What the inputs deliver while all nodes are at 0 V, W. */
  readonly inputsAtRest_W: number;
  /** From the inputs' sources into nodes at 0 V, A. */
  readonly inputs_A: Float64Array;
  readonly biases_A: Float64Array;
  /** A nudge drives nudge_A − nudge_S·v into a node. */
  readonly nudge_A: Float64Array;
  readonly nudge_S: Float64Array;
}

/** What flows where, in this order wherever powers or energies stand in one array. */
export const powerNames = ['inputs', 'biases', 'nudge', 'dissipated'] as const;

/** Into the network from inputs, biases and nudge, and into heat: W, or J over time. */
export type PowerName = (typeof powerNames)[number];

/** out = W·v. */
export function coupled({ sizes, couplings_S }: Flow, v: Float64Array, out: Float64Array): void {
  out.fill(0);
  let from = 0;
  for (const [l, coupling] of couplings_S.entries()) {
    const [rows, columns] = [sizes[l], sizes[l + 1]];
    const next = from + rows;
    for (let i = 0; i < rows; i++) {
      const row = i * columns;
      const here = v[from + i];
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const g = coupling[row + j];
        sum += g * v[next + j];
        out[next + j] += g * here;
      }
      out[from + i] += sum;
    }
    from = next;
  }
}

/**
 * Powers at voltages v, W, in the order of `powerNames`. The nudge is what enters at the outputs, from its sources and its
 * conductances together; it is negative where they take up energy.
 * @param coupled_A W·v
 */
export function powersAt(flow: Flow, v: Float64Array, coupled_A: Float64Array, out: Float64Array): void {
  const { conductances_S, supply } = flow;
  let [taken, biases, nudge, own] = [0, 0, 0, 0];
  for (let k = 0; k < v.length; k++) {
    const here = v[k];
    if (here === 0) continue;
    taken += supply.inputs_A[k] * here;
    biases += supply.biases_A[k] * here;
    nudge += (supply.nudge_A[k] - supply.nudge_S[k] * here) * here;
    own += ((conductances_S[k] - supply.nudge_S[k]) * here - coupled_A[k]) * here;
  }
  out[0] = supply.inputsAtRest_W - taken;
  out[1] = biases;
  out[2] = nudge;
  // Σ g (v_i − v_j)², the squares expanded.
  out[3] = supply.inputsAtRest_W - 2 * taken + own;
}

/** ½ Σ C·v², J. */
export function stored_J({ capacitances_F }: Flow, v: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < v.length; k++) sum += capacitances_F[k] * v[k] * v[k];
  return sum / 2;
}
