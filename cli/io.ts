import { printable, printableJson } from '../core/index.js';
import type { LineLog } from '../drivers/transport/index.js';

/** What a command reads and writes: the process's own streams for `ohmprop`, strings for a test. */
export interface Io {
  /** Where it can be told things while it works (`board emulate`); nothing where left out. */
  readonly stdin?: NodeJS.ReadableStream;
  /** Results. */
  readonly stdout: { write(text: string): unknown };
  /** Progress, warnings, errors. */
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Aborted when the person wants an orderly end; its reason says which signal asked (`interruption.ts`). Only what can come
   * to one reads it: under `ohmprop`, reading it is what keeps Ctrl-C, SIGHUP and SIGTERM from ending the process at once.
   */
  readonly signal?: AbortSignal;
  /** Runs another line of `ohmprop` in this process, with streams of its own: `program.ts`. */
  readonly again?: (argv: readonly string[], io: Io) => Promise<number>;
  /** Writes down what goes over lines that the command opens (`--record`). */
  readonly lineLog?: LineLog;
}

/** Ends a command with an exit code once everything has been said; thrown by its action. */
export class Exit extends Error {
  constructor(readonly exitCode: number) {
    super(`exit code ${exitCode}`);
  }
}

/** A line, or several: what came from a file cannot steer the terminal. */
export function printLine(stream: { write(text: string): unknown }, text: string): void {
  stream.write(`${printable(text)}\n`);
}

export function printJson(io: Io, value: unknown): void {
  io.stdout.write(`${printableJson(JSON.stringify(value))}\n`);
}

export function warn(io: Io, text: string): void {
  printLine(io.stderr, `warning: ${text}`);
}

/**
 * The signal of an orderly end, announced once on stderr.
 * @returns the signal, and how to stop announcing it
 */
export function onInterrupt(io: Io, notice: string): { signal: AbortSignal; dispose: () => void } {
  const { signal = new AbortController().signal } = io;
  const announce = (): void => printLine(io.stderr, `\n${notice}`);
  signal.addEventListener('abort', announce, { once: true });
  return { signal, dispose: () => signal.removeEventListener('abort', announce) };
}
