import { z } from 'zod';
import { inputError } from '../core/index.js';
import type { ShapedArray } from '../records/index.js';
import { networkSpice } from './circuit/export.js';
import { defineCommand, whole } from './frame/index.js';
import { epochOf, lookOptions, openRunToLook, RUN } from './open-run.js';

export const exportCommand = defineCommand({
  options: z.strictObject({
    run: z.string().meta({ argument: '<run>', description: RUN }),
    sample: whole(z.number().int().min(0).optional()).meta({
      flag: '--sample <n>',
      description: 'which sample of the test set drives the circuit of a .cir, counted from 0 (0)',
    }),
    ...lookOptions,
  }),
  outputs: {
    '.npz': 'every group of parameters by its name',
    '.cir': 'a resistive network, one sample put in, as SPICE text',
  },
  formerFlags: { '--output': '--out' },
  uses: 'runs',
  examples: [
    'ohmprop export last -o weights.npz',
    'ohmprop export last -o network.cir --sample 3',
    'ohmprop export runs/xor --json',
  ],

  async answer({ run: path, sample, restore, lastEpoch }, { io, asked }) {
    const asCircuit = asked.has('.cir');
    if (sample !== undefined && !asCircuit) {
      throw inputError(
        'export.sample',
        '--sample: drives the circuit of -o FILE.cir; name one, or leave it out',
      );
    }
    const { run, directory, checkpoint } = await openRunToLook(io, path, {
      restore,
      lastEpoch,
      withoutData: !asCircuit,
    });
    const { device } = run.trainer;
    const { config, dataSet, coder } = run;
    const opened = { name: directory.path, config, device, dataSet, coder };
    const { circuit, parameters } = await (async () => ({
      circuit: asCircuit ? await networkSpice(opened, sample ?? 0) : undefined,
      parameters: await device.readParameters(),
    }))().finally(() => device.close());
    const groups = device.info.groups.map(({ name, shape, unit }) => ({
      name,
      unit,
      shape: shape[0] === 1 ? shape.slice(1) : shape,
    }));
    const arrays: Record<string, ShapedArray> = Object.fromEntries(
      groups.map(({ name, shape }) => [name, { data: parameters[name], shape }]),
    );
    return {
      text: groups.map(({ name, shape, unit }) => `${name} [${shape.join(' × ')}] ${unit}`).join('\n'),
      json: { run: directory.path, epoch: epochOf(checkpoint), groups },
      outputs: { '.npz': () => ({ npz: arrays }), '.cir': () => circuit?.spice ?? '' },
    };
  },
});
