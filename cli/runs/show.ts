import { z } from 'zod';
import { type KeptEpoch, type KeptRun, readKept } from '../../experiments/kept/index.js';
import { percent } from '../../experiments/sessions/index.js';
import { aligned } from '../aligned.js';
import { findKept, RUN } from '../find-run.js';
import { defineCommand } from '../frame/index.js';
import { requireKept } from './require-kept.js';
import { epochsText, keptJson } from './text.js';

export const runsShowCommand = defineCommand({
  options: z.strictObject({ run: z.string().meta({ argument: '<run>', description: RUN }) }),
  notes: 'Looks: opens no device.',
  examples: ['ohmprop runs show last', 'ohmprop runs show runs/xor --json'],

  async answer({ run: named }, { io }) {
    const path = await findKept(io, named);
    requireKept(path);
    const run = await readKept(path);
    return {
      text: aligned(linesOf(run)).join('\n'),
      json: { ...keptJson(run), config: run.config ?? null, manifest: run.manifest ?? null },
    };
  },
});

function linesOf(run: KeptRun): [string, string][] {
  const { path, kind, title, standing, manifest, labels, problems, config, epochs, best } = run;
  const last = epochs.at(-1);
  return [
    ['run', path],
    ['what', [kind, title].filter(Boolean).join(', ')],
    ['standing', `${standing}${kind === 'training' ? `, ${epochsText(run)} epochs` : ''}`],
    ...(last === undefined ? [] : [['last epoch', errorsText(last)] as [string, string]]),
    ...(best === undefined ? [] : [['best epoch', `${best.epoch}: ${errorsText(best)}`] as [string, string]]),
    ...manifestLines(manifest),
    ...(config?.seed === undefined ? [] : [['seed', String(config.seed)] as [string, string]]),
    ...(labels.tags.length === 0 ? [] : [['tags', labels.tags.join(' ')] as [string, string]]),
    ...(labels.note === undefined ? [] : [['note', labels.note] as [string, string]]),
    ...problems.map((problem): [string, string] => ['problem', problem]),
    ...nextLines(run),
  ];
}

function errorsText(epoch: KeptEpoch): string {
  return [
    ['train', epoch.trainError],
    ['validation', epoch.validationError],
    ['test', epoch.testError],
  ]
    .flatMap(([name, error]) => (typeof error === 'number' ? [`${name} error ${percent(error)}`] : []))
    .join(', ');
}

function manifestLines(manifest: KeptRun['manifest']): [string, string][] {
  if (manifest === undefined) return [];
  const { startedAt, endedAt, wallSeconds, machine, ohmpropVersion, gitCommit, device, data, warnings } =
    manifest;
  return [
    ['device', String(device?.name ?? 'not said')],
    ...(device?.serial === undefined ? [] : [['board', String(device.serial)] as [string, string]]),
    ...(data === undefined
      ? []
      : [
          [
            'data',
            `${data.name}: ${data.counts.train} samples to train, ${data.counts.validation ?? 0} to validate, ${data.counts.test} to test`,
          ] as [string, string],
        ]),
    ...(data?.sources ?? []).map(({ file, sha256 }): [string, string] => [
      'file',
      `${file}, SHA-256 ${sha256.slice(0, 12)}…`,
    ]),
    ['began', startedAt],
    ...(endedAt === undefined ? [] : [['ended', endedAt] as [string, string]]),
    [
      'computed',
      `${wallSeconds.toFixed(1)} s on ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`,
    ],
    ['by', `ohmprop ${ohmpropVersion}${gitCommit === undefined ? '' : `, ${gitCommit.slice(0, 12)}`}`],
    ...warnings.map((text): [string, string] => ['warning', text]),
  ];
}

/** What one would type next. */
function nextLines({ kind, standing, path }: KeptRun): [string, string][] {
  if (kind === 'study') return [['next', `ohmprop study report ${path}`]];
  if (kind !== 'training') return [];
  if (standing === 'done') return [['next', `ohmprop eval ${path}, ohmprop report ${path}`]];
  return standing === 'running' ? [] : [['next', `ohmprop resume ${path}`]];
}
