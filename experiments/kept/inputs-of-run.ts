import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileName, hashSource } from '../../records/index.js';
import { isCellFile } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { dataFinder } from '../sessions/index.js';
import type { PackedInput } from './pack-contents.js';

/** A larger input is named by its hash alone. */
const MOST_INPUT_BYTES = 20e6;

/** A file to be put into a pack. */
export interface FileToPack {
  readonly path: string;
  readonly name: string;
}

/** Kinds of specifications that name files: `csv:FILE`; a bare name that ends in .cell.json is a cell file. */
const kindsOfFiles = /^(csv:|npz:|mnist:|table:|aihwkit:|crosssim:)(.+)$/s;

/** What a specification names; nothing where it is a name of ours: `mnist`, `iris`, `linear`. */
export function filesNamed(spec: string): { kind: string; files: string[] } | undefined {
  if (isCellFile(spec) && !kindsOfFiles.test(spec)) return { kind: '', files: [spec] };
  const [, kind, rest] = kindsOfFiles.exec(spec) ?? [];
  if (kind === undefined) return undefined;
  return { kind, files: kind === 'crosssim:' ? rest.split(',') : [rest] };
}

/** The keys of a configuration that may name files, and what they say. */
export function specsOf(config: RunConfig): [PackedInput['key'], string][] {
  const { data, testData, validation, cells } = config;
  const named: [PackedInput['key'], unknown][] = [
    ['data', data],
    ['testData', testData],
    ['validation', validation],
    ['cells.model', cells?.model],
  ];
  return named.flatMap(([key, spec]) => (typeof spec === 'string' ? [[key, spec]] : []));
}

/**
 * The files that a run took in, hashed as they are now, and which of them go into its pack.
 * @param changed told of a file that is not what the run was trained on, is gone, or cannot be packed
 */
export async function inputsOf(
  run: string,
  config: RunConfig,
  known: ReadonlyMap<string, string>,
  changed: (text: string) => void,
): Promise<{ inputs: PackedInput[]; files: FileToPack[] }> {
  const locate = await dataFinder({ path: run });
  const inputs: PackedInput[] = [];
  const toPack: FileToPack[] = [];
  for (const [key, spec] of specsOf(config)) {
    if (filesNamed(spec) === undefined) continue;
    try {
      const { files } = filesNamed(locate(spec)) ?? { files: [] };
      const packed = await Promise.all(
        files.map(async (path) => {
          const entry = await stat(path);
          if (entry.isDirectory()) {
            changed(`${path} is a folder, which is not packed`);
            return undefined;
          }
          const { size } = entry;
          const { sha256 } = await hashSource(path);
          const then = known.get(basename(path));
          if (then !== undefined && then !== sha256)
            changed(`${path} is not what the run was trained on: its SHA-256 was ${then.slice(0, 12)}…`);
          const name = `inputs/${sha256.slice(0, 12)}_${fileName(basename(path))}`;
          const isSmall = size <= MOST_INPUT_BYTES;
          if (isSmall) toPack.push({ path, name });
          return { file: basename(path), bytes: size, sha256, ...(isSmall ? { packed: name } : {}) };
        }),
      );
      const all = packed.filter((file) => file !== undefined);
      if (all.length > 0) inputs.push({ key, files: all });
    } catch (error) {
      changed(`${spec}: ${(error as Error).message}`);
    }
  }
  return { inputs, files: toPack };
}
