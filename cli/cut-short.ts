import { basename } from 'node:path';

/** Modules of a user that a command runs code of, while it does; of this process. */
export const modulesAtWork: { loading: string | undefined; files: readonly string[]; answered: boolean } = {
  loading: undefined,
  files: [],
  answered: false,
};

/** What is said of a process that ends before its command has. */
export interface CutShort {
  readonly exitCode: 1 | 2;
  readonly code: string;
  readonly message: string;
}

/**
 * What ended a command in its middle, where nothing of ours did: code of a module that ended the process, or waits for what never comes.
 * @param asked the exit code that was asked for; nothing where there was nothing left to do
 */
export function cutShort(asked?: number): CutShort | undefined {
  const { loading, files } = modulesAtWork;
  const ended = asked === undefined ? 'waits for what never comes' : `ended the process (exit code ${asked})`;
  if (loading !== undefined) {
    const message = `--use ${JSON.stringify(loading)}: it ${ended} while it was loaded, and nothing was done; a module only exports what it brings`;
    return { exitCode: 2, code: 'use.ended', message };
  }
  if (files.length > 0) {
    const which = files.map((file) => JSON.stringify(file)).join(', ');
    const message = `code of a module (--use ${which}) ${ended} in the middle of the command; it is to return, or to throw an error`;
    return { exitCode: 1, code: 'use.ended', message };
  }
  // Whoever leaves in the middle of a command that has no code of others says so himself.
  return undefined;
}

/** What is said of an error that nobody caught, where its stack leads into a module in use. */
export function ownErrorText({ message, stack = '' }: Error): string | undefined {
  const { files, loading } = modulesAtWork;
  const file = [...files, ...(loading === undefined ? [] : [loading])].find((one) =>
    [basename(one), encodeURI(basename(one))].some((name) => stack.includes(`${name}?sha256=`)),
  );
  return file && `ohmprop: --use ${JSON.stringify(file)}: an error in it that nothing caught: ${message}`;
}
