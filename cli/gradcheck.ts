import type { Command } from 'commander';
import { formatQuantity, inputError, readQuantity } from '../core/index.js';
import { describeRun, openDevice } from '../experiments/composition/index.js';
import { presets, readConfig } from '../experiments/schema/index.js';
import { Coder, gradcheck, type LayerGradcheck } from '../learning/index.js';
import { collect } from './flags.js';
import { type Io, printJson } from './io.js';
import { addSettings, settingsNamed, settingsTree } from './setting-flags.js';

/** Samples that the check looks at. */
const SAMPLES = 16;

/** Settings that change what is checked. */
const checked = settingsNamed('--data', '--beta', '--tolerance', '--arithmetic', '--seed');

export function gradcheckCommand(command: Command, io: Io): void {
  command.option('--preset <name>', 'network to check, at its initial conductances', 'digits');
  addSettings(command, checked)
    .option('--set <path=value>', 'set any configuration key', collect, [])
    .option('--json', 'one JSON object on stdout')
    .action((flags) => check(io, flags));
}

/** Below this cosine to float64 the estimate is worth a hint. */
const ROUGH = 0.999;

interface GradcheckFlags extends Record<string, unknown> {
  preset: string;
  set: string[];
  json?: boolean;
}

async function check(io: Io, flags: GradcheckFlags): Promise<void> {
  const given = settingsTree(flags, checked);
  // Phases are settled by it here, also where training counts out its iterations.
  const settle = given.settle === undefined ? {} : { settle: { ...given.settle, fixedIterations: null } };
  const changes = { data: dataOf(flags.preset), ...given, ...settle, validation: 0 };
  const config = await readConfig({ preset: flags.preset, set: flags.set, flags: changes });
  const description = await describeRun(config);
  const { dataSet } = description;
  const composition = await openDevice(description);
  const { device, reference, betaUnit } = composition;
  if (reference === undefined) {
    throw inputError(
      'gradcheck.unsupported',
      `${device.info.name} has no float64 reference to be checked against`,
    );
  }
  await device.initialise(config.seed);
  const asked = readQuantity(config.training.beta, device.info.nudgeUnit, 'beta');
  const beta = asked.hadUnit ? asked.value : asked.value * betaUnit;
  if (!(beta > 0))
    throw inputError(
      'gradcheck.beta',
      `beta: must be positive, got ${beta} ${device.info.nudgeUnit}; both signs are used`,
    );
  const { lowest } = await device.nudgeLimits();
  if (-beta <= lowest) {
    const { nudgeUnit } = device.info;
    throw inputError(
      'gradcheck.beta',
      `beta: a nudge of −${formatQuantity(beta, nudgeUnit)} takes more conductance away than the outputs have; both signs are used, so take one below ${formatQuantity(-lowest, nudgeUnit)}`,
    );
  }
  const coder = new Coder(dataSet, device.info);
  const batch = coder.firstBatch(dataSet.train, SAMPLES);
  const { tolerance } = config.settle;
  const stop =
    tolerance === undefined ? undefined : { tolerance, outputChange: tolerance, maxIterations: 5000 };
  const layers = await gradcheck({
    device,
    reference: reference(),
    batch,
    beta,
    ...(stop === undefined ? {} : { stop }),
  });
  await device.close();
  printTable(
    io,
    `${device.info.name}, ${batch.size} samples of ${dataSet.name}`,
    beta,
    device.info.nudgeUnit,
    layers,
  );
  if (flags.json) {
    const { name } = dataSet;
    printJson(io, { preset: flags.preset, data: name, samples: batch.size, beta: beta / betaUnit, layers });
  }
}

/** The preset's own data; sixteen drawn digits in place of what would have to be downloaded. */
function dataOf(preset: string): string {
  const own = presets[preset]?.data;
  return own === undefined || own.startsWith('mnist') ? 'digits' : own;
}

function printTable(
  io: Io,
  name: string,
  beta: number,
  unit: string,
  layers: readonly LayerGradcheck[],
): void {
  io.stderr.write(`${name}, β = ${formatQuantity(beta, unit)}\n`);
  io.stderr.write('layer   against float64 at this β     bias of this β, to the exact gradient\n');
  for (const { layer, cosine, relativeError, betaBias } of layers) {
    const arithmetic = `cosine ${cosine.toFixed(6)}  ${relativeError.toExponential(1)}`;
    const bias = `cosine ${betaBias.cosineToExact.toFixed(6)}  ${betaBias.relativeError.toExponential(1)}`;
    io.stderr.write(`${String(layer).padEnd(7)} ${arithmetic}     ${bias}\n`);
  }
  if (layers.every(({ relativeError }) => Number.isNaN(relativeError))) {
    io.stderr.write('No gradient: at these parameters and samples no nudge moves any node.\n');
    return;
  }
  if (layers.some((layer) => layer.cosine < ROUGH)) {
    io.stderr.write(
      'The stop rule is coarse beside what this β moves: --tolerance 1e-10 settles the phases more exactly.\n',
    );
  }
}
