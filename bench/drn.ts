/**
 * How fast layered resistive networks train and infer on MNIST, preset by preset:
 *   npm run bench -- drn [presets=drn-xs,drn-1h] [batches=4,64] [threads=1,2,auto] [seconds=3] [out=drn.json] [compare=old.json]
 *                        [checks=no] [inference=no] [relaxed=yes]
 * Every step is a whole minibatch at the default stop: encoding, free phase, both nudged phases, update. A figure is the best of
 * five windows. Finds the data through OHMPROP_DATA.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputError } from '../core/index.js';
import { type DataSet, loadData } from '../learning/index.js';
import { checkArithmetic, denseSweep, referenceStep } from './layered/against.js';
import { readArguments } from './layered/arguments.js';
import { type Experiment, experimentOf } from './layered/experiment.js';
import { measureInference, measureTraining, type TrainingFigures } from './layered/measure.js';
import { machine } from './machine.js';

interface Row extends TrainingFigures {
  readonly preset: string;
  readonly timesReference: number;
  readonly timesDenseSweep: number;
  readonly cosine: number | undefined;
}

export async function run(args: readonly string[]): Promise<void> {
  const options = readArguments(args);
  const old = options.compare === undefined ? undefined : readRows(options.compare);
  const folder = join(process.env.OHMPROP_DATA ?? '', 'mnist');
  if (process.env.OHMPROP_DATA === undefined || !existsSync(folder)) {
    throw inputError('bench.data', 'bench drn: needs MNIST: set OHMPROP_DATA to a folder with mnist/ in it');
  }
  const data = await loadData(`mnist:${folder}`, { seed: 1 });
  console.log(machine());
  const rows: Row[] = [];
  for (const name of options.presets) {
    const experiment = experimentOf(name);
    const reference = await referenceOf(experiment, data, options.checks);
    for (const batch of options.batches) {
      for (const threads of options.threads) {
        const figures = await measureTraining(
          experiment,
          data,
          batch,
          threads,
          options.seconds,
          options.relaxed,
        );
        const row = {
          preset: name,
          ...figures,
          timesReference: reference.step_us / figures.step_us,
          timesDenseSweep: reference.sweep_us / figures.sweep_us,
          cosine: reference.cosine,
        };
        rows.push(row);
        print(row);
      }
    }
    if (options.inference) {
      const seconds = await measureInference(experiment, data, options.threads[0]);
      console.log(`  inference: ${data.test.count} images in ${seconds.toFixed(2)} s; ${machine()}`);
    }
  }
  if (old !== undefined) compare(rows, old);
  const { out } = options;
  writeFileSync(
    out,
    `${JSON.stringify({ machine: machine(), date: new Date().toISOString(), rows }, null, 1)}\n`,
  );
  console.log(`written to ${out}`);
}

/** Rows of an earlier run. */
function readRows(file: string): readonly Row[] {
  let rows: unknown;
  try {
    rows = JSON.parse(readFileSync(file, 'utf8'))?.rows;
  } catch (cause) {
    const why = (cause as Error).message;
    throw inputError('bench.compare', `bench drn: compare=${file}: cannot be read (${why})`, cause);
  }
  if (Array.isArray(rows)) return rows;
  throw inputError(
    'bench.compare',
    `bench drn: compare=${file}: has no rows; name a JSON that this benchmark wrote`,
  );
}

async function referenceOf(experiment: Experiment, data: DataSet, checks: boolean) {
  if (!checks) return { step_us: Number.NaN, sweep_us: Number.NaN, cosine: undefined };
  const cosines = await checkArithmetic(experiment, data);
  for (const { layer, cosine, relativeError, betaBias } of cosines) {
    console.log(
      `  ${experiment.name} layer ${layer} at init: cosine to float64 ${cosine.toFixed(6)}, largest error ${relativeError.toExponential(1)}; β bias: cosine ${betaBias.toFixed(4)}`,
    );
  }
  return {
    step_us: await referenceStep(experiment, data),
    sweep_us: denseSweep(experiment),
    cosine: Math.min(...cosines.map(({ cosine }) => cosine)),
  };
}

function print(row: Row): void {
  const us = (value: number) => value.toFixed(1);
  console.log(
    [
      `${row.preset}, batch ${row.batch}, ${row.threads} thread${row.threads === 1 ? '' : 's'}: ${us(row.step_us)} µs a sample`,
      `(encode ${us(row.encode_us)}, both phases ${us(row.settle_us)}, update ${us(row.update_us)}, rest ${us(row.rest_us)}; processor ${us(row.cpu_us)})`,
      `epoch of 60,000: ${row.epoch_s.toFixed(1)} s`,
    ].join('\n  '),
  );
  console.log(
    `  iterations ${row.iterations.map((n) => n.toFixed(1)).join(' + ')}, residual ${row.residual.toExponential(1)}, unsettled ${row.unsettled}, cosine ${row.cosine?.toFixed(5) ?? 'not checked'}`,
  );
  const ratios = Number.isNaN(row.timesReference)
    ? ''
    : `×${row.timesReference.toFixed(0)} the float64 device, ×${row.timesDenseSweep.toFixed(1)} a plain dense sweep; `;
  console.log(
    `  update ${row.update_GBs.toFixed(1)} GB/s, sweeps ${row.sweep_GFLOPs.toFixed(1)} GFLOP/s (skipped units counted as done); ${ratios}peak memory ${row.peak_MB.toFixed(0)} MB`,
  );
  console.log(`  ${row.load}`);
}

function compare(rows: readonly Row[], old: readonly Row[]): void {
  for (const row of rows) {
    const before = old.find(
      (o) => o.preset === row.preset && o.batch === row.batch && o.threads === row.threads,
    );
    if (before === undefined) continue;
    console.log(
      `${row.preset}, batch ${row.batch}, ${row.threads} threads: ${before.step_us.toFixed(1)} → ${row.step_us.toFixed(1)} µs a sample, ×${(before.step_us / row.step_us).toFixed(2)}`,
    );
  }
}
