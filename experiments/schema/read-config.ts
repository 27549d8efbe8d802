import { inputError, printableLine, quoted } from '../../core/index.js';
import { isSafeKey, MAX_YAML_CHARACTERS, readRegularFile, readYaml } from '../../core/input/index.js';
import { boardPresetFor } from './board-presets.js';
import { checkConfig } from './check-config.js';
import { preset, presets } from './presets.js';
import type { RunConfig } from './run-config.js';
import type { Tree } from './settings.js';

/** Where a configuration is read from, weakest first: a preset, a file, assignments, flags. */
export interface ConfigSources {
  /** A YAML or JSON file; its own `preset` key is the base it changes. */
  readonly file?: string;
  readonly preset?: string;
  /** `path=value`, the value read as YAML. */
  readonly set?: readonly string[];
  /** What flags say: the last word. */
  readonly flags?: Tree;
}

/** The preset used when none is asked for: the one named as the data, or this. */
export const DEFAULT_PRESET = 'digits';

/** The one used for a table of one's own. */
const OWN_DATA_PRESET = 'table';

/**
 * Preset, then file, then --set, then flags, each over the one before; checked as a whole. Samples that a preset holds out
 * for validation are of its own data: with another kind of data none are, unless asked for.
 */
export async function readConfig(sources: ConfigSources): Promise<RunConfig> {
  const file = sources.file === undefined ? {} : await readTree(sources.file);
  const name =
    sources.preset ??
    boardPreset(sources.flags) ??
    file.preset ??
    presetFor(sources.flags?.data ?? file.data);
  if (typeof name !== 'string') {
    throw inputError(
      'config.preset',
      `${sources.file}: preset must be a name, got ${quoted(JSON.stringify(name))}`,
    );
  }
  let tree = preset(name) as unknown as Tree;
  const changes = [file, ...(sources.set ?? []).map(readAssignment), sources.flags ?? {}];
  const data = changes.findLast((change) => change.data !== undefined)?.data;
  if (data !== undefined && kindOf(data) !== kindOf(tree.data)) {
    delete tree.validation;
    // How hard a network may be nudged depends on its size, which the data set; a board's own β does not.
    if (isOwn(data) && isTree(tree.training) && !isBoard(changes, tree)) tree.training.beta = 'auto';
  }
  for (const change of changes) tree = merge(tree, change);
  tree.preset = name;
  return checkConfig(tree, sources.file ?? `preset ${name}`);
}

function isBoard(changes: readonly Tree[], base: Tree): boolean {
  const network = changes.findLast(({ network }) => isTree(network) && network.kind !== undefined)?.network;
  return ((network ?? base.network) as Tree).kind === 'board';
}

/** Flags that ask for a board ask for its preset. */
function boardPreset({ network, data }: Tree = {}): string | undefined {
  if (!isTree(network) || network.kind !== 'board') return undefined;
  return boardPresetFor(data as string | undefined, network.profile as string | undefined);
}

function presetFor(data: unknown): string {
  if (typeof data !== 'string') return DEFAULT_PRESET;
  if (isOwn(data)) return OWN_DATA_PRESET;
  return Object.hasOwn(presets, data) && data !== OWN_DATA_PRESET ? data : DEFAULT_PRESET;
}

/** Data that a user brings, which no preset was made for. */
function isOwn(data: unknown): boolean {
  return ['csv', 'npz'].includes(kindOf(data));
}

/** `mnist` of `mnist:DIR`. */
function kindOf(data: unknown): string {
  return String(data).split(':', 1)[0];
}

async function readTree(path: string): Promise<Tree> {
  const bytes = await readRegularFile(path, { most_bytes: 4 * MAX_YAML_CHARACTERS }).catch((cause: Error) => {
    throw inputError('config.unreadable', `${path}: cannot be read (${cause.message})`, cause);
  });
  const tree = readYaml(new TextDecoder().decode(bytes), path, 'config.syntax');
  if (!isTree(tree))
    throw inputError('config.syntax', `${path}: a configuration is a mapping of keys to values`);
  return tree;
}

/** What a message shows of an assignment. */
const MAX_SHOWN = 80;

function readAssignment(assignment: string): Tree {
  const at = assignment.indexOf('=');
  const shown = `--set ${printableLine(assignment, MAX_SHOWN)}`;
  if (at < 1) {
    throw inputError('config.set', `${shown}: write path=value, for instance training.beta=0.5`);
  }
  const keys = assignment.slice(0, at).split('.');
  const odd = keys.find((key) => !isSafeKey(key));
  if (odd !== undefined) throw inputError('config.set', `${shown}: ${odd} is no key`);
  const value = readYaml(assignment.slice(at + 1), shown, 'config.set');
  return keys.reverse().reduce<unknown>((inner, key) => ({ [key]: inner }), value) as Tree;
}

function merge(base: Tree, over: Tree): Tree {
  const merged: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    if (value === null) {
      // `null` takes back what the preset says.
      delete merged[key];
      continue;
    }
    const under = merged[key];
    // A network of another kind replaces the preset's as a whole.
    const sameKind =
      !isTree(value) || value.kind === undefined || (isTree(under) && under.kind === value.kind);
    merged[key] = isTree(value) && isTree(under) && sameKind ? merge(under, value) : value;
  }
  return merged;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
