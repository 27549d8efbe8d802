import { existsSync } from 'node:fs';
import { z } from 'zod';
import { formatQuantity, inputError } from '../core/index.js';
import { type ComposedRun, composeToInspect } from '../experiments/composition/index.js';
import { presets, readConfig } from '../experiments/schema/index.js';
import {
  samplesOf,
  type Trace,
  type TracePart,
  traceFigure,
  traceSample,
} from '../experiments/sessions/index.js';
import { csvText, type TableCell } from '../records/tables/index.js';
import { findRun, RUN } from './find-run.js';
import { type Answer, defineCommand, type OptionsOf, repeatable, whole } from './frame/index.js';
import type { Io } from './io.js';
import { lookOptions, openingFor, openRunToLook } from './open-run.js';

const parts = ['train', 'validation', 'test'] as const satisfies readonly TracePart[];

const options = z.strictObject({
  run: z.string().meta({ argument: '<run>', description: `${RUN}; or a preset, at its initial parameters` }),
  sample: whole(z.number().int().min(0).default(0)).meta({
    flag: '--sample <n>',
    description: 'which sample, counted from 0',
  }),
  part: z.enum(parts).default('test').meta({ flag: '--part <name>', description: 'of the data' }),
  data: z.string().optional().meta({
    flag: '--data <spec>',
    description: 'take the sample from another data set',
  }),
  set: repeatable(z.array(z.string()).default([])).meta({
    flag: '--set <path=value>',
    description: 'set any key of a preset',
  }),
  ...lookOptions,
  csv: z.boolean().default(false).meta({
    flag: '--csv',
    description: 'a table on stdout',
    former: '-o FILE.csv',
  }),
});

type TraceOptions = OptionsOf<typeof options>;

export const traceCommand = defineCommand({
  options,
  outputs: { '.csv': 'a row a step, a column a node' },
  draws: 'states and energy against the step',
  formerFlags: { '--plot': '--out' },
  uses: 'runs',
  examples: [
    'ohmprop trace last --sample 3 -o trace.svg --figure 85mm',
    'ohmprop trace xor --set training.beta=136uS -o steps.csv --json',
  ],
  answer: (given, { io, json }) => trace(io, given, json),
});

async function trace(io: Io, given: TraceOptions, json: boolean): Promise<Answer> {
  if (json && given.csv) {
    throw inputError('trace.output', 'trace: --json and --csv both write to stdout; choose one');
  }
  const { run, path } = await open(io, given);
  const { device } = run.trainer;
  const traced = await traceSample(run, given.part, given.sample).finally(() => device.close());
  const { energyUnit, nodeUnit } = unitsOf(run);
  const lines = [
    `${device.info.name}, ${given.part} sample ${traced.sample}: ${traced.target}, answered ${traced.answer}`,
  ];
  for (const { name, beta, steps } of traced.phases) {
    const [first, last] = [steps[0], steps[steps.length - 1]];
    // A board does not tell its energy.
    const energy = Number.isFinite(last.energy)
      ? `energy ${first.energy.toPrecision(5)} → ${last.energy.toPrecision(5)}${energyUnit}, `
      : '';
    lines.push(
      `${name} (β = ${formatQuantity(beta, device.info.nudgeUnit)}): ${steps.length - 1} steps, ${energy}cost ${first.cost.toPrecision(4)} → ${last.cost.toPrecision(4)}, residual ${last.residual.toExponential(1)}`,
    );
  }
  return {
    text: given.csv ? csvOf(run, traced) : lines.join('\n'),
    json: jsonOf(run, traced, nodeUnit),
    outputs: { '.csv': () => csvOf(run, traced) },
    ...(path === undefined ? {} : { run: { typed: given.run, path } }),
    figure: ({ redraw }) => traceFigure(run, traced, { redraw }),
  };
}

/** @returns with the directory of a run that exists */
async function open(
  io: Io,
  { run: source, part, sample, ...given }: TraceOptions,
): Promise<{ run: ComposedRun; path?: string }> {
  if (!existsSync(source) && Object.hasOwn(presets, source)) {
    const data = given.data === undefined ? {} : { data: given.data };
    const config = await readConfig({ preset: source, set: given.set, flags: data });
    return { run: await composeToInspect(config, openingFor(io)) };
  }
  const path = await findRun(io, source, Object.keys(presets));
  if (given.set.length > 0) {
    throw inputError(
      'trace.set',
      `--set ${given.set[0]}: ${source} is a run, which keeps the settings it was trained with; --set goes with a preset`,
    );
  }
  const look = await openRunToLook(io, path, given, (dataSet) => samplesOf(dataSet, part, sample));
  return { run: look.run, path: look.directory.path };
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
