import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The program that processes of our own run: the built one, also where this is its source. */
export function mainFile(): string {
  const here = fileURLToPath(new URL('./main.js', import.meta.url));
  return existsSync(here) ? here : fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
}
