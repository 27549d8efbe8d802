import { z } from 'zod';
import { readLabels, writeLabels } from '../../experiments/kept/index.js';
import { findKept, RUN } from '../find-run.js';
import { defineCommand } from '../frame/index.js';
import { requireKept } from './require-kept.js';

export const runsNoteCommand = defineCommand({
  options: z.strictObject({
    run: z.string().meta({ argument: '<run>', description: RUN }),
    text: z.string().meta({ argument: '<text>', description: 'the note; an empty one takes it away' }),
  }),
  notes: 'Writes labels.json into the run directory, in place of an earlier note.',
  examples: ['ohmprop runs note last "first board, second layout"'],

  async answer({ run: named, text }, { io }) {
    const run = await findKept(io, named);
    requireKept(run);
    const { tags, note: before } = await readLabels(run);
    await writeLabels(run, { tags, note: text });
    const replaced = before === undefined || text === before ? '' : `, in place of: ${before}`;
    return {
      text: `${run}: ${text === '' ? 'no note' : text}${replaced}`,
      json: { run, note: text, before: before ?? null },
    };
  },
});
