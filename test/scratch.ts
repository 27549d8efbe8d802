import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();

/** A fresh directory, gone when the test file has ended: `setup.ts` sees to it. */
export function scratch(name = 'test'): string {
  const directory = mkdtempSync(join(tmpdir(), `ohmprop-${name}-`));
  made.add(directory);
  return directory;
}

export function removeScratch(): void {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
  made.clear();
}
