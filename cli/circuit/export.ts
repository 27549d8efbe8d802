import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { layeredNetlist, type Netlist } from '../../circuits/netlist/index.js';
import { writeSpice } from '../../circuits/spice/index.js';
import { inputError } from '../../core/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import { composeToInspect } from '../../experiments/composition/index.js';
import type { RunConfig } from '../../experiments/schema/index.js';
import { readConfig } from '../../experiments/schema/index.js';
import type { Coder, DataSet } from '../../learning/index.js';
import { writeFileAtomically } from '../../records/index.js';
import type { Io } from '../io.js';
import { openRunToLook } from '../open-run.js';

interface ExportFlags {
  readonly output: string;
  readonly sample: string;
  readonly set: string[];
}

export function exportCircuitCommand(command: Command, io: Io): void {
  command
    .argument('<run|preset>', 'run directory, or a preset at its initial conductances')
    .requiredOption('-o, --output <file>', 'circuit.cir')
    .option('--sample <k>', 'test sample whose inputs drive the circuit', '0')
    .option(
      '--set <path=value>',
      'set any configuration key of a preset',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .action((name, flags) => exportCircuit(io, name, flags));
}

async function exportCircuit(io: Io, name: string, flags: ExportFlags): Promise<void> {
  const { config, device, dataSet, coder } = await open(io, name, flags.set);
  const sample = Number(flags.sample);
  if (!Number.isInteger(sample) || sample < 0 || sample >= dataSet.test.count) {
    throw inputError(
      'circuit.sample',
      `--sample must be 0 to ${dataSet.test.count - 1}, got ${flags.sample}`,
    );
  }
  const inputs_V = new Float64Array(device.info.inputs);
  coder.encodeInputs(dataSet.test, [sample], inputs_V);
  const netlist = await networkNetlist(config, device, inputs_V, `${name}, test sample ${sample}`);
  await device.close();
  await writeFileAtomically(
    flags.output,
    writeSpice(netlist, { tail: ['.options reltol=1e-6 vntol=1e-9 itl1=2000', '.op'] }),
  );
  io.stderr.write(`${flags.output}: ${netlist.size} elements, ${netlist.nodes().length} nodes\n`);
}

interface Opened {
  readonly config: RunConfig;
  readonly device: AnalogDevice;
  readonly dataSet: DataSet;
  readonly coder: Coder;
}

async function open(io: Io, name: string, set: readonly string[]): Promise<Opened> {
  const { config, composition, dataSet, coder } = existsSync(name)
    ? (await openRunToLook(io, name)).run
    : await composeToInspect(await readConfig({ preset: name, set }));
  return { config, device: composition.device, dataSet, coder };
}

/** The device's network with its present parameters. */
async function networkNetlist(
  config: RunConfig,
  device: AnalogDevice,
  inputs_V: Float64Array,
  title: string,
): Promise<Netlist> {
  const { network } = config;
  if (network.kind !== 'resistive') {
    throw inputError(
      'circuit.export',
      `a ${network.kind} network is no circuit of resistors and diodes; export a resistive one`,
    );
  }
  const { hidden, inputGain, units } = network;
  const { inputs, layers } = device.info;
  const description = layeredNetwork({
    inputs,
    hidden,
    outputs: layers[layers.length - 1],
    inputGain,
    units,
  });
  return layeredNetlist(description, { parameters: await device.readParameters(), inputs_V }, title);
}
