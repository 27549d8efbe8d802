import { join } from 'node:path';
import { z } from 'zod';
import { inputError, quoted } from '../../core/index.js';
import { readJson, readRegularFile } from '../../core/input/index.js';
import { writeFileAtomically } from '../../records/index.js';

/** What a person calls a run: `labels.json` beside what the run wrote. */
export interface Labels {
  readonly tags: readonly string[];
  readonly note?: string;
}

const LABELS_FILE = 'labels.json';
const MAX_BYTES = 2 ** 20;
const MOST_CHARACTERS = 10_000;

const schema = z.object({
  kind: z.literal('labels'),
  format: z.literal(1),
  tags: z.array(z.string()),
  note: z.string().optional(),
});

/** A run without labels has none. @throws `labels.unreadable` (exit code 2) */
export async function readLabels(run: string): Promise<Labels> {
  const path = join(run, LABELS_FILE);
  try {
    const bytes = await readRegularFile(path, { most_bytes: MAX_BYTES });
    const { tags, note } = schema.parse(readJson(new TextDecoder().decode(bytes)));
    return { tags, ...(note === undefined ? {} : { note }) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { tags: [] };
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw inputError('labels.unreadable', `${path} cannot be read: ${why}; mend or delete it`, cause);
  }
}

/** @throws `labels.tag`, `labels.note` (exit code 2); `records.disk` */
export async function writeLabels(run: string, { tags, note }: Labels): Promise<void> {
  for (const tag of tags) {
    if (/^[\w.-]{1,60}$/.test(tag)) continue;
    throw inputError(
      'labels.tag',
      `${quoted(tag)} is no tag: letters, digits, _, . and -, at most 60; a note holds any text`,
    );
  }
  if ((note?.length ?? 0) > MOST_CHARACTERS)
    throw inputError('labels.note', `a note has at most ${MOST_CHARACTERS} characters; got ${note?.length}`);
  const kept = { kind: 'labels', format: 1, tags: [...new Set(tags)], ...(note && { note }) };
  await writeFileAtomically(join(run, LABELS_FILE), `${JSON.stringify(kept, null, 2)}\n`);
}
