import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { inputError, type OhmpropError } from '../../core/index.js';
import { readJson } from '../../core/input/index.js';
import { readYaml } from '../../core/yaml/index.js';
import { fileName, hashSource, makeDirectory, writeUserFile, type ZipArchive } from '../../records/index.js';
import { requireModules } from '../modules/index.js';
import { checkConfig, type RunConfig } from '../schema/index.js';
import { hardwareNamed } from './hardware-named.js';
import { filesNamed, specsOf } from './inputs-of-run.js';
import {
  PACK_FILE,
  type PackContents,
  type PackedInput,
  type PackedRun,
  packSchema,
} from './pack-contents.js';

// A pack that somebody sent: read member by member, nothing in it believed that can be checked.

const MOST_BYTES = 2 ** 28;

/** What a pack says of itself. @throws `pack.unreadable` (exit code 2) */
export async function contentsOf(path: string, archive: ZipArchive): Promise<PackContents> {
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

/** A member as text. @throws `pack.unreadable`, `records.damaged` (exit code 2) */
export async function memberText(path: string, archive: ZipArchive, name: string): Promise<string> {
  const member = archive.members.find((one) => one.name === name);
  if (member === undefined) throw unreadable(path, `${name} is not in it`);
  if (member.bytes > MOST_BYTES)
    throw unreadable(path, `${name} has ${member.bytes} bytes; ${MOST_BYTES} are the most`);
  return new TextDecoder().decode(await archive.read(name));
}

/** Why it is no pack. */
function unreadable(path: string, what: string): OhmpropError {
  return inputError('pack.unreadable', `${path} is no pack of ohmprop runs pack: ${what}`);
}

/**
 * The configuration of a run of the pack, with each file where it was unpacked. A received configuration may name no other file, and no
 * hardware, whatever `pack.json` says of it.
 * @param packed SHA-256 → path
 * @throws `pack.unreadable`, `pack.input`, `run.config` (exit code 2)
 */
export async function configOf(
  path: string,
  archive: ZipArchive,
  { folder, inputs }: PackedRun,
  packed: ReadonlyMap<string, string>,
): Promise<RunConfig> {
  const file = `${path}:${folder}/config.yaml`;
  await requireModulesOf(path, archive, folder);
  const text = await memberText(path, archive, `${folder}/config.yaml`);
  const config = withInputs(path, checkConfig(readYaml(text, file, 'run.config'), file), inputs, packed);
  const hardware = hardwareNamed(config);
  if (hardware === undefined) return config;
  throw unreadable(path, `${folder}: ${hardware}, and a pack opens none; nothing was trained`);
}

const modulesSchema = z.object({
  modules: z
    .array(
      z.object({ file: z.string(), sha256: z.string(), adds: z.record(z.string(), z.array(z.string())) }),
    )
    .optional(),
});

/** Modules that a run was made with are not in its pack: whoever computes it again names them. @throws `run.module`, `run.changed-module` */
async function requireModulesOf(path: string, archive: ZipArchive, folder: string): Promise<void> {
  const parsed = modulesSchema.safeParse(
    readJson(await memberText(path, archive, `${folder}/manifest.json`)),
  );
  const { modules = [] } = parsed.success ? parsed.data : {};
  requireModules(
    `${folder} of ${path}`,
    modules.map(({ file, ...rest }) => ({ ...rest, file: basename(file.replaceAll('\\', '/')) })),
  );
}

function withInputs(
  path: string,
  config: RunConfig,
  inputs: readonly PackedInput[],
  packed: ReadonlyMap<string, string>,
): RunConfig {
  const specs = new Map<string, string>();
  for (const [key, spec] of specsOf(config)) {
    const named = filesNamed(spec);
    if (named === undefined) continue;
    const input = inputs.find((one) => one.key === key);
    if (input === undefined)
      throw inputError(
        'pack.input',
        `${path}: ${key} is ${spec}, which is not in the pack; such a run cannot be computed again`,
      );
    specs.set(key, `${named.kind}${input.files.map(({ sha256 }) => packed.get(sha256)).join(',')}`);
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

/** Brings the files of an input under `out`, or finds them where the options say. @param packed gains SHA-256 → path */
export async function unpack(
  path: string,
  archive: ZipArchive,
  { files }: PackedInput,
  { out, inputs }: { readonly out: string; readonly inputs?: string },
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
