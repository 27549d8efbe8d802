import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { usedModules } from '../../experiments/modules/index.js';

/** This program as a file: built, where it runs from its source. */
export function programFile(): string {
  const here = fileURLToPath(new URL('../main.js', import.meta.url));
  return existsSync(here) ? here : fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
}

/** What a line of this program needs for the modules that are in use here. */
export function useWords(): string[] {
  return usedModules().flatMap(({ file }) => ['--use', file]);
}
