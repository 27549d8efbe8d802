import { type ErrorPlace, inputError, printableLine } from '../../core/index.js';
import { isSafeKey, readRegularFile } from '../../core/input/index.js';
import { MAX_YAML_CHARACTERS, readYaml, readYamlWithPlaces } from '../../core/yaml/index.js';
import { runConfigSchema } from './run-config.js';
import { isTree, settingsOf, type Tree } from './settings.js';

/** Settings that somebody asked for, and where. */
export interface Change {
  readonly tree: Tree;
  /** Where the setting at a path was said, for messages; `names` if that is the setting's name, as a flag is. */
  readonly where: (path: readonly string[]) => {
    readonly place: string;
    readonly names: boolean;
    readonly at?: ErrorPlace;
  };
}

/** What a YAML or JSON file says; its places are `file:line:column`. @param except keys that are left out */
export async function changeOfFile(path: string, except: readonly string[] = []): Promise<Change> {
  const bytes = await readRegularFile(path, { most_bytes: 4 * MAX_YAML_CHARACTERS }).catch((cause: Error) => {
    throw inputError('config.unreadable', `${path}: cannot be read (${cause.message})`, cause);
  });
  const { value: tree, placeOf } = readYamlWithPlaces(new TextDecoder().decode(bytes), path, 'config.syntax');
  if (!isTree(tree)) {
    throw inputError('config.syntax', `${path}: a configuration is a mapping of keys to values`);
  }
  const kept = Object.fromEntries(Object.entries(tree).filter(([key]) => !except.includes(key)));
  return {
    tree: kept,
    where: (keys) => {
      const at = placeOf(keys);
      const place = at.line === undefined ? path : `${path}:${at.line}:${at.column}`;
      return { place, names: false, at };
    },
  };
}

/** What a tree says that has been read; messages name its place. */
export function changeOfTree({ tree, place }: { readonly tree: Tree; readonly place: string }): Change {
  return { tree, where: () => ({ place, names: false }) };
}

/** What a message shows of an assignment. */
const MAX_SHOWN = 80;

/** What `--set path=value` says, the value read as YAML. */
export function changeOfSet(assignment: string): Change {
  const at = assignment.indexOf('=');
  const shown = `--set ${printableLine(assignment, MAX_SHOWN)}`;
  if (at < 1) {
    throw inputError('config.set', `${shown}: write path=value, for instance training.beta=0.5`);
  }
  const keys = assignment.slice(0, at).split('.');
  const odd = keys.find((key) => !isSafeKey(key));
  if (odd !== undefined) throw inputError('config.set', `${shown}: ${odd} is no key`);
  const place = `--set ${printableLine(assignment.slice(0, at), MAX_SHOWN)}`;
  const value = readYaml(assignment.slice(at + 1), shown, 'config.set');
  const { length } = keys;
  const tree = keys.reverse().reduce<unknown>((inner, key) => ({ [key]: inner }), value) as Tree;
  return { tree, where: (path) => ({ place, names: path.length === length }) };
}

/** What flags say; the place of a setting is its flag, or the first that was given of what it lies in. */
export function changeOfFlags(tree: Tree): Change {
  const settings = settingsOf(runConfigSchema);
  return {
    tree,
    where: (at) => {
      const found =
        settings.find(({ path }) => startsWith(at, path)) ??
        settings.find(({ path }) => startsWith(path, at) && valueAt(tree, path) !== undefined);
      const names = found !== undefined && found.path.length <= at.length;
      return { place: found?.flag.split(' ')[0] ?? 'flags', names };
    },
  };
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((key, k) => path[k] === key);
}

/** What a tree holds at a path, if anything. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Tree)[key] : undefined,
    tree,
  );
}
