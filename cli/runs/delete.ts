import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { type KeptRun, readKept } from '../../experiments/kept/index.js';
import { livingHolder } from '../../records/index.js';
import { requireConsent, yesOption } from '../consent.js';
import { findKept, RUN } from '../find-run.js';
import { defineCommand } from '../frame/index.js';
import { requireKept } from './require-kept.js';
import { epochsText } from './text.js';

const KEEP = 'keep';

export const runsDeleteCommand = defineCommand({
  options: z.strictObject({
    runs: z.array(z.string()).min(1).meta({ argument: '<run...>', description: RUN }),
    yes: yesOption,
  }),
  notes:
    'Deletes the directories for good, once asked. Runs with the tag keep, and runs that somebody writes, are refused, and then nothing is deleted.',
  examples: ['ohmprop runs delete last', 'ohmprop runs delete runs/a runs/b --yes'],

  async answer({ runs: named, yes }, { io }) {
    const paths = [...new Set(await Promise.all(named.map((name) => findKept(io, name))))];
    paths.forEach(requireKept);
    const runs = await Promise.all(paths.map(readKept));
    for (const run of runs) await requireDeletable(run);
    const bytes = await Promise.all(paths.map(sizeOf));
    const strangers = await Promise.all(runs.map(strangersIn));
    const total = bytes.reduce((sum, n) => sum + n, 0);
    await requireConsent(
      io,
      [
        ...runs.map(
          (run, i) =>
            `${run.path}: ${[run.kind, run.title].filter(Boolean).join(' ')}${run.epochs.length > 0 ? `, ${epochsText(run)} epochs` : ''}, ${sizeText(bytes[i])}${strangers[i]}`,
        ),
        `deletes ${runs.length === 1 ? 'this directory' : `these ${runs.length} directories`}, ${sizeText(total)}, for good`,
      ].join('\n'),
      yes,
    );
    for (const path of paths) {
      // It may have begun to be written while the question stood.
      await requireUnheld(path);
      await rm(path, { recursive: true });
    }
    return { text: `deleted ${paths.join(', ')}`, json: { deleted: paths, bytes: total } };
  },
});

async function requireDeletable(run: KeptRun): Promise<void> {
  const { path, labels, problems } = run;
  requireOurs(run);
  await requireUnheld(path);
  if (labels.tags.includes(KEEP))
    throw inputError(
      'runs.keep',
      `${path} has the tag ${KEEP}; nothing was deleted: ohmprop runs tag ${path} ${KEEP} --remove`,
    );
  // Whose labels cannot be read may have been told to be kept.
  const unread = problems.find((problem) => problem.includes('labels.json'));
  if (unread !== undefined) throw inputError('runs.keep', `${unread}; nothing was deleted`);
}

/** Top-level entries of a training; what else lies there somebody put there. */
const WRITTEN = new Set([
  'run.yaml',
  'config.yaml',
  'manifest.json',
  'metrics.jsonl',
  'journal.jsonl',
  'pulses.csv',
  'data.npz',
  'notified.json',
  'labels.json',
  'checkpoints',
  'logs',
  'figures',
  'report.html',
  'run.lock',
]);

/** Other people's folders have a config.yaml too: only what says that ohmprop made it is deleted. */
function requireOurs({ path, kind, config, manifest }: KeptRun): void {
  const says: Readonly<Record<string, readonly [ours: boolean, needs: string]>> = {
    training: [manifest !== undefined, 'no readable manifest.json'],
    study: [typeof config?.study === 'string', 'study.yaml names no study'],
  };
  const [ours, needs] = says[kind] ?? [config?.format !== undefined, 'config.yaml has no format'];
  if (ours) return;
  throw inputError(
    'run.not-a-run',
    `${path} does not say that ohmprop made it (${needs}); nothing was deleted: delete it yourself if it is to go`,
  );
}

async function strangersIn({ path, kind }: KeptRun): Promise<string> {
  if (kind !== 'training') return '';
  const strange = (await readdir(path)).filter((name) => !WRITTEN.has(name));
  if (strange.length === 0) return '';
  const shown = strange.slice(0, 3).join(', ');
  return `, with ${strange.length} that no run writes: ${shown}${strange.length > 3 ? ', …' : ''}`;
}

async function requireUnheld(path: string): Promise<void> {
  const holder = await livingHolder(path);
  if (holder !== undefined)
    throw inputError('run.in-use', `${path} is being written by ${holder}; stop that first`);
}

async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(
        async ({ parentPath, name }) => (await stat(join(parentPath, name)).catch(() => ({ size: 0 }))).size,
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
