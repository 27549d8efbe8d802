// The records of assembly/hopfield/records.ts: names in the order of their 4-byte fields.

/** Of each layer, one after the other. */
export const hopfieldLayerFields = [
  'units',
  'vectors',
  'step',
  'weights',
  'transposed',
  'fixed',
  'fixedStep',
  'free',
  'first',
  'second',
  'field',
  'moved',
  'deltas',
  'activation',
  'bound',
  'unused',
] as const;

export const hopfieldJobFields = [
  'layers',
  'layerCount',
  'members',
  'batch',
  'start',
  'end',
  'targets',
  'limit',
  'fixedIterations',
  'beta',
  'epsilon',
  'tolerance',
  'outputChange',
  'reports',
  'next',
  'scratchStep',
] as const;

/** What `inputField` is asked for: out[sample][:] = biases + Σ x_i·weights[i][:]. */
export const hopfieldInputFieldFields = [
  'weights',
  'biases',
  'vectors',
  'samples',
  'starts',
  'rows',
  'values',
  'out',
  'outStep',
] as const;

/** What `addInputs` is asked for: the update of the weights of the clamped input. */
export const hopfieldInputUpdateFields = [
  'weights',
  'rowStep',
  'vectors',
  'signals',
  'starts',
  'rows',
  'values',
  'deltas',
  'squares',
  'sums',
] as const;

/** What `product` is asked for: c[j][:] = init[j][:] + Σ_k w[k·kStep + j·cStep]·s[k][:]; `init` 0 for none. */
export const hopfieldProductFields = [
  'w',
  'kStep',
  'cStep',
  'terms',
  's',
  'sStep',
  'init',
  'c',
  'cRow',
  'columns',
  'vectors',
] as const;

/** Bytes of a job: its fields and a barrier. */
export const HOPFIELD_JOB_BYTES = 128;

/** Rows of states in the order of a layer's fields: what `start` and `end` of a job count. */
export const hopfieldPhases = { rest: -1, free: 0, first: 1, second: 2 } as const;

/** What units make of their fields, in the kernel's numbers: clip(x, 0, bound), or a curve. */
export const hopfieldActivations = { clipped: 0, sigmoid: 1, tanh: 2 } as const;

/** How a sample ended, in the kernel's numbers. */
export const hopfieldStatuses = { limit: 0, settled: 1, notFinite: 2 } as const;
