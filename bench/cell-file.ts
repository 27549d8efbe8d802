/**
 * From a true cell to digits by way of a cell file: a simulated array of one cell is pulsed up and down as an instrument would, its
 * reads are written as a text file, that is read, fitted and written as a cell file, and the preset `digits` is trained under policy
 * accumulate on the true cell and on the file's. Prints the paired differences of accuracy; the bar is a mean of at most 1.5 points.
 *   npm run build && node dist/bench/cell-file.js [--seeds 10] [--epochs 1] [--only NAME] [--cycles 5] [--read-noise 0.01]
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  cellOfModel,
  fittedCell,
  type StepLaw,
  stepShape,
  writeCellFile,
} from '../calibration/cell-files/index.js';
import { MeasuredReader } from '../calibration/files/index.js';
import type { MeasuredFile } from '../calibration/measured/index.js';
import { compareLaws, describeCell, trainsOf } from '../calibration/trains/index.js';
import { SimulatedCells } from '../devices/cells/index.js';
import { type PulseModel, pulseModel, pulsePreset, pulsesEndToEnd } from '../devices/cells/pulse/index.js';
import { composeRun } from '../experiments/composition/index.js';
import { readConfig } from '../experiments/schema/index.js';
import { meanOfSeeds } from '../experiments/sessions/index.js';
import { machine } from './machine.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    epochs: { type: 'string', default: '1' },
    cycles: { type: 'string', default: '5' },
    'read-noise': { type: 'string', default: '0.01' },
    only: { type: 'string' },
  },
});
const [seeds, epochs, cycles] = [Number(values.seeds), Number(values.epochs), Number(values.cycles)];
const read = Number(values['read-noise']);

const cellOf = (name: string, up: StepLaw, down: StepLaw, c2c: number): PulseModel => {
  const window = { g_min_S: 1e-6, g_max_S: 40e-6 };
  return pulseModel({
    name,
    source: 'drawn for this bench',
    ...window,
    potentiation: stepShape(up, window, 'potentiation'),
    depression: stepShape(down, window, 'depression'),
    rangeMeasured: true,
    spreads: { c2c },
  });
};

/** True cells: what a law is, not what the fit may be. Spreads of a pulse, no spread between cells, as one cell is measured. */
const truths: Readonly<Record<string, PulseModel>> = {
  'soft bounds': cellOf(
    'soft-bounds',
    { kind: 'soft-bounds', asymptote_S: 43e-6, share: 0.025 },
    { kind: 'soft-bounds', asymptote_S: -2e-6, share: 0.035 },
    0.3,
  ),
  power: cellOf(
    'power',
    { kind: 'power', low_S: 1e-6, high_S: 40e-6, share: 0.02, exponent: 1.5 },
    { kind: 'power', low_S: 1e-6, high_S: 40e-6, share: 0.03, exponent: 1.8 },
    0.3,
  ),
  'Ag:a-Si, shape alone': { ...pulsePreset('ag-asi-jo'), spreads: {} },
};

/** The cell as an instrument sees it: a text a cycle, pulse numbers and conductances, each way. */
async function measured(model: PulseModel, seed: number): Promise<string[]> {
  const array = new SimulatedCells({ rows: 1, columns: 1, model, seed, nonidealities: { read } });
  const count = pulsesEndToEnd(model.potentiation, true, 200);
  const texts: string[] = [];
  let id = 0;
  const train = async (sign: 1 | -1): Promise<string[]> => {
    const reads: string[] = [];
    for (let n = 0; n <= count; n++) {
      if (n > 0) await array.pulse({ counts: Int16Array.of(sign) }, { id: ++id });
      const [g] = await array.read();
      reads.push(g.toExponential(5));
    }
    return reads;
  };
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const [up, down] = [await train(1), await train(-1)];
    const rows = up.map((g, n) => `${n},${g},${n},${down[n]}`);
    texts.push(`pulse_LTP,conductance_LTP (S),pulse_LTD,conductance_LTD (S)\n${rows.join('\n')}\n`);
  }
  await array.close();
  return texts;
}

async function accuracy(cells: string, seed: number): Promise<number> {
  const config = await readConfig({
    preset: 'digits',
    set: [],
    flags: { seed, training: { epochs }, cells: { model: cells, policy: 'accumulate' } },
  });
  const run = await composeRun(config);
  let error = Number.NaN;
  try {
    for await (const event of run.trainer.run()) if (event.type === 'epoch') error = event.record.testError;
  } finally {
    await run.trainer.device.close();
  }
  return 1 - error;
}

const folder = mkdtempSync(join(tmpdir(), 'ohmprop-cell-file-'));
console.log(`${machine()}; ${epochs} epochs of digits, policy accumulate, seeds 1 to ${seeds}`);
console.log(`measured: ${cycles} cycles of one cell, read noise ${100 * read} %`);
console.log(
  '| true cell | laws found | true, % | cell file, % | difference, points (95 %) |\n|---|---|---|---|---|',
);
for (const [name, truth] of Object.entries(truths)) {
  if (values.only !== undefined && !name.includes(values.only)) continue;
  const reader = new MeasuredReader({ answer: [] });
  const files: MeasuredFile[] = [];
  for (const [k, text] of (await measured(truth, 11)).entries()) {
    const path = join(folder, `${truth.name}-cycle${k + 1}.csv`);
    writeFileSync(path, text);
    files.push(await reader.read(path));
  }
  const trains = files.flatMap((file) => trainsOf(file).trains);
  const described = describeCell(truth.name, trains);
  const of = (way: 'up' | 'down') => compareLaws(trains.filter(({ direction }) => direction === way));
  const parts = fittedCell(truth.name, { description: described, up: of('up'), down: of('down') });
  const [fitted, exact] = ['fitted', 'true'].map((kind) => join(folder, `${truth.name}-${kind}.cell.json`));
  await writeCellFile(fitted, parts, {
    sources: files.map(({ path, sha256 }) => ({ file: path, sha256 })),
  });
  await writeCellFile(exact, cellOfModel(truth), { sources: [] });
  const laws = `${parts.pulse?.potentiation.law.kind}, ${parts.pulse?.depression.law.kind}`;
  process.stderr.write(`${name}: ${trains.length} trains, ${laws}\n`);
  const pairs: [number, number][] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    pairs.push([await accuracy(exact, seed), await accuracy(fitted, seed)]);
    process.stderr.write(
      `  seed ${seed}: ${pairs
        .at(-1)
        ?.map((share) => (100 * share).toFixed(2))
        .join(' ')}\n`,
    );
  }
  const percent = (share: number) => (100 * share).toFixed(2);
  const of10 = (pick: (pair: [number, number]) => number) => meanOfSeeds(pairs.map(pick));
  const [own, back, difference] = [of10(([a]) => a), of10(([, b]) => b), of10(([a, b]) => b - a)];
  console.log(
    `| ${name} | ${laws} | ${percent(own.mean)} | ${percent(back.mean)} | ${percent(difference.mean)} (${percent(difference.low ?? Number.NaN)} … ${percent(difference.high ?? Number.NaN)}) |`,
  );
}
