import { stat, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { formatQuantity, inputError } from '../core/index.js';
import { type ComposedRun, composeToInspect } from '../experiments/composition/index.js';
import { readConfig } from '../experiments/schema/index.js';
import {
  samplesOf,
  type Trace,
  type TracePart,
  traceFigure,
  traceSample,
} from '../experiments/sessions/index.js';
import { csvText, type TableCell } from '../records/tables/index.js';
import { renderPng, renderSvg } from '../report/index.js';
import { collect, whole } from './flags.js';
import { type Io, printJson } from './io.js';
import { openRunToLook, RESTORE } from './open-run.js';

export function traceCommand(command: Command, io: Io): void {
  command
    .argument('<run>', 'run directory, or the name of a preset: its network at its initial parameters')
    .option('--sample <n>', 'which sample, counted from 0', whole, 0)
    .option('--part <name>', 'train, validation or test', 'test')
    .option('--data <spec>', 'take the sample from another data set')
    .option('--set <path=value>', 'set any configuration key of a preset', collect, [])
    .option('--restore', RESTORE)
    .option('--json', 'one JSON object on stdout')
    .option('--csv', 'a table on stdout: a row a step, a column a node')
    .option('--plot <file>', 'states and energy against the step, as .svg or .png')
    .action((source, flags) => trace(io, source, flags));
}

interface TraceFlags {
  sample: number;
  part: string;
  data?: string;
  set: string[];
  restore?: boolean;
  json?: boolean;
  csv?: boolean;
  plot?: string;
}

async function trace(io: Io, source: string, flags: TraceFlags): Promise<void> {
  if (flags.json && flags.csv) {
    throw inputError('trace.output', 'trace: --json and --csv both write to stdout; choose one');
  }
  const draw = flags.plot === undefined ? undefined : drawingOf(flags.plot);
  const part = partOf(flags.part);
  const run = await open(io, source, flags);
  const { device } = run.trainer;
  const traced = await traceSample(run, part, flags.sample).finally(() => device.close());
  const { energyUnit, nodeUnit } = unitsOf(run);
  io.stderr.write(
    `${device.info.name}, ${part} sample ${traced.sample}: ${traced.target}, answered ${traced.answer}\n`,
  );
  for (const { name, beta, steps } of traced.phases) {
    const [first, last] = [steps[0], steps[steps.length - 1]];
    // A board does not tell its energy.
    const energy = Number.isFinite(last.energy)
      ? `energy ${first.energy.toPrecision(5)} → ${last.energy.toPrecision(5)}${energyUnit}, `
      : '';
    io.stderr.write(
      `${name} (β = ${formatQuantity(beta, device.info.nudgeUnit)}): ${steps.length - 1} steps, ${energy}cost ${first.cost.toPrecision(4)} → ${last.cost.toPrecision(4)}, residual ${last.residual.toExponential(1)}\n`,
    );
  }
  if (flags.plot !== undefined && draw !== undefined) {
    const drawn = await draw(await renderSvg(traceFigure(run, traced)));
    await writeFile(flags.plot, drawn).catch((cause: Error) => {
      throw inputError('trace.plot', `--plot ${flags.plot}: cannot be written (${cause.message})`, cause);
    });
    io.stderr.write(`${flags.plot}\n`);
  }
  if (flags.json) printJson(io, jsonOf(run, traced, nodeUnit));
  if (flags.csv) io.stdout.write(csvOf(run, traced));
}

async function open(io: Io, source: string, flags: TraceFlags): Promise<ComposedRun> {
  const isRun = await stat(source).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isRun) {
    const data = flags.data === undefined ? {} : { data: flags.data };
    return composeToInspect(await readConfig({ preset: source, set: flags.set, flags: data }));
  }
  if (flags.set.length > 0) {
    throw inputError(
      'trace.set',
      `--set ${flags.set[0]}: ${source} is a run, which keeps the settings it was trained with; --set goes with a preset`,
    );
  }
  const { part, sample } = flags;
  return (await openRunToLook(io, source, flags, (dataSet) => samplesOf(dataSet, partOf(part), sample))).run;
}

const parts: readonly TracePart[] = ['train', 'validation', 'test'];

function partOf(name: string): TracePart {
  const part = parts.find((p) => p === name);
  if (part === undefined) throw inputError('trace.part', `--part ${name}: one of ${parts.join(', ')}`);
  return part;
}

const drawings: Readonly<Record<string, (svg: string) => Promise<string | Buffer>>> = {
  svg: async (svg) => svg,
  png: (svg) => renderPng(svg),
};

function drawingOf(file: string): (svg: string) => Promise<string | Buffer> {
  const draw = drawings[file.split('.').pop()?.toLowerCase() ?? ''];
  if (draw === undefined) throw inputError('trace.plot', `--plot ${file}: the name must end in .svg or .png`);
  return draw;
}

function unitsOf({ trainer }: ComposedRun): { nodeUnit: string; energyUnit: string } {
  const { nodeUnit } = trainer.device.info;
  return { nodeUnit, energyUnit: nodeUnit === 'V' ? ' W' : '' };
}

function jsonOf(run: ComposedRun, traced: Trace, nodeUnit: string): object {
  const { info } = run.trainer.device;
  return {
    device: info.name,
    data: run.dataSet.name,
    ...traced,
    layers: info.layers,
    nodeUnit,
    energyUnit: nodeUnit === 'V' ? 'W' : nodeUnit,
    phases: traced.phases.map(({ name, beta, steps }) => ({
      name,
      beta,
      steps: steps.map(({ states, energy, cost, residual }, step) => ({
        step,
        energy,
        cost,
        residual: Number.isFinite(residual) ? residual : null,
        states: [...states],
      })),
    })),
  };
}

function csvOf(run: ComposedRun, traced: Trace): string {
  const nodes = run.trainer.device.info.layers.flatMap((size, l) =>
    Array.from({ length: size }, (_, j) => `layer${l + 1}[${j}]`),
  );
  const rows: TableCell[][] = [];
  for (const { name, beta, steps } of traced.phases) {
    for (const [step, { energy, cost, residual, states }] of steps.entries()) {
      const shown = Number.isFinite(residual) ? residual : '';
      rows.push([name, beta, step, energy, cost, shown, ...states]);
    }
  }
  return csvText(['phase', 'beta', 'step', 'energy', 'cost', 'residual', ...nodes], rows);
}
