import { printable } from './shown.js';

/** A message quotes what it got in 80 characters; whatever forgets to is cut here. */
const MAX_MESSAGE = 8000;

/** Where an error is: what is known of it. Lines and columns count from 1. */
export interface ErrorPlace {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Name of a column, or path of a key: `training.epochs`. */
  readonly field?: string;
}

/**
 * The one error type that people see. Its message says what went wrong, where, what was got and what to change.
 * Anything else that is thrown is a defect of ohmprop itself.
 */
export class OhmpropError extends Error {
  /** Stable machine-readable code, for instance `config.unknown-key`. */
  readonly code: string;
  /** What the process should exit with: 2 for bad usage or input, 1 for a run that failed. */
  readonly exitCode: 1 | 2;
  /** Where, for programs; the message says it too. */
  readonly where?: ErrorPlace;

  constructor(
    code: string,
    message: string,
    options: { exitCode?: 1 | 2; cause?: unknown; where?: ErrorPlace } = {},
  ) {
    super(
      printable(message, MAX_MESSAGE),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'OhmpropError';
    this.code = code;
    this.exitCode = options.exitCode ?? 2;
    if (options.where !== undefined) this.where = shownPlace(options.where);
  }

  /** What `--json` says of a failure. */
  toJSON(): { code: string; message: string; where?: ErrorPlace } {
    const { code, message, where } = this;
    return { code, message, ...(where === undefined ? {} : { where }) };
  }
}

/** Names come from files, as messages do. */
function shownPlace({ file, field, ...at }: ErrorPlace): ErrorPlace {
  return {
    ...(file === undefined ? {} : { file: printable(file, MAX_MESSAGE) }),
    ...at,
    ...(field === undefined ? {} : { field: printable(field, MAX_MESSAGE) }),
  };
}

/** Bad usage or input: exit code 2. */
export function inputError(code: string, message: string, cause?: unknown, where?: ErrorPlace): OhmpropError {
  return new OhmpropError(code, message, { exitCode: 2, cause, ...(where && { where }) });
}

/** The run itself failed (did not settle, board lost, disk full): exit code 1. */
export function runError(code: string, message: string, cause?: unknown): OhmpropError {
  return new OhmpropError(code, message, { exitCode: 1, cause });
}

/**
 * What to throw instead of `cause`: `memory.full` (exit code 2) where there was no room for an array, else `cause` itself.
 * @param what that was too large, and what to change: `a minibatch of 60000: use a smaller one`
 */
export function memoryError(cause: unknown, what: string): unknown {
  const full = cause instanceof RangeError && /memory|allocat|array length/i.test(cause.message);
  return full ? inputError('memory.full', `${what} (${cause.message})`, cause) : cause;
}

/** A message with what it is about before it; alone where the caller says that (`field` empty). */
export function inField(field: string, message: string): string {
  return field === '' ? message : `${field}: ${message}`;
}
