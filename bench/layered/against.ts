import type { Batch } from '../../devices/contract/index.js';
import { Coder, type DataSet, gradcheck } from '../../learning/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';
import type { Experiment } from './experiment.js';

const BATCH = 4;
const WARM_MS = 300;

function firstBatch(device: LayeredDevice | LayeredFloat32Device, data: DataSet): Batch {
  return new Coder(data, device.info).firstBatch(data.train, BATCH);
}

/** Cosine of the kernel's gradient to float64's at the same β, layer by layer, at init; and the bias of that β. */
export async function checkArithmetic({ network, beta_S }: Experiment, data: DataSet) {
  const device = new LayeredFloat32Device(network, { seed: 1, threads: 1 });
  const reference = new LayeredDevice(network, { seed: 1 });
  const betas = [-beta_S, beta_S] as const;
  const checks = await gradcheck({ device, reference, batch: firstBatch(device, data), betas });
  await device.close();
  const conductances = checks.filter(({ role }) => role === 'conductance');
  return conductances.map(({ layer, cosine, relativeError, betaBias }) => ({
    layer,
    cosine,
    relativeError,
    betaBias: betaBias.cosineToExact,
  }));
}

/** The float64 TypeScript device's time for one minibatch of 4 at the default stop, µs a sample, best of two. */
export async function referenceStep({ network, rates, beta_S }: Experiment, data: DataSet): Promise<number> {
  const device = new LayeredDevice(network, { seed: 1 });
  const { inputs, targets } = firstBatch(device, data);
  let best = Number.POSITIVE_INFINITY;
  for (let id = 1; id <= 2; id++) {
    const start = performance.now();
    const drive = { batch: BATCH, inputs };
    const free = await device.settle(drive);
    const phase = (beta: number) =>
      device.settle({ ...drive, nudge: { kind: 'conductance', beta, targets } }, { from: free });
    await device.adapt({ first: await phase(-beta_S), second: await phase(beta_S) }, { id, rates });
    best = Math.min(best, performance.now() - start);
  }
  return (1000 * best) / BATCH;
}

/** One sweep of plain float32 loops over every conductance but the sources', both directions, nothing skipped, µs a sample. */
export function denseSweep({ network }: Experiment): number {
  const { layers } = network;
  const matrices = layers.slice(1).map((size, l) => new Float32Array(layers[l] * size).fill(0.01));
  const states = layers.map((size) => new Float32Array(BATCH * size).fill(0.5));
  const sums = layers.map((size) => new Float32Array(BATCH * size));
  let best = Number.POSITIVE_INFINITY;
  // Small networks need many rounds before their loops are compiled.
  const end = performance.now() + WARM_MS;
  for (let r = 0; r < 8 || performance.now() < end; r++) {
    const start = performance.now();
    for (const [l, g] of matrices.entries()) bothProducts(g, layers[l], layers[l + 1], states, sums, l);
    best = Math.min(best, performance.now() - start);
  }
  return (1000 * best) / BATCH;
}

function bothProducts(
  g: Float32Array,
  rows: number,
  columns: number,
  states: readonly Float32Array[],
  sums: readonly Float32Array[],
  l: number,
): void {
  const [before, after] = [states[l], states[l + 1]];
  const [back, forth] = [sums[l], sums[l + 1]];
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    for (let s = 0; s < BATCH; s++) {
      const value = before[s * rows + i];
      const at = s * columns;
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        sum += g[row + j] * after[at + j];
        forth[at + j] += g[row + j] * value;
      }
      back[s * rows + i] = sum;
    }
  }
}
