/**
 * Does it matter that pulses of a fitted model become a table? VTEAM is fitted to a measured loop (Knowm W-SDC, 10 Hz), and the drawn digits
 * are learned in its cells twice, seed by seed: with its pulse part, as `train --cells FILE --pulse …` has it, and with cells in which each
 * pulse is integrated for itself (`loops/integrated-cells.ts`). A line of the file a training: what is there already is not run again.
 *   OHMPROP_DATA=… npm run bench -- loops-digits [--seeds 5] [--epochs 3] [--file loops-digits.jsonl]
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dynamicCell, readCellFile } from '../calibration/cell-files/index.js';
import { student975 } from '../calibration/estimates/index.js';
import { readPulsePair, runError } from '../core/index.js';
import type { ElementModel } from '../devices/elements/index.js';
import {
  type ComposedRun,
  composeCells,
  composeRun,
  type RunArrays,
  resistiveDescription,
} from '../experiments/composition/index.js';
import { readConfig } from '../experiments/schema/index.js';
import { Trainer } from '../learning/index.js';
import { layeredFloat32InCells } from '../solver/layered-float32/index.js';
import { readCheckpoints } from './loops/checkpoints.js';
import { IntegratedCells } from './loops/integrated-cells.js';
import { machine } from './machine.js';

const PULSES = '+0.26V,500us,-0.15V,500us';
const WAYS = ['table', 'integrated'] as const;

interface Learned {
  readonly key: string;
  /** After each epoch. */
  readonly testErrors: readonly number[];
  readonly pulses: number;
  readonly cpuSeconds: number;
}

/** The cell file of a fit that nobody helps. */
function fitted(data: string, folder: string): string {
  const file = join(folder, 'm1.cell.json');
  execFileSync(process.execPath, [
    ...[fileURLToPath(new URL('../cli/main.js', import.meta.url)), 'calibrate', 'fit'],
    ...[join(data, 'devices/knowm_sdc/5kohm_.8V_10Hz_M1_Memristor.csv'), '--model', 'vteam', '--quick'],
    ...['--answer', 'columns=voltage_V,current_uA', '--answer', 'frequency=10Hz', '-o', file],
  ]);
  return file;
}

/** The same training in cells whose pulses are integrated. */
async function integrated(run: ComposedRun, model: ElementModel): Promise<Trainer> {
  const { config, dataSet, coder, trainer } = run;
  if (config.network.kind !== 'resistive' || config.cells === undefined)
    throw runError('bench.network', 'loops-digits: no resistive network in cells');
  const cells = await composeCells(config.cells, config.network.window);
  const size = { inputs: dataSet.features, outputs: dataSet.classes };
  const network = resistiveDescription(config.network, size, cells.windowRatio);
  const [potentiation, depression] = readPulsePair(PULSES);
  const openGroup: RunArrays['openGroup'] = ({ rows, columns }) =>
    new IntegratedCells(model, { potentiation, depression }, rows, columns);
  const store = cells.open(network, config.seed, { openGroup, openFast: openGroup } as RunArrays);
  const device = await layeredFloat32InCells(network, { store, threads: 1 });
  await device.initialise(config.seed);
  return new Trainer({ ...trainer.options, device, dataSet, coder });
}

async function learned(cell: string, way: string, seed: number, epochs: number): Promise<Learned> {
  const began = process.cpuUsage();
  const config = await readConfig({
    preset: 'digits',
    flags: {
      seed,
      threads: 1,
      training: { epochs },
      cells: { model: cell, pulse: PULSES, policy: 'accumulate' },
    },
  });
  const run = await composeRun(config);
  const dynamic = await dynamicCell((await readCellFile(cell)).cell);
  if (dynamic === undefined) throw runError('bench.cell', 'loops-digits: the fit has no dynamics');
  const trainer = way === 'table' ? run.trainer : await integrated(run, dynamic.model);
  const testErrors: number[] = [];
  let pulses = 0;
  for await (const event of trainer.run()) {
    if (event.type !== 'epoch') continue;
    testErrors.push(event.record.testError);
    pulses += event.record.pulses;
  }
  await trainer.device.close();
  const { user, system } = process.cpuUsage(began);
  return { key: `${way} ${seed}`, testErrors, pulses, cpuSeconds: (user + system) / 1e6 };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '5' },
      epochs: { type: 'string', default: '3' },
      file: { type: 'string', default: 'loops-digits.jsonl' },
    },
  });
  const data = process.env.OHMPROP_DATA;
  if (data === undefined) {
    console.log('loops-digits: needs the folder of measured loops, OHMPROP_DATA');
    return;
  }
  console.log(machine());
  const folder = mkdtempSync(join(tmpdir(), 'loops-digits-'));
  try {
    const cell = fitted(data, folder);
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      for (const way of WAYS) {
        if (readCheckpoints<Learned>(values.file).has(`${way} ${seed}`)) continue;
        const line = await learned(cell, way, seed, Number(values.epochs));
        appendFileSync(values.file, `${JSON.stringify(line)}\n`);
        console.log(JSON.stringify(line));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  told(readCheckpoints<Learned>(values.file), Number(values.seeds));
}

/** Each seed's errors, and the mean of their differences with its 95 % interval. */
function told(lines: ReadonlyMap<string, Learned>, seeds: number): void {
  const last = (way: string, seed: number) => 100 * (lines.get(`${way} ${seed}`)?.testErrors.at(-1) ?? NaN);
  const differences: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const [table, one] = WAYS.map((way) => last(way, seed));
    differences.push(table - one);
    console.log(
      `seed ${seed}: table ${table.toFixed(2)} %, pulses integrated one by one ${one.toFixed(2)} %`,
    );
  }
  const mean = differences.reduce((sum, d) => sum + d, 0) / seeds;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (seeds - 1);
  const half = student975(seeds - 1) * Math.sqrt(variance / seeds);
  console.log(`difference ${mean.toFixed(2)} ± ${half.toFixed(2)} points (95 %), ${seeds} seeds (bar 1.5)`);
}
