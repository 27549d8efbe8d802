import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { main } from '../../cli/program.js';
import { scratch } from '../scratch.js';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * `ohmprop …` in this process, in a directory, to its end. One after another, as the working directory is the process's:
 * what must run beside something else is a process of its own.
 * @param options.signal what Ctrl-C would be
 */
export function ohmprop(
  args: readonly string[],
  options: { cwd?: string; signal?: AbortSignal; env?: Record<string, string>; stdin?: string } = {},
): Promise<Finished> {
  const result = last.then(() => runHere(args, options));
  last = result.catch(() => {});
  return result;
}

async function runHere(
  args: readonly string[],
  {
    cwd = scratch(),
    signal,
    env = {},
    stdin,
  }: { cwd?: string; signal?: AbortSignal; env?: Record<string, string>; stdin?: string },
): Promise<Finished> {
  const before = process.cwd();
  const [stdout, stderr] = [new Collected(), new Collected()];
  process.chdir(cwd);
  try {
    const code = await main(args, {
      stdout,
      stderr,
      env,
      ...(signal === undefined ? {} : { signal }),
      ...(stdin === undefined ? {} : { stdin: Readable.from([Buffer.from(stdin)]) }),
    });
    return { code, stdout: stdout.text, stderr: stderr.text };
  } finally {
    process.chdir(before);
  }
}

class Collected extends Writable {
  text = '';
  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/** The built command, as a person runs it (`npm test` builds first). */
export const mainFile = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** `ohmprop …` as a process of its own, to talk to or to signal; it ends with the test, whatever becomes of that. */
export function startOhmprop(
  args: readonly string[],
  options: { cwd?: string } = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [mainFile, ...args], { cwd: options.cwd ?? scratch() });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** `ohmprop …` as a process of its own: for signals, exit codes, broken pipes, and what runs beside a test. */
export function ohmpropProcess(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [mainFile, ...args],
      { cwd: options.cwd ?? scratch(), env: { ...process.env, ...options.env } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}
