import type { Coordinates } from './plan.js';

/** One trial with its numbers. */
export interface TrialNumbers extends Coordinates {
  readonly key: string;
  readonly numbers: ReadonlyMap<string, number>;
}

/**
 * Every number of an answer by its path: `testError`, `best.testError`; of a list of objects those of its last, as `epochs.last.cost_V2`.
 * Truth counts as 1, so that shares can be taken of it.
 */
export function numbersOf(answer: unknown): Map<string, number> {
  const found = new Map<string, number>();
  collect(answer, '', found, 0);
  return found;
}

const DEEPEST = 5;

function collect(value: unknown, path: string, found: Map<string, number>, depth: number): void {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) found.set(path, value);
  } else if (typeof value === 'boolean') found.set(path, value ? 1 : 0);
  else if (typeof value !== 'object' || value === null || depth > DEEPEST) return;
  else if (Array.isArray(value)) {
    const last: unknown = value.at(-1);
    if (typeof last === 'object' && last !== null && !Array.isArray(last))
      collect(last, within(path, 'last'), found, depth + 1);
  } else {
    for (const [key, inner] of Object.entries(value)) collect(inner, within(path, key), found, depth + 1);
  }
}

const within = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
