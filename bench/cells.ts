/**
 * One update of the cells of drn-1h (1568 × 1024 and 1024 × 10, batch 4): contrast → policy → pulses → conductances.
 * Best of 5 runs of 20 updates each, one thread. `node bench` style: npx tsx is not needed, build first:
 *   npm run build && node dist/bench/cells.js
 */
import { cpus, loadavg } from 'node:os';
import { RandomStream } from '../core/index.js';
import { CellStore, conductanceMap } from '../devices/cells/index.js';
import type { Imperfections } from '../devices/imperfections/index.js';
import { updatePolicy } from '../devices/policies/index.js';
import { agAsiJo, hfo2Gong, linearCells, type PulseModel } from '../devices/pulse/index.js';

const ROWS = 1568;
const COLUMNS = 1024;
const BATCH = 4;

function storeOf(model: PulseModel, policy: string, imperfections: Partial<Imperfections>): CellStore {
  const g_max_S = 3 / Math.sqrt(ROWS);
  const map = conductanceMap(model, g_max_S);
  return new CellStore({
    groups: [{ name: 'g1', rows: ROWS, columns: COLUMNS, map }],
    model,
    policy: updatePolicy(policy),
    seed: 1,
    imperfections,
  });
}

const random = new RandomStream(1, 'bench');
const floats = (n: number, sigma: number) => Float32Array.from({ length: n }, () => sigma * random.normal());
/** 19 % of the pixels lit, as in MNIST; differences of phases as after a nudge. */
const meanBefore = Float32Array.from({ length: BATCH * ROWS }, () => (random.uniform() < 0.19 ? 480 : 0));
const contrast = {
  batch: BATCH,
  meanBefore,
  deltaAfter: floats(BATCH * COLUMNS, 0.002),
  meanAfter: floats(BATCH * COLUMNS, 3),
  factor: 1 / (2 * BATCH),
};

async function nanosecondsACell(
  store: CellStore,
  rate: number,
  senses: number,
): Promise<{ ns: number; pulses: number }> {
  await store.write(
    'g1',
    Float32Array.from({ length: ROWS * COLUMNS }, () => 0.02 + 0.02 * random.uniform()),
  );
  let id = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const start = process.hrtime.bigint();
    for (let n = 0; n < 20; n++) {
      for (let s = 0; s < senses; s++) await store.sense('g1');
      await store.adapt('g1', contrast, rate, ++id);
      if (senses === 0) await store.sense('g1');
    }
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 20 / ROWS / COLUMNS);
  }
  const { potentiationPulses, depressionPulses } = store.report();
  return { ns: best, pulses: (potentiationPulses + depressionPulses) / id / ROWS / COLUMNS };
}

const linear = linearCells();
const spreads = { d2dStep: 0.05, c2c: 0.05 };
const cases: [string, PulseModel, string, Partial<Imperfections>, number][] = [
  ['linear, exact', linear, 'exact', {}, 0],
  ['linear, proportional, d2d and c2c 5 %', linear, 'proportional', spreads, 0],
  ['… with read noise in 3 phases', linear, 'proportional', { ...spreads, read: 0.01 }, 3],
  ['linear, sign', linear, 'sign', spreads, 0],
  ['linear, accumulate', linear, 'accumulate', spreads, 0],
  ['linear, verify', linear, 'verify', spreads, 0],
  ['Ag:a-Si, proportional', agAsiJo, 'proportional', {}, 0],
  ['HfO2 of Gong, proportional', hfo2Gong, 'proportional', {}, 0],
];
console.log(`${cpus()[0].model}, node ${process.version}, load ${loadavg()[0].toFixed(2)}`);
for (const [name, model, policy, imperfections, senses] of cases) {
  for (const rate of [0.006, 0.06]) {
    const { ns, pulses } = await nanosecondsACell(storeOf(model, policy, imperfections), rate, senses);
    console.log(
      `${name.padEnd(40)} rate ${rate}  ${ns.toFixed(2)} ns a cell  ${pulses.toFixed(3)} pulses a cell`,
    );
  }
}
console.log(`load ${loadavg()[0].toFixed(2)}`);
