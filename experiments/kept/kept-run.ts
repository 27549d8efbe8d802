import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { MAX_YAML_CHARACTERS, readYaml } from '../../core/yaml/index.js';
import { isBetter, type ValidatedEpoch } from '../../learning/index.js';
import { livingHolder, type Manifest, readManifest, readMetrics } from '../../records/index.js';
import { isTree, type Tree } from '../schema/index.js';
import { type Labels, readLabels } from './labels.js';

/** How a run stands; `cut off`: its process was killed, so that nobody could write how it ended. */
export type Standing = 'running' | 'done' | 'interrupted' | 'failed' | 'cut off' | 'unknown';

/** One finished epoch: what its line in `metrics.jsonl` says of errors, shares of 1. */
export interface KeptEpoch {
  readonly epoch: number;
  readonly trainError?: number;
  readonly validationError?: number;
  /** Mean over the validation samples, V². */
  readonly validationCost_V2?: number;
  readonly testError?: number;
}

/** A directory that a command made, as it lies there; read without opening a device. */
export interface KeptRun {
  readonly path: string;
  readonly name: string;
  /** `training`, `study`, or what its configuration says that it is. */
  readonly kind: string;
  /** What it was made from: a preset, the name of a study. */
  readonly title?: string;
  readonly standing: Standing;
  readonly config?: Tree;
  readonly manifest?: Manifest;
  readonly epochs: readonly KeptEpoch[];
  /** The finished epoch that the run is looked at with, of runs that hold validation samples out. */
  readonly best?: KeptEpoch;
  readonly labels: Labels;
  /** What could not be read. Sentences for people. */
  readonly problems: readonly string[];
}

const CONFIG_FILE = 'config.yaml';
const STUDY_FILE = 'study.yaml';

/** Whether a command of ohmprop made a directory, by the file that says what it is. */
export function isKept(path: string): boolean {
  return existsSync(join(path, CONFIG_FILE)) || existsSync(join(path, STUDY_FILE));
}

/**
 * Everything that lies in a folder of runs, oldest first; other folders there are passed over.
 * @throws `runs.folder` (exit code 2)
 */
export async function listKept(folder: string): Promise<KeptRun[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'does not exist; ohmprop train makes one' : cause.message;
    throw inputError('runs.folder', `${folder}: ${why}`, cause);
  });
  const found: KeptRun[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && isKept(path)) found.push(await readKept(path));
  }
  const began = ({ manifest, name }: KeptRun) => manifest?.startedAt ?? name;
  return found.sort((a, b) => (began(a) < began(b) ? -1 : 1));
}

/** One run as it lies there. What cannot be read is said in `problems`, and the rest told. */
export async function readKept(path: string): Promise<KeptRun> {
  const problems: string[] = [];
  const attempt = async <T>(work: Promise<T>, otherwise: T): Promise<T> =>
    work.catch((error: Error) => {
      problems.push(error.message);
      return otherwise;
    });
  const isStudy = existsSync(join(path, STUDY_FILE));
  const config = await attempt(readTree(join(path, isStudy ? STUDY_FILE : CONFIG_FILE)), undefined);
  const kind = isStudy ? 'study' : typeof config?.kind === 'string' ? config.kind : 'training';
  const manifest =
    kind === 'training' || existsSync(join(path, 'manifest.json'))
      ? await attempt(readManifest(path), undefined)
      : undefined;
  const { lines } = await attempt(readMetrics(join(path, 'metrics.jsonl')), { lines: [] });
  const epochs = lines.map(
    (line): KeptEpoch => ({
      epoch: line.epoch,
      ...share('trainError', line.trainError),
      ...share('validationError', line.validationError),
      ...share('validationCost_V2', line.validationCost_V2),
      ...share('testError', line.testError),
    }),
  );
  const best = bestOf(epochs);
  const title = isStudy ? config?.study : config?.preset;
  return {
    path,
    name: basename(path),
    kind,
    ...(typeof title === 'string' ? { title } : {}),
    standing: await standingOf(path, manifest),
    ...(config === undefined ? {} : { config }),
    ...(manifest === undefined ? {} : { manifest }),
    epochs,
    ...(best === undefined ? {} : { best }),
    labels: await attempt(readLabels(path), { tags: [] }),
    problems,
  };
}

/** The epoch that training keeps: the best on validation samples. */
function bestOf(epochs: readonly KeptEpoch[]): KeptEpoch | undefined {
  return epochs
    .filter(isValidated)
    .reduce<(KeptEpoch & ValidatedEpoch) | undefined>(
      (best, epoch) => (best === undefined || isBetter(epoch, best) ? epoch : best),
      undefined,
    );
}

function isValidated(epoch: KeptEpoch): epoch is KeptEpoch & ValidatedEpoch {
  return epoch.validationError !== undefined && epoch.validationCost_V2 !== undefined;
}

/** A configuration as it stands in its file. @throws OhmpropError `run.config` */
export async function readTree(path: string): Promise<Tree> {
  const bytes = await readRegularFile(path, { most_bytes: 4 * MAX_YAML_CHARACTERS }).catch((cause: Error) => {
    throw inputError('run.config', `${path}: cannot be read (${cause.message})`, cause);
  });
  const tree = readYaml(new TextDecoder().decode(bytes), path, 'run.config');
  if (isTree(tree)) return tree;
  throw inputError('run.config', `${path}: not a configuration: needs keys with values`);
}

/** How a run stands, by its manifest and by whether somebody writes it. */
export async function standingOf(path: string, manifest: Manifest | undefined): Promise<Standing> {
  if ((await livingHolder(path)) !== undefined) return 'running';
  if (manifest === undefined) return 'unknown';
  return manifest.exitStatus === 'running' ? 'cut off' : manifest.exitStatus;
}

function share(key: Exclude<keyof KeptEpoch, 'epoch'>, value: unknown): Partial<KeptEpoch> {
  return typeof value === 'number' ? { [key]: value } : {};
}
