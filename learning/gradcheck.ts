import { runError } from '../core/index.js';
import type { AnalogDevice, Batch, Floats, ParameterValues, StopRule } from '../devices/contract/index.js';

/** Two devices of one network, what to compare them on, and β. */
export interface GradcheckOptions {
  readonly device: AnalogDevice;
  /** A float64 device of the same network, which can report the exact gradient. */
  readonly reference: AnalogDevice;
  readonly batch: Batch;
  /** In the device's nudge unit. */
  readonly beta: number;
  /** Of the device under check; its own default when left out. */
  readonly stop?: StopRule;
}

/** How one layer's gradient compares. Layers count from 1, as the conductances that lead into them do. */
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
 * @throws `gradcheck.unsupported` where the device reports no gradient, or the reference no exact one
 */
export async function gradcheck(options: GradcheckOptions): Promise<LayerGradcheck[]> {
  const { device, reference, batch, beta, stop } = options;
  await reference.writeParameters(await device.readParameters());
  const { estimate } = await gradients(device, batch, beta, stop);
  const { estimate: gradient, exact } = await gradients(reference, batch, beta, referenceStop, true);
  if (exact === undefined) {
    throw runError('gradcheck.unsupported', `${reference.info.name} cannot report the exact gradient`);
  }
  return device.info.groups
    .filter((group) => group.role !== 'bias')
    .map(({ name, between }, g) => ({
      layer: between?.[1] ?? g + 1,
      ...compare(estimate[name], gradient[name]),
      betaBias: {
        cosineToExact: cosine(gradient[name], exact[name]),
        relativeError: largestDifference(gradient[name], exact[name]),
      },
    }));
}

/** The centered estimate and, where it is asked for and the device can tell, the exact gradient. */
async function gradients(
  device: AnalogDevice,
  batch: Batch,
  beta: number,
  stop: StopRule | undefined,
  withExact = false,
): Promise<{ estimate: ParameterValues; exact: ParameterValues | undefined }> {
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
  const estimate = await device.gradient({ first, second });
  const slope = free.outputs().map((v, k) => v - batch.targets[k]);
  const exact = withExact ? await device.exactGradient?.(free, slope) : undefined;
  for (const equilibrium of [free, first, second]) equilibrium.release();
  return { estimate, exact };
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
