import { z } from 'zod';
import { settlingPhases, type TracePart } from '../../experiments/sessions/index.js';
import { type OptionsOf, path, quantity, readBy, repeatable, whole } from '../frame/index.js';
import { lookOptions, RUN } from '../open-run.js';

const parts = ['train', 'validation', 'test'] as const satisfies readonly TracePart[];
const above0 = (what: string) => z.number().gt(0, `needs a ${what} above 0`);

export const settleOptions = z.strictObject({
  network: path(z.string()).meta({
    argument: '<network>',
    description: `${RUN}; a preset, at its initial parameters; or a SPICE file (.cir)`,
  }),
  nodeCapacitance: quantity('F', above0('capacitance, such as 1pF,').optional()).meta({
    flag: '--node-capacitance <F>',
    description: 'from every node to ground; in a SPICE file besides what it has',
  }),
  driverOhm: quantity('ohm', z.number().min(0, 'needs a resistance of at least 0').optional()).meta({
    flag: '--driver-ohm <ohm>',
    description: "of each input's source; its line is then a node like the others",
  }),
  phases: readBy(
    'phases',
    (text) => text.split(',').map((word) => word.trim()),
    z
      .array(z.enum(settlingPhases))
      .min(1)
      .default([...settlingPhases]),
  ).meta({ flag: '--phases <list>', description: 'free, nudged, or both' }),
  within: quantity(
    '1',
    z.number().gt(0, 'needs a share above 0').lt(1, 'needs a share below 1').optional(),
  ).meta({
    flag: '--within <x>',
    description:
      'how near to their rest all nodes, and the outputs, are to stay: a share of the largest change of any of them in the phase (1%)',
  }),
  lsb: quantity('V', above0('voltage').optional()).meta({
    flag: '--lsb <V>',
    description:
      'instead: to one step of the converter that reads nodes, as 4.9mV (a bare number of a Hopfield network)',
  }),
  samples: whole(z.number().int().min(1).optional()).meta({
    flag: '--samples <n>',
    description: 'how many samples, from the first on (20)',
  }),
  part: z.enum(parts).default('test').meta({ flag: '--part <name>', description: 'of the data' }),
  data: z.string().optional().meta({
    flag: '--data <spec>',
    description: 'take the samples from another data set',
  }),
  set: repeatable(z.array(z.string()).default([])).meta({
    flag: '--set <path=value>',
    description: 'set any key of a preset',
  }),
  nodes: z.string().optional().meta({
    flag: '--nodes <names>',
    description: 'of a SPICE file: the nodes that are to settle, as o0,o1; else all that no source holds',
  }),
  epsilon: quantity('1', z.number().gt(0).max(1).optional()).meta({
    flag: '--epsilon <x>',
    description: "Euler step of a Hopfield network, in time constants of its leak; else the network's own",
  }),
  longest: quantity('s', above0('time').optional()).meta({
    flag: '--longest <s>',
    description: 'simulated time after which a phase is given up (of a Hopfield network 1000 time constants)',
  }),
  ...lookOptions,
});

export type SettleOptions = OptionsOf<typeof settleOptions>;
