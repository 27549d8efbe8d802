import type { Tree } from '../schema/index.js';

/** A key whose value is not the same in all configurations. */
export interface DifferingKey {
  /** By its path: `training.beta`. */
  readonly key: string;
  /** One a configuration, as JSON; undefined where it is not set. */
  readonly values: readonly (string | undefined)[];
}

/** Keys that change no update: how many threads computed it, where a board was found. */
const beside = new Set(['threads', 'network.device']);

/** The keys in which configurations differ, in the order in which they first come up. Lists are compared as a whole. */
export function differingKeys(configs: readonly Tree[]): DifferingKey[] {
  const flat = configs.map((config) => new Map(leaves(config, '')));
  const keys = [...new Set(flat.flatMap((leaf) => [...leaf.keys()]))];
  return keys
    .filter((key) => !beside.has(key))
    .map((key) => ({ key, values: flat.map((leaf) => leaf.get(key)) }))
    .filter(({ values }) => new Set(values).size > 1);
}

function leaves(value: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path, JSON.stringify(value) ?? '']];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}
