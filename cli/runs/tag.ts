import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { readLabels, writeLabels } from '../../experiments/kept/index.js';
import { findKept, RUN } from '../find-run.js';
import { defineCommand } from '../frame/index.js';
import { requireKept } from './require-kept.js';

export const runsTagCommand = defineCommand({
  options: z.strictObject({
    run: z.string().meta({ argument: '<run>', description: RUN }),
    tags: z.array(z.string()).min(1).meta({ argument: '<tag...>', description: 'tags' }),
    remove: z.boolean().default(false).meta({ flag: '--remove', description: 'take the tags away' }),
  }),
  notes:
    'Writes labels.json into the run directory; ohmprop runs delete leaves runs with the tag keep alone.',
  examples: ['ohmprop runs tag last paper keep', 'ohmprop runs tag runs/xor paper --remove'],

  async answer({ run: named, tags, remove }, { io }) {
    const run = await findKept(io, named);
    requireKept(run);
    const { tags: had, note } = await readLabels(run);
    const absent = tags.find((tag) => !had.includes(tag));
    if (remove && absent !== undefined) {
      const there = had.length === 0 ? 'it has none' : `it has ${had.join(', ')}`;
      throw inputError('labels.absent', `${run} does not have the tag ${absent}; ${there}`);
    }
    const now = remove ? had.filter((tag) => !tags.includes(tag)) : [...new Set([...had, ...tags])];
    await writeLabels(run, { tags: now, ...(note === undefined ? {} : { note }) });
    return {
      text: now.length === 0 ? `${run} has no tags` : `${run}: ${now.join(' ')}`,
      json: { run, tags: now },
    };
  },
});
