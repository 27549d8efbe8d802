import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { inputError } from '../core/index.js';
import { type Io, printLine } from './io.js';

/** `--yes`: of commands that change what a bench holds for good. */
export const yesOption = z.boolean().default(false).meta({
  flag: '--yes',
  description: 'go on without being asked',
});

/**
 * Says what would be moved and goes on only with `--yes`, or with a yes at the terminal.
 * @param what one line: what, how many, V, s, A
 * @throws OhmpropError `consent.missing` (exit code 2) where nobody says yes
 */
export async function requireConsent(io: Io, what: string, yes: boolean): Promise<void> {
  printLine(io.stderr, what);
  if (yes) return;
  const { stdin, stderr } = io;
  if ((stdin as { isTTY?: boolean } | undefined)?.isTTY !== true || stdin === undefined) {
    throw inputError('consent.missing', 'nothing was changed; say --yes to go on');
  }
  const asked = createInterface({ input: stdin, output: stderr });
  try {
    const { signal } = io;
    // A terminal whose input ends (Ctrl-D) has not said yes; the question alone would wait for ever.
    const closed = new Promise<string>((resolve) => asked.once('close', () => resolve('')));
    const question = asked.question('Go on? [y/N] ', signal === undefined ? {} : { signal });
    const answer = await Promise.race([question, closed]);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    asked.close();
  }
  throw inputError('consent.missing', 'nothing was changed');
}
