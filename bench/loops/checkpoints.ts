import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Results that a bench has had already, one JSON object a line, by their keys; a line cut off by a kill is left out. */
export function readCheckpoints<T extends { readonly key: string }>(path: string): Map<string, T> {
  const found = new Map<string, T>();
  if (!existsSync(path)) return found;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    try {
      const one = JSON.parse(line) as T;
      found.set(one.key, one);
    } catch {
      // the last line of a run that was killed
    }
  }
  return found;
}

/**
 * Does what is not done yet, in order, and writes each result at once; ends after so many minutes, to be called again.
 * @returns all results that there are then, those of the file among them
 */
export function withCheckpoints<T extends { readonly key: string }>(
  path: string,
  keys: readonly string[],
  minutes: number,
  work: (key: string) => Omit<T, 'key'>,
): T[] {
  const done = readCheckpoints<T>(path);
  const end = performance.now() + 60_000 * minutes;
  // a cut line gets an end, so that the next is whole
  if (existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n')) appendFileSync(path, '\n');
  for (const key of keys) {
    if (done.has(key)) continue;
    if (performance.now() > end) break;
    const result = { key, ...work(key) } as unknown as T;
    appendFileSync(path, `${JSON.stringify(result)}\n`);
    done.set(key, result);
  }
  return keys.flatMap((key) => done.get(key) ?? []);
}
