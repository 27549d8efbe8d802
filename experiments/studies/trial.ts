import { createHash } from 'node:crypto';
import { runError } from '../../core/index.js';
import { modulesNamedIn, type RecordedModule } from '../modules/index.js';
import type { Tree } from '../schema/index.js';
import type { Coordinates } from './plan.js';
import { optionsAt, type StudyPlan } from './plan.js';
import { InputHashes, type TrialInput, texts } from './trial-inputs.js';

/** What a command makes of options: with all defaults, checked. */
export interface ResolvedOptions {
  /** All that its answer depends on. */
  readonly options: Tree;
  /** The seed that it says or has by default. */
  readonly seed?: number;
  /** It takes `--seed`. */
  readonly takesSeed: boolean;
  /** It takes `--hardware-seed`. */
  readonly takesHardwareSeed?: boolean;
  /** The one that it says. */
  readonly hardwareSeed?: number;
  /** It takes `--threads`, on which its answer does not depend. */
  readonly takesThreads: boolean;
  /** It fills a run directory. */
  readonly fillsDirectory: boolean;
  /** It takes `--without-report`. */
  readonly drawsReport: boolean;
}

/** Reads options as the command does, so that what is wrong is said before anything runs. */
export type ResolveOptions = (command: string, options: Tree) => Promise<ResolvedOptions>;

/** Which program computes a trial. */
export interface ProgramVersion {
  readonly version: string;
  /** Where it runs from a checkout. */
  readonly commit?: string;
}

/** One trial, as `trial.json` has it. */
export interface Trial extends Coordinates {
  /** Name of its directory: hash of the resolved options, the contents of all input files, and the version. */
  readonly key: string;
  readonly command: string;
  readonly options: Tree;
  /** Of the resolved options alone: tells why a trial is computed anew. */
  readonly optionsHash: string;
  readonly inputs: readonly TrialInput[];
  /** Modules of the user that its options name something of: who computes it has to have named them as well. */
  readonly modules?: readonly RecordedModule[];
  readonly program: ProgramVersion;
  readonly takesThreads: boolean;
  readonly fillsDirectory: boolean;
  readonly drawsReport: boolean;
  /** Epochs of a training, all of them. */
  readonly epochs?: number;
  /** It is to rest after so many of them, and to go on from there when it is given again. */
  readonly restsAfter?: number;
}

/** Makes trials of coordinates. */
export class TrialMaker {
  private readonly hashes: InputHashes;

  /** @param directory where relative paths of inputs are relative to */
  constructor(
    private readonly plan: StudyPlan,
    private readonly program: ProgramVersion,
    private readonly resolve: ResolveOptions,
    directory: string,
  ) {
    this.hashes = new InputHashes(directory);
  }

  async make(coordinates: Coordinates): Promise<Trial> {
    const { command } = this.plan;
    const options = optionsAt(this.plan.options, coordinates);
    const resolved = await this.resolve(command, options);
    const inputs = await this.hashes.of(resolved.options);
    const optionsHash = hash({ command, options: resolved.options });
    const modules = modulesNamedIn(texts(resolved.options));
    const contents = [...inputs, ...modules].map(({ sha256 }) => sha256);
    const key = hash([optionsHash, contents, this.program]).slice(0, 16);
    const { takesThreads, fillsDirectory, drawsReport } = resolved;
    const epochs = epochsOf(resolved.options);
    return {
      ...coordinates,
      key,
      command,
      options,
      optionsHash,
      inputs,
      ...(modules.length === 0 ? {} : { modules }),
      program: this.program,
      takesThreads,
      fillsDirectory,
      drawsReport,
      ...(fillsDirectory && epochs !== undefined ? { epochs } : {}),
    };
  }
}

function epochsOf({ configuration }: Tree): number | undefined {
  const { training } = (configuration ?? {}) as { training?: { epochs?: number } };
  return training?.epochs;
}

/** Why a trial of the same point has to be computed anew, as a phrase for people. */
export function whyAnew(now: Trial, before: Trial): string {
  if (now.optionsHash !== before.optionsHash) return 'other options';
  const then = [...before.inputs, ...(before.modules ?? [])];
  const changed = [...now.inputs, ...(now.modules ?? [])].filter(
    ({ file, sha256 }) => then.find((other) => other.file === file)?.sha256 !== sha256,
  );
  if (changed.length > 0) return `${changed.map(({ file }) => file).join(', ')} changed`;
  const read = [...now.inputs, ...(now.modules ?? [])];
  const gone = then.filter(({ file }) => !read.some((other) => other.file === file));
  if (gone.length > 0) return `${gone.map(({ file }) => file).join(', ')} cannot be found any more`;
  const { version, commit = 'no checkout' } = before.program;
  return version === now.program.version
    ? `computed by commit ${commit.slice(0, 12)}${commit.endsWith('-dirty') ? '-dirty' : ''}, this is ${now.program.commit?.slice(0, 12) ?? 'no checkout'}`
    : `computed by ohmprop ${version}, this is ${now.program.version}`;
}

/** Which program computed trials: `ohmprop 0.2.0, commit …`; each, where there were several. */
export function programText(trials: readonly Pick<Trial, 'program'>[]): string {
  const texts = trials.map(
    ({ program: { version, commit } }) =>
      `ohmprop ${version}${commit === undefined ? '' : `, commit ${commit}`}`,
  );
  return [...new Set(texts)].join('; ');
}

/** The same for equal content, in whatever order its keys are. */
export function hash(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
      .join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`;
  if (typeof value === 'function') throw runError('study.key', 'an option that is a function has no hash');
  return JSON.stringify(value) ?? 'null';
}
