import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { inputError, type OhmpropError } from '../../core/index.js';
import { readJson } from '../../core/input/index.js';
import { readYaml } from '../../core/yaml/index.js';
import {
  fileName,
  hashSource,
  makeDirectory,
  readManifest,
  readMetrics,
  withZip,
  writeUserFile,
  type ZipArchive,
} from '../../records/index.js';
import { checkConfig, type RunConfig } from '../schema/index.js';
import { type Sink, startRun } from '../sessions/index.js';
import { type Difference, firstDifference } from './first-difference.js';
import { filesNamed, specsOf } from './inputs-of-run.js';
import {
  PACK_FILE,
  type PackContents,
  type PackedInput,
  type PackedRun,
  packSchema,
} from './pack-contents.js';
import { parametersOf } from './parameters-hash.js';

/** A run of a pack, computed again. */
export interface ReproducedRun {
  readonly folder: string;
  /** Where it was computed; nothing of one that cannot be. */
  readonly path?: string;
  /** Why it was not computed. */
  readonly notAgain?: string;
  /** It was to end before it was computed: nothing is compared. */
  readonly interrupted?: true;
  /** The first number that is another; undefined where all are the same bits. */
  readonly difference?: Difference;
  /** What is not as it was, and may be why: another version, another Node, another processor. */
  readonly changes: readonly string[];
}

/** How a pack is computed again. */
export interface ReproduceOptions {
  /** A directory that is not there yet, or empty. */
  readonly out: string;
  /** Where inputs lie that were too large to be packed. */
  readonly inputs?: string;
  readonly signal?: AbortSignal;
  readonly sinks?: readonly Sink[];
  /** Told before each run begins. */
  readonly begins?: (folder: string, at: number, of: number) => void;
}

const MOST_BYTES = 2 ** 28;

/**
 * Computes every run of a pack again, and compares it number by number, bit for bit, with what the pack says. Inputs are unpacked under
 * `out`, held to their SHA-256 before anything is trained; nothing of the pack is run as code, and no hardware is opened.
 * @throws `pack.unreadable`, `pack.input`, and those of training (exit code 2)
 */
export async function reproducePack(path: string, options: ReproduceOptions): Promise<ReproducedRun[]> {
  return withZip(path, async (archive) => {
    const contents = await contentsOf(path, archive);
    await makeDirectory(options.out);
    const packed = new Map<string, string>();
    for (const { inputs } of contents.runs)
      for (const input of inputs) await unpack(path, archive, input, options, packed);
    const results: ReproducedRun[] = [];
    for (const [at, run] of contents.runs.entries()) {
      options.begins?.(run.folder, at, contents.runs.length);
      results.push(await again(path, archive, run, packed, options));
      if (options.signal?.aborted) break;
    }
    return results;
  });
}

async function contentsOf(path: string, archive: ZipArchive): Promise<PackContents> {
  const text = await memberText(path, archive, PACK_FILE);
  let value: unknown;
  try {
    value = readJson(text);
  } catch (cause) {
    throw unreadable(path, `${PACK_FILE} is no JSON: ${(cause as Error).message}`);
  }
  const parsed = packSchema.safeParse(value);
  if (!parsed.success) throw unreadable(path, `${PACK_FILE}: ${z.prettifyError(parsed.error)}`);
  for (const { folder } of parsed.data.runs) {
    if (/^runs\/[\w-][\w.-]*$/.test(folder)) continue;
    throw unreadable(path, `${PACK_FILE}: a run lies in ${JSON.stringify(folder)}; needs runs/NAME`);
  }
  return parsed.data;
}

async function memberText(path: string, archive: ZipArchive, name: string): Promise<string> {
  const member = archive.members.find((one) => one.name === name);
  if (member === undefined) throw unreadable(path, `${name} is not in it`);
  if (member.bytes > MOST_BYTES)
    throw unreadable(path, `${name} has ${member.bytes} bytes; ${MOST_BYTES} are the most`);
  return new TextDecoder().decode(await archive.read(name));
}

function unreadable(path: string, what: string): OhmpropError {
  return inputError('pack.unreadable', `${path} is no pack of ohmprop runs pack: ${what}`);
}

