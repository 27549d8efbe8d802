import { runError } from '../core/index.js';
import type { AnalogDevice, Batch, Floats, Parameters, StopRule } from '../devices/contract/index.js';

/** The exact gradient of a device's cost at its free equilibrium, handed in by who knows the device's physics. */
export type ExactGradient = (
  parameters: Parameters,
  batch: Batch,
  freeStates: readonly Float64Array[],
) => Parameters;

export interface LayerGradcheck {
  readonly layer: number;
  /** Arithmetic: the device's estimate against float64 at the same β. */
  readonly cosine: number;
  /** Largest difference over largest entry. */
  readonly relativeError: number;
  /** Bias of a finite β: the float64 estimate against the exact gradient. */
  readonly betaBias: { readonly cosineToExact: number; readonly relativeError: number };
}

/** Far below any β bias that one would want to see. */
const referenceStop: StopRule = { tolerance: 1e-13, outputChange: 1e-13, maxIterations: 5000 };

/**
 * Checks a device's centered gradient estimate twice over, layer by layer: its arithmetic, and the bias of this β.
 * @param reference float64 device of the same network
 * @param beta in the device's nudge unit
 */
export async function gradcheck(
  device: AnalogDevice,
  reference: AnalogDevice,
  exactGradient: ExactGradient,
  batch: Batch,
  beta: number,
  stop?: StopRule,
): Promise<LayerGradcheck[]> {
  const parameters = await device.readParameters();
  await reference.writeParameters(parameters);
  const estimate = await centeredGradient(device, batch, beta, stop);
  const { gradient, freeStates } = await centeredGradient(reference, batch, beta, referenceStop);
  const exact = exactGradient(parameters, batch, freeStates);
  return device.info.groups
    .filter((group) => group.role !== 'bias')
    .map(({ name, layer }) => ({
      layer,
      ...compare(estimate.gradient[name], gradient[name]),
      betaBias: {
        cosineToExact: cosine(gradient[name], exact[name]),
        relativeError: largestDifference(gradient[name], exact[name]),
      },
    }));
}

async function centeredGradient(
  device: AnalogDevice,
  batch: Batch,
  beta: number,
  stop: StopRule | undefined,
): Promise<{ gradient: Parameters; freeStates: Float64Array[] }> {
  if (device.gradient === undefined) {
    throw runError('gradcheck.unsupported', `${device.info.name} cannot report the gradient it learns by`);
  }
  const drive = { batch: batch.size, inputs: batch.inputs };
  const options = stop === undefined ? {} : { stop };
  const kind = device.info.nudges[0];
  const free = await device.settle(drive, options);
  const phase = (b: number) =>
    device.settle({ ...drive, nudge: { kind, beta: b, targets: batch.targets } }, { ...options, from: free });
  const first = await phase(-beta);
  const second = await phase(beta);
  const gradient = await device.gradient({ first, second });
  const freeStates = device.info.layers.map((_, l) => free.layer(l));
  for (const equilibrium of [free, first, second]) equilibrium.release();
  return { gradient, freeStates };
}

function compare(got: Floats, want: Floats): { cosine: number; relativeError: number } {
  return { cosine: cosine(got, want), relativeError: largestDifference(got, want) };
}

function cosine(a: Floats, b: Floats): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let e = 0; e < a.length; e++) {
    ab += a[e] * b[e];
    aa += a[e] * a[e];
    bb += b[e] * b[e];
  }
  // An estimate that is all zero points nowhere.
  return aa * bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

function largestDifference(got: Floats, want: Floats): number {
  let difference = 0;
  let largest = 0;
  for (let e = 0; e < want.length; e++) {
    difference = Math.max(difference, Math.abs(got[e] - want[e]));
    largest = Math.max(largest, Math.abs(want[e]));
  }
  return difference / largest;
}
