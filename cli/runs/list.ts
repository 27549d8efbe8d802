import { z } from 'zod';
import { type KeptRun, keptEpoch, listKept } from '../../experiments/kept/index.js';
import { csvText } from '../../records/tables/index.js';
import { aligned } from '../aligned.js';
import { defineCommand } from '../frame/index.js';
import { warn } from '../io.js';
import { amongOptions, hasTags } from './options.js';
import { epochsText, keptJson, testErrorText } from './text.js';

export const runsListCommand = defineCommand({
  options: z.strictObject({
    ...amongOptions,
  }),
  outputs: { '.csv': 'one row a run' },
  notes: 'Looks: opens no device. The oldest comes first.',
  examples: ['ohmprop runs list', 'ohmprop runs list --tag paper', 'ohmprop runs list -o runs.csv'],

  async answer({ folder, tag }, { io }) {
    const all = await listKept(folder);
    const runs = all.filter((run) => hasTags(run, tag));
    for (const { path, problems } of runs) for (const problem of problems) warn(io, `${path}: ${problem}`);
    return {
      text: runs.length === 0 ? none(folder, tag, all) : table(runs).join('\n'),
      json: { folder, runs: runs.map(keptJson) },
      outputs: { '.csv': () => csvOf(runs) },
    };
  },
});

function none(folder: string, tag: readonly string[], all: readonly KeptRun[]): string {
  if (all.length === 0) return `no run lies in ${folder}; ohmprop train makes one`;
  const known = [...new Set(all.flatMap(({ labels }) => labels.tags))].sort();
  const there = known.length === 0 ? 'none has a tag' : `tags there are: ${known.join(', ')}`;
  return `none of ${all.length} runs in ${folder} has the tag ${tag.join(' and ')}; ${there}`;
}

function table(runs: readonly KeptRun[]): string[] {
  return aligned([
    ['NAME', 'WHAT', 'SEED', 'STANDING', 'EPOCHS', 'TEST ERROR', 'TAGS'],
    ...runs.map((run) => [
      run.name,
      [run.kind === 'training' ? undefined : run.kind, run.title].filter(Boolean).join(' ') || run.kind,
      typeof run.config?.seed === 'number' ? String(run.config.seed) : '',
      run.standing,
      run.epochs.length === 0 ? '' : epochsText(run),
      testErrorText(run),
      run.labels.tags.join(' '),
    ]),
  ]);
}

function csvOf(runs: readonly KeptRun[]): string {
  return csvText(
    [
      'path',
      'kind',
      'title',
      'seed',
      'standing',
      'started_at',
      'wall_s',
      'epochs',
      'kept_epoch',
      'train_error',
      'validation_error',
      'test_error',
      'tags',
      'note',
    ],
    runs.map((run) => {
      const { path, kind, title, standing, manifest, epochs, labels, config } = run;
      const kept = keptEpoch(run);
      return [
        path,
        kind,
        title ?? '',
        typeof config?.seed === 'number' ? config.seed : '',
        standing,
        manifest?.startedAt ?? '',
        manifest?.wallSeconds ?? '',
        epochs.at(-1)?.epoch ?? 0,
        kept?.epoch ?? '',
        kept?.trainError ?? '',
        kept?.validationError ?? '',
        kept?.testError ?? '',
        labels.tags.join(' '),
        labels.note ?? '',
      ];
    }),
  );
}
