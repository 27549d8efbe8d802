import { z } from 'zod';
import type { ShapedArray } from '../records/index.js';
import { defineCommand } from './frame/index.js';
import { epochOf, lookOptions, openRunToLook, RUN } from './open-run.js';

export const exportCommand = defineCommand({
  options: z.strictObject({
    run: z.string().meta({ argument: '<run>', description: RUN }),
    ...lookOptions,
  }),
  outputs: { '.npz': 'every group of parameters by its name' },
  formerFlags: { '--output': '--out' },
  examples: ['ohmprop export last -o weights.npz', 'ohmprop export runs/xor --json'],

  async answer({ run: path, restore, lastEpoch }, { io }) {
    const { run, directory, checkpoint } = await openRunToLook(io, path, {
      restore,
      lastEpoch,
      withoutData: true,
    });
    const { device } = run.trainer;
    const parameters = await device.readParameters().finally(() => device.close());
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
      outputs: { '.npz': () => ({ npz: arrays }) },
    };
  },
});
