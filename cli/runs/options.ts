import { z } from 'zod';
import type { KeptRun } from '../../experiments/kept/index.js';
import { repeatable } from '../frame/index.js';

/** Which runs of a folder are meant. */
export const amongOptions = {
  folder: z.string().default('runs').meta({
    argument: '[folder]',
    kind: 'folder',
    description: 'where runs lie',
  }),
  tag: repeatable(z.array(z.string()).default([])).meta({
    flag: '--tag <tag>',
    description: 'only runs with this tag; repeated, with all of them',
  }),
};

/** Whether a run has all of these tags. */
export function hasTags({ labels }: KeptRun, tags: readonly string[]): boolean {
  return tags.every((tag) => labels.tags.includes(tag));
}
