import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import {
  fileName,
  type Manifest,
  ohmpropVersion,
  openRunDirectory,
  readManifest,
  type ZipEntry,
} from '../../records/index.js';
import type { RunConfig } from '../schema/index.js';
import { readRunConfig } from '../sessions/index.js';
import { citationsOf } from './citations.js';
import { hardwareNamed } from './hardware-named.js';
import { type FileToPack, inputsOf } from './inputs-of-run.js';
import { isKept, type KeptRun, readKept } from './kept-run.js';
import { methodsText } from './methods-text.js';
import { PACK_FILE, type PackContents, type PackedRun } from './pack-contents.js';
import { parametersOf } from './parameters-hash.js';

/** A pack, before it is written. */
export interface Pack {
  readonly entries: readonly ZipEntry[];
  readonly contents: PackContents;
  /** To be told. Sentences for people. */
  readonly warnings: readonly string[];
}

/** Of a run directory, besides the numbers of its figures. */
const FILES = ['config.yaml', 'manifest.json', 'metrics.jsonl', 'labels.json'];
const MOST_FILE_BYTES = 2 ** 28;

/**
 * What makes runs citable and lets somebody compute them again: configurations, manifests, metrics, small inputs, the numbers behind
 * figures, a methods paragraph and references. No checkpoint: what they must come to is in the pack as a hash.
 * @throws `runs.kind`, and those of reading a run (exit code 2)
 */
export async function packRuns(paths: readonly string[]): Promise<Pack> {
  const warnings: string[] = [];
  const runs: PackedRun[] = [];
  const files = new Map<string, Uint8Array>();
  const methods: string[] = [];
  const citations = new Set<string>();
  const folders = foldersOf(paths);
  for (const [at, path] of paths.entries()) {
    const run = await readKept(path);
    if (run.kind !== 'training')
      throw inputError('runs.kind', `${path} is a ${run.kind}; trained runs are packed`);
    const directory = await openRunDirectory(path);
    const [config, manifest] = await Promise.all([readRunConfig(directory), readManifest(path)]);
    const tell = (text: string) => warnings.push(`${path}: ${text}`);
    const known = new Map((manifest.data?.sources ?? []).map(({ file, sha256 }) => [basename(file), sha256]));
    let changed: string | undefined;
    const { inputs, files: toPack } = await inputsOf(path, config, known, (text) => {
      changed = text;
      tell(text);
    });
    const notAgain = changed ?? whyNotAgain(run, config, manifest);
    if (notAgain !== undefined && changed === undefined)
      tell(`cannot be computed again from the pack: ${notAgain}`);
    for (const { file, sha256 } of manifest.modules ?? [])
      tell(
        `${basename(file)}, a module of its user, is not in the pack: hand it on beside it (SHA-256 ${sha256})`,
      );
    const parameters = await parametersOf(path);
    runs.push({
      folder: folders[at],
      seed: config.seed,
      epochs: run.epochs.at(-1)?.epoch ?? 0,
      ...(parameters === undefined ? {} : { parameters }),
      inputs,
      ...(notAgain === undefined ? {} : { notAgain }),
    });
    for (const file of await ownFiles(path))
      files.set(`${folders[at]}/${file.name}`, await contentOf(file.path));
    for (const { name, path: from } of toPack) files.set(name, await contentOf(from));
    methods.push(methodsText(run, config, manifest));
    for (const entry of citationsOf(config, manifest.ohmpropVersion).split(/\n(?=@)/))
      citations.add(entry.trim());
  }
  const contents: PackContents = { kind: 'pack', format: 1, ohmpropVersion: await ohmpropVersion(), runs };
  const encoder = new TextEncoder();
  files.set('methods.txt', encoder.encode(`${methods.join('\n\n')}\n`));
  files.set('references.bib', encoder.encode(`${[...citations].join('\n\n')}\n`));
  files.set('README.txt', encoder.encode(readme(contents)));
  const head = { name: PACK_FILE, parts: [encoder.encode(`${JSON.stringify(contents, null, 2)}\n`)] };
  return {
    entries: [head, ...[...files].map(([name, bytes]) => ({ name, parts: [bytes] }))],
    contents,
    warnings,
  };
}

