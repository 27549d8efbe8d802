import { basename, join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../../core/input/index.js';
import { makeDirectory, readManifest, readMetrics, withZip, type ZipArchive } from '../../records/index.js';
import type { RunConfig } from '../schema/index.js';
import { type Sink, startRun } from '../sessions/index.js';
import { type Difference, firstDifference } from './first-difference.js';
import type { PackedRun } from './pack-contents.js';
import { parametersOf } from './parameters-hash.js';
import { configOf, contentsOf, memberText, unpack } from './received-pack.js';

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
    // All are checked before the first is trained.
    const configs: (RunConfig | undefined)[] = [];
    for (const run of contents.runs)
      configs.push(run.notAgain === undefined ? await configOf(path, archive, run, packed) : undefined);
    const results: ReproducedRun[] = [];
    for (const [at, run] of contents.runs.entries()) {
      const { folder, notAgain } = run;
      const config = configs[at];
      options.begins?.(folder, at, contents.runs.length);
      results.push(
        config === undefined
          ? { folder, ...(notAgain === undefined ? {} : { notAgain }), changes: [] }
          : await again(path, archive, run, config, options),
      );
      if (options.signal?.aborted) break;
    }
    return results;
  });
}

async function again(
  path: string,
  archive: ZipArchive,
  run: PackedRun,
  config: RunConfig,
  { out, signal, sinks }: ReproduceOptions,
): Promise<ReproducedRun> {
  const { folder } = run;
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