/** Brings the files of an input under `out`, or finds them where the options say. @param packed gains SHA-256 → path */
async function unpack(
  path: string,
  archive: ZipArchive,
  { files }: PackedInput,
  { out, inputs }: ReproduceOptions,
  packed: Map<string, string>,
): Promise<void> {
  for (const { file, sha256, packed: name } of files) {
    if (packed.has(sha256)) continue;
    if (name === undefined) {
      const there = inputs === undefined ? undefined : join(inputs, basename(file));
      if (there === undefined || !existsSync(there))
        throw inputError(
          'pack.input',
          `${file} was too large to be packed: put it into a folder and name that with --input-files (its SHA-256 is ${sha256})`,
        );
      const { sha256: found } = await hashSource(there);
      if (found !== sha256)
        throw inputError(
          'pack.input',
          `${there} is another file: its SHA-256 is ${found}, the pack says ${sha256}`,
        );
      packed.set(sha256, resolve(there));
      continue;
    }
    const member = archive.members.find((one) => one.name === name);
    if (member === undefined || member.bytes > MOST_BYTES) throw unreadable(path, `${name} is not in it`);
    const bytes = await archive.read(name);
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== sha256)
      throw unreadable(path, `${name} has the SHA-256 ${found}; ${PACK_FILE} says ${sha256}`);
    const to = resolve(out, 'inputs', sha256.slice(0, 12), fileName(basename(file.replaceAll('\\', '/'))));
    await makeDirectory(join(out, 'inputs', sha256.slice(0, 12)));
    await writeUserFile(to, bytes, { own: () => true });
    packed.set(sha256, to);
  }
}

async function again(
  path: string,
  archive: ZipArchive,
  run: PackedRun,
  packed: ReadonlyMap<string, string>,
  { out, signal, sinks }: ReproduceOptions,
): Promise<ReproducedRun> {
  const { folder, notAgain } = run;
  if (notAgain !== undefined) return { folder, notAgain, changes: [] };
  const file = `${path}:${folder}/config.yaml`;
  const stored = checkConfig(
    readYaml(await memberText(path, archive, `${folder}/config.yaml`), file, 'run.config'),
    file,
  );
  if (stored.network.kind === 'board')
    throw unreadable(path, `${folder} is of a board, which a pack does not open`);
  const config = withInputs(path, stored, run.inputs, packed);
  const lines = (await memberText(path, archive, `${folder}/metrics.jsonl`))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => readJson(line) as Record<string, unknown>);
  const outcome = await startRun(config, {
    out: join(out, basename(folder)),
    withoutReport: true,
    ...(signal === undefined ? {} : { signal }),
    ...(sinks === undefined ? {} : { sinks }),
  });
  if (outcome.interrupted) return { folder, path: outcome.path, interrupted: true, changes: [] };
  const { lines: got } = await readMetrics(join(outcome.path, 'metrics.jsonl'));
  const changes = await changesSince(path, archive, folder, outcome.path);
  const difference = firstDifference(lines, got) ?? (await parametersDiffer(run, outcome.path));
  return { folder, path: outcome.path, changes, ...(difference === undefined ? {} : { difference }) };
}

/** The configuration with each file where it was unpacked. A received configuration may name no other file. */
function withInputs(
  path: string,
  config: RunConfig,
  inputs: readonly PackedInput[],
  packed: ReadonlyMap<string, string>,
): RunConfig {
  const specs = new Map<string, string>();
  for (const [key, spec] of specsOf(config)) {
    if (filesNamed(spec) === undefined) continue;
    const input = inputs.find((one) => one.key === key);
    if (input === undefined)
      throw inputError(
        'pack.input',
        `${path}: ${key} is ${spec}, which is not in the pack; such a run cannot be computed again`,
      );
    specs.set(key, `${input.kind}${input.files.map(({ sha256 }) => packed.get(sha256)).join(',')}`);
  }
  const { cells } = config;
  const model = specs.get('cells.model');
  return {
    ...config,
    ...(specs.has('data') ? { data: specs.get('data') as string } : {}),
    ...(specs.has('testData') ? { testData: specs.get('testData') as string } : {}),
    ...(specs.has('validation') ? { validation: specs.get('validation') as string } : {}),
    ...(cells === undefined || model === undefined ? {} : { cells: { ...cells, model } }),
  };
}

async function parametersDiffer({ parameters }: PackedRun, run: string): Promise<Difference | undefined> {
  const now = await parametersOf(run);
  if (parameters === undefined || now?.sha256 === parameters.sha256) return undefined;
  return {
    where: 'SHA-256 of the parameters at the end',
    packed: parameters.sha256,
    got: now?.sha256 ?? 'none',
  };
}

/** What is not as it was when the pack was made. */
async function changesSince(
  path: string,
  archive: ZipArchive,
  folder: string,
  now: string,
): Promise<string[]> {
  const then = z
    .object({
      ohmpropVersion: z.string(),
      gitCommit: z.string().optional(),
      machine: z.object({ node: z.string(), cpu: z.string(), arch: z.string() }),
    })
    .safeParse(readJson(await memberText(path, archive, `${folder}/manifest.json`)));
  if (!then.success) return [`${folder}/manifest.json does not say what computed it`];
  const here = await readManifest(now);
  return [
    ['ohmprop', then.data.ohmpropVersion, here.ohmpropVersion],
    ['commit', then.data.gitCommit, here.gitCommit],
    ['Node', then.data.machine.node, here.machine.node],
    ['processor', then.data.machine.cpu, here.machine.cpu],
    ['architecture', then.data.machine.arch, here.machine.arch],
  ].flatMap(([what, was, is]) =>
    was === is ? [] : [`${what} ${was ?? 'unknown'} then, ${is ?? 'unknown'} now`],
  );
}
