import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The built command, as a person runs it (`npm test` builds first). */
export const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `ohmprop …` in a directory and waits for its end. */
export function ohmprop(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...args],
      { cwd: options.cwd ?? scratch(), env: { ...process.env, ...options.env } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

/** Runs commands one after the other in a single process, in a directory: what they load is loaded once for all of them. */
export function ohmpropInTurn(commands: readonly (readonly string[])[], cwd: string): Promise<Finished[]> {
  const script = fileURLToPath(new URL('./commands-in-turn.cjs', import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [script, pathToFileURL(main).href, JSON.stringify(commands)],
      { cwd, maxBuffer: 2 ** 26 },
      (error, stdout) => (error === null ? resolve(JSON.parse(stdout)) : reject(error)),
    );
  });
}

/** A fresh directory for one test. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'ohmprop-test-'));
}
