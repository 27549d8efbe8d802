import {
  type DeviceState,
  inputError,
  type OhmpropError,
  quoted,
  type StateArray,
  type StateValue,
} from '../core/index.js';
import { isSafeKey } from '../core/input/index.js';

/**
 * A tree of states as a checkpoint holds it: names of arrays and values begin with the path of their part, `cells.g1`, and each
 * part's format stands by its path; the root's path is empty.
 */
export interface FlatState {
  readonly arrays: Readonly<Record<string, StateArray>>;
  readonly values: Readonly<Record<string, StateValue>>;
  readonly formats: Readonly<Record<string, string>>;
}

const ROOT = '';
/** More parts than any device has. */
const MAX_PARTS = 1000;

/** The only place where a name is joined to the path of its part. */
function join(path: string, name: string): string {
  return path === ROOT ? name : `${path}.${name}`;
}

/** A tree of states as a checkpoint holds it; `path` is that of the tree's root. Arrays are not copied. */
export function flattenState(state: DeviceState, path = ROOT): FlatState {
  const under = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [join(path, name), value]));
  const flat = {
    arrays: under(state.arrays),
    values: under(state.values),
    formats: { [path]: state.format },
  };
  for (const [name, part] of Object.entries(state.parts ?? {})) {
    const { arrays, values, formats } = flattenState(part, join(path, name));
    Object.assign(flat.arrays, arrays);
    Object.assign(flat.values, values);
    Object.assign(flat.formats, formats);
  }
  return flat;
}

/**
 * The tree that `flattenState` took apart. Arrays are not copied.
 * @throws `records.damaged` (exit code 2) where the root has no format, or a name is that of no part, array or value
 */
export function unflattenState({ arrays, values, formats }: FlatState): DeviceState {
  const paths = Object.keys(formats);
  if (paths.length > MAX_PARTS) throw damaged(`it has ${paths.length} parts; ${MAX_PARTS} are the most`);
  if (!Object.hasOwn(formats, ROOT)) throw damaged('the root of the state has no format');
  const odd = [...paths, ...Object.keys(arrays), ...Object.keys(values)].find(
    (name) => !name.split('.').every(isSafeKey),
  );
  if (odd !== undefined) throw damaged(`nothing in a state is called ${quoted(odd)}`);
  const inner = paths.filter((path) => path !== ROOT).sort((a, b) => b.length - a.length);
  const partOf = (name: string) => inner.find((path) => name.startsWith(`${path}.`)) ?? ROOT;
  const states = new Map(
    paths.map((path) => [
      path,
      {
        format: formats[path],
        arrays: {} as Record<string, StateArray>,
        values: {} as Record<string, StateValue>,
        parts: {} as Record<string, DeviceState>,
      },
    ]),
  );
  const ownName = (path: string, name: string) => (path === ROOT ? name : name.slice(path.length + 1));
  for (const [name, array] of Object.entries(arrays)) {
    const path = partOf(name);
    states.get(path)!.arrays[ownName(path, name)] = array;
  }
  for (const [name, value] of Object.entries(values)) {
    const path = partOf(name);
    states.get(path)!.values[ownName(path, name)] = value;
  }
  for (const path of inner) {
    const parent = partOf(path);
    states.get(parent)!.parts[ownName(parent, path)] = states.get(path)!;
  }
  return states.get(ROOT)!;
}

/** What 0.1 wrote: at most one part, `cells`, its format joined to the root's by a plus. */
export function formatsOfOld(format: string): Record<string, string> {
  const [root, cells] = format.split('+');
  return cells === undefined ? { [ROOT]: root } : { [ROOT]: root, cells };
}

function damaged(what: string): OhmpropError {
  return inputError('records.damaged', `the checkpoint is damaged: ${what}`);
}