/**
 * What is packed of a directory: a run itself; of a study the runs of its trials, in the order of their names.
 * @throws `runs.kind` for a study whose trials are no trainings (exit code 2)
 */
export async function runsIn(path: string): Promise<string[]> {
  if ((await readKept(path)).kind !== 'study') return [path];
  const trials = await readdir(join(path, 'trials')).catch((): string[] => []);
  const runs = trials.sort().map((key) => join(path, 'trials', key, 'run'));
  const there = runs.filter(isKept);
  if (there.length > 0) return there;
  throw inputError(
    'runs.kind',
    `${path} is a study without trained runs: nothing of it can be trained again`,
  );
}

/** Names of runs, which may be the same in other folders. */
function foldersOf(paths: readonly string[]): string[] {
  const names = paths.map((path) => {
    // A trial of a study is called by that, and by its key.
    const [, study, key] = /([^/\\]+)[/\\]trials[/\\]([^/\\]+)[/\\]run$/.exec(path) ?? [];
    return fileName(key === undefined ? basename(path) : `${study}_${key}`);
  });
  return names.map((name, i) => (names.indexOf(name) === i ? `runs/${name}` : `runs/${name}_${i + 1}`));
}

function whyNotAgain(run: KeptRun, config: RunConfig, manifest: Manifest): string | undefined {
  const { training } = config;
  const hardware = hardwareNamed(config);
  if (hardware !== undefined) return `${hardware}, which a pack does not open`;
  if (manifest.startedFrom !== undefined)
    return `it began where ${manifest.startedFrom.run} ended, which is not in the pack`;
  if (run.standing !== 'done') return `it is not at its end (${run.standing})`;
  const last = run.epochs.at(-1)?.epoch ?? 0;
  if (run.epochs.length !== last || last !== training.epochs)
    return `metrics.jsonl tells ${run.epochs.length} of ${training.epochs} epochs`;
  return undefined;
}

async function ownFiles(path: string): Promise<FileToPack[]> {
  const there = new Set(await readdir(path));
  const figures = await readdir(join(path, 'figures')).catch((): string[] => []);
  return [
    ...FILES.filter((name) => there.has(name)).map((name) => ({ name, path: join(path, name) })),
    ...figures
      .filter((name) => name.endsWith('.csv'))
      .map((name) => ({ name: `figures/${name}`, path: join(path, 'figures', name) })),
  ];
}

async function contentOf(path: string): Promise<Uint8Array> {
  return readRegularFile(path, { most_bytes: MOST_FILE_BYTES }).catch((cause: Error) => {
    throw inputError('records.not-found', `${path} cannot be read: ${cause.message}`, cause);
  });
}

function readme({ runs, ohmpropVersion }: PackContents): string {
  return [
    `${runs.length === 1 ? 'A run' : `${runs.length} runs`} of ohmprop ${ohmpropVersion}.`,
    '',
    'runs/*/config.yaml    the whole configuration',
    'runs/*/metrics.jsonl  an epoch a line; errors are shares of 1',
    'runs/*/manifest.json  versions, machine, SHA-256 of the inputs',
    'runs/*/figures/*.csv  the numbers behind the figures',
    'inputs/               input files, named by the beginning of their SHA-256',
    'methods.txt           a paragraph for a methods section',
    'references.bib        what to cite',
    '',
    'To compute everything again and compare it bit for bit:',
    '',
    '    npx ohmprop runs reproduce THIS.zip',
    '',
    ...runs.flatMap(({ folder, notAgain }) =>
      notAgain === undefined ? [] : [`${folder} cannot be: ${notAgain}.`],
    ),
  ].join('\n');
}
