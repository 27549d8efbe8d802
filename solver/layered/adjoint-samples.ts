/** One sample of a batch at its free equilibrium. */
export interface AdjointSample {
  readonly sample: number;
  /** Node states, [n_l] a layer. */
  readonly states: readonly Float64Array[];
  /** The cost's slope by them, [n_l] a layer, already divided by the batch; 0 but at the outputs. */
  readonly slope: readonly Float64Array[];
}

/**
 * The samples of a batch one after the other, as the adjoint equations of an exact gradient take them.
 * @param sizes n_l
 * @param states [batch × n_l] a layer
 * @param costSlope ∂C/∂(state) of each sample's own cost, [batch × outputs]
 */
export function* adjointSamples(
  sizes: readonly number[],
  states: readonly Float64Array[],
  costSlope: ArrayLike<number>,
): Generator<AdjointSample> {
  const last = sizes.length - 1;
  const batch = costSlope.length / sizes[last];
  for (let sample = 0; sample < batch; sample++) {
    const own = states.map((layer, l) => layer.subarray(sample * sizes[l], (sample + 1) * sizes[l]));
    const slope = sizes.map((size) => new Float64Array(size));
    for (let k = 0; k < sizes[last]; k++) slope[last][k] = costSlope[sample * sizes[last] + k] / batch;
    yield { sample, states: own, slope };
  }
}
