import { existsSync } from 'node:fs';
import { z } from 'zod';
import { inputError } from '../core/index.js';
import type { StopRule } from '../devices/contract/index.js';
import { type ComposedRun, composeToInspect } from '../experiments/composition/index.js';
import { deviceNamesKnown, presets, readConfig, type Tree } from '../experiments/schema/index.js';
import { checkGradient, chooseNudge, describeRule } from '../experiments/sessions/index.js';
import { type GroupGradcheck, judgeGradient, wrongCost } from '../learning/index.js';
import { defineCommand, repeatable, whole } from './frame/index.js';
import type { Io } from './io.js';
import { openRunToLook, RUN } from './open-run.js';
import { settingsNamed } from './setting-flags.js';

/** Settings that change what is checked. */
const settings = settingsNamed(
  '--data',
  '--rule',
  '--beta',
  '--nudge',
  '--cost',
  '--estimator',
  '--tolerance',
  '--arithmetic',
  '--seed',
);

const options = z.strictObject({
  run: z
    .string()
    .optional()
    .meta({
      argument: '[run]',
      description: `${RUN}, at its trained parameters; or a preset, or a device of a module`,
    }),
  preset: z.string().optional().meta({
    flag: '--preset <name>',
    description: 'network to check, at its initial parameters (digits)',
  }),
  samples: whole(z.number().int().min(1).max(10_000).default(16)).meta({
    flag: '--samples <n>',
    description: 'training samples to check on, from the first',
  }),
  set: repeatable(z.array(z.string()).default([])).meta({
    flag: '--set <path=value>',
    description: 'set any configuration key of a preset',
  }),
});

export const gradcheckCommand = defineCommand({
  options,
  settings,
  uses: 'runs',
  examples: [
    'ohmprop gradcheck --preset iris --estimator positive',
    'ohmprop gradcheck last --samples 64',
    'ohmprop gradcheck --preset drn-xs --beta 1e-3 --json',
  ],
  notes:
    'Checks what is trained: the data, the coding, the estimator and the stop rules of the configuration or the run. ' +
    'Drawn digits stand for data that would have to be downloaded. The verdict is the answer, and the exit code is 0 whatever it is: ' +
    'a script reads "verdict" of --json (right, rough, biased, wrong or none).',

  async answer({ run: named, preset, samples, set }, { io, settings: asked }) {
    if (named !== undefined && preset !== undefined) {
      throw inputError('gradcheck.run', `${named} and --preset ${preset}: give a run or a preset`);
    }
    const start =
      preset ??
      (named !== undefined && Object.hasOwn(presets, named) && !existsSync(named) ? named : undefined);
    const own = named !== undefined && deviceNamesKnown.names.includes(named) && !existsSync(named);
    const opened = own
      ? await openPreset('digits', set, { ...asked, network: { kind: 'device', device: named } })
      : named === undefined || start !== undefined
        ? await openPreset(start ?? 'digits', set, asked)
        : await openTrained(io, named, set, asked);
    const { run, stops } = opened;
    const { device } = run.trainer;
    const checked = await checkGradient(run, samples, stops).finally(() => device.close());
    const { groups, beta, betas, size, wrongSlope } = checked;
    const { verdict, text } =
      wrongSlope === undefined
        ? judgeGradient(groups, betas, device.info.readOut !== undefined, run.trainer.nudge.kind === 'clamp')
        : wrongCost(run.coder.cost.cost ?? 'squared', wrongSlope);
    const { betaUnit } = run.composition;
    const { estimator = run.config.training.estimator, name: rule } = run.trainer.rule;
    return {
      text: [
        `${device.info.name}, ${size} samples of ${run.dataSet.name}, ${describeRule(run)}`,
        ...tableOf(groups),
        text,
      ].join('\n'),
      json: {
        ...(opened.path === undefined ? { preset: run.config.preset } : { run: opened.path }),
        data: run.dataSet.name,
        samples: size,
        rule,
        estimator,
        beta: beta / betaUnit,
        betas: betas.map((b) => b / betaUnit),
        groups,
        ...(wrongSlope === undefined ? {} : { wrongSlope }),
        verdict,
        verdictText: text,
      },
    };
  },
});

interface Opened {
  readonly run: ComposedRun;
  readonly path?: string;
  /** In place of those of the configuration. */
  readonly stops?: StopRule;
}

async function openPreset(name: string, set: string[], asked: Tree): Promise<Opened> {
  // Where a tolerance is typed, phases are settled by it, also where training counts out its iterations.
  const { settle: _, ...others } = asked;
  const stops = stopsAsked(asked);
  const config = await readConfig({
    preset: name,
    set: [`data=${dataOf(name)}`, ...set],
    flags: { ...others, validation: 0 },
  });
  const run = await composeToInspect(config);
  await chooseNudge(run);
  return { run, ...stops };
}

/** A run as it was left; its own settings but for β and how exactly it settles. */
async function openTrained(io: Io, named: string, set: string[], asked: Tree): Promise<Opened> {
  const {
    data,
    training,
    settle: _,
    ...others
  } = asked as {
    data?: string;
    training?: { beta?: number | string };
    settle?: object;
  };
  const wrong = Object.keys(others)[0] ?? Object.keys(training ?? {}).find((key) => key !== 'beta');
  if (set.length > 0 || wrong !== undefined) {
    throw inputError(
      'gradcheck.set',
      `${set.length > 0 ? `--set ${set[0]}` : `--${wrong}`}: ${named} is a run, which keeps the settings it was trained with; only --data, --beta, --tolerance and --samples go with it`,
    );
  }
  const stops = stopsAsked(asked);
  const beta = training?.beta;
  const { run, directory } = await openRunToLook(io, named, {
    ...(data === undefined ? {} : { data }),
    ...(beta === undefined
      ? {}
      : { change: (config) => ({ ...config, training: { ...config.training, beta } }) }),
  });
  if (beta !== undefined) await chooseNudge(run);
  return { run, path: directory.path, ...stops };
}

/** Settled by a tolerance alone, where one was typed, whatever else the configuration says. */
function stopsAsked({ settle }: Tree): Pick<Opened, 'stops'> {
  const tolerance = (settle as { tolerance?: number } | undefined)?.tolerance;
  if (tolerance === undefined) return {};
  if (!(tolerance > 0))
    throw inputError('gradcheck.tolerance', `--tolerance: needs more than 0, got ${tolerance}`);
  return { stops: { tolerance, outputChange: tolerance, maxIterations: 5000 } };
}

/** The preset's own data; drawn digits in place of what would have to be downloaded. */
function dataOf(preset: string): string {
  const own = Object.hasOwn(presets, preset) ? presets[preset].data : undefined;
  return own === undefined || own.startsWith('mnist') ? 'digits' : own;
}

function tableOf(groups: readonly GroupGradcheck[]): string[] {
  const rows = groups.map(({ group, cosine, relativeError, betaBias }) => {
    const arithmetic = `cosine ${cosine.toFixed(6)}  ${relativeError.toExponential(1)}`;
    const bias = `cosine ${betaBias.cosineToExact.toFixed(6)}  ${betaBias.relativeError.toExponential(1)}`;
    return `${group.padEnd(7)} ${arithmetic}     ${bias}`;
  });
  return ['group   against float64 at this β     bias of this β, to the exact gradient', ...rows];
}
