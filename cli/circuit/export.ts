import { existsSync, statSync } from 'node:fs';
import { z } from 'zod';
import { requireWires } from '../../circuits/crossbar/index.js';
import { layeredNetlist, type Netlist } from '../../circuits/netlist/index.js';
import { analysisCards, readSpiceFile, writeSpice } from '../../circuits/spice/index.js';
import { inputError } from '../../core/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import { composeToInspect, resistiveDescription, wiresOf } from '../../experiments/composition/index.js';
import { presets, type RunConfig, readConfig } from '../../experiments/schema/index.js';
import type { Coder, DataSet } from '../../learning/index.js';
import { findRun, RUN } from '../find-run.js';
import { type Answer, defineCommand, type OptionsOf, repeatable, whole } from '../frame/index.js';
import { type Io, warn } from '../io.js';
import { lookOptions, openingFor, openRunToLook } from '../open-run.js';

const options = z.strictObject({
  run: z.string().meta({
    argument: '<run>',
    description: `${RUN}; a preset, at its initial conductances; or a SPICE file, read and written out flat`,
  }),
  sample: whole(z.number().int().min(0).default(0)).meta({
    flag: '--sample <n>',
    description: 'which sample of the test set drives the circuit, counted from 0',
  }),
  set: repeatable(z.array(z.string()).default([])).meta({
    flag: '--set <path=value>',
    description: 'set any key of a preset',
  }),
  ...lookOptions,
});

export const exportCircuitCommand = defineCommand({
  options,
  outputs: { '.cir': 'SPICE text that ngspice runs unchanged' },
  formerFlags: { '--output': '--out' },
  examples: [
    'ohmprop circuit export last --sample 3 -o network.cir',
    'ohmprop circuit export xor --set network.hidden=[6] -o xor.cir',
    'ohmprop circuit export array.cir -o flat.cir',
  ],
  notes:
    'Of a SPICE file, subcircuits, parameters, expressions and included files are worked out: the text has plain elements, and asks for the same analyses.',
  answer: (given, { io, asked }) => exportCircuit(io, given, asked.has('.cir')),
});

async function exportCircuit(io: Io, given: OptionsOf<typeof options>, toFile: boolean): Promise<Answer> {
  const { sample } = given;
  if (isSpiceFile(given.run)) return exportFile(io, given, toFile);
  const opened = await open(io, given);
  try {
    const { spice, elements, nodes } = await networkSpice(opened, sample);
    return {
      text: toFile ? `${elements} elements, ${nodes} nodes` : spice,
      json: { run: opened.name, sample, elements, nodes, ...(toFile ? {} : { spice }) },
      outputs: { '.cir': () => spice },
    };
  } finally {
    await opened.device.close();
  }
}

/**
 * A resistive network, driven by one test sample, as SPICE text.
 * @throws `circuit.sample`, `circuit.export` (exit code 2)
 */
export async function networkSpice(
  { name, config, device, dataSet, coder }: Opened,
  sample: number,
): Promise<{ spice: string; elements: number; nodes: number }> {
  const { count } = dataSet.test;
  if (sample >= count) {
    throw inputError('circuit.sample', `--sample must be 0 to ${count - 1}, got ${sample}`);
  }
  const inputs_V = new Float64Array(device.info.inputs);
  coder.encodeInputs(dataSet.test, [sample], inputs_V);
  const netlist = await networkNetlist(config, device, inputs_V, `${name}, test sample ${sample}`);
  const spice = writeSpice(netlist, { tail: ['.options reltol=1e-6 vntol=1e-9 itl1=2000', '.op'] });
  return { spice, elements: netlist.size, nodes: netlist.nodes().length };
}

/** A run is a directory, a preset no file. */
export function isSpiceFile(name: string): boolean {
  return (
    /\.(cir|ckt|sp|spice|net|spi)$/i.test(name) ||
    (statSync(name, { throwIfNoEntry: false })?.isFile() ?? false)
  );
}

/** A SPICE file written out again: flat, with its analyses. */
function exportFile(io: Io, { run: file, sample, set }: OptionsOf<typeof options>, toFile: boolean): Answer {
  if (set.length > 0 || sample !== 0) {
    throw inputError('circuit.usage', `--set and --sample are for presets and runs; ${file} is a SPICE file`);
  }
  const circuit = readSpiceFile(file);
  for (const { place, message } of circuit.warnings) warn(io, `${place}: ${message}`);
  const [stepped] = circuit.analyses.steps;
  if (stepped !== undefined) {
    warn(
      io,
      `${stepped.place}: written for the first values of .step: ${stepped.label} = ${stepped.values[0]} …`,
    );
  }
  const spice = writeSpice(circuit, { tail: (deck) => analysisCards(circuit, deck) });
  const [elements, nodes] = [circuit.size, circuit.nodes().length];
  return {
    text: toFile ? `${elements} elements, ${nodes} nodes` : spice,
    json: { file, elements, nodes, ...(toFile ? {} : { spice }) },
    outputs: { '.cir': () => spice },
  };
}

interface Opened {
  /** Of a preset, or the directory of a run. */
  readonly name: string;
  readonly config: RunConfig;
  readonly device: AnalogDevice;
  readonly dataSet: DataSet;
  readonly coder: Coder;
}

async function open(
  io: Io,
  { run: name, set, restore, lastEpoch }: OptionsOf<typeof options>,
): Promise<Opened> {
  if (!existsSync(name) && Object.hasOwn(presets, name)) {
    const { config, composition, dataSet, coder } = await composeToInspect(
      await readConfig({ preset: name, set }),
      openingFor(io),
    );
    return { name, config, device: composition.device, dataSet, coder };
  }
  const path = await findRun(io, name, Object.keys(presets));
  if (set.length > 0) {
    throw inputError('circuit.set', `--set is for presets; ${path} is a run, and has its own configuration`);
  }
  const { run, directory } = await openRunToLook(io, path, { restore, lastEpoch });
  const { config, composition, dataSet, coder } = run;
  return { name: directory.path, config, device: composition.device, dataSet, coder };
}

/** Of the largest source: as near to ideal diodes as an operating point still settles, and outputs to 0.01 µV of the device's. */
const DIODE_DROP = 5e-6;

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
  const { inputs, layers } = device.info;
  // Text has conductances, and says nothing of the window that they are kept in.
  const { window: _, ...unbounded } = network;
  const description = resistiveDescription(unbounded, { inputs, outputs: layers[layers.length - 1] });
  return layeredNetlist(
    description,
    {
      parameters: await device.readParameters(),
      inputs_V,
      diodeDrop: DIODE_DROP,
      ...(network.wires === undefined ? {} : { wires: requireWires(wiresOf(network.wires)) }),
    },
    title,
  );
}
