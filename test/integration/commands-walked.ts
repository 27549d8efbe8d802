import { join } from 'node:path';
import { Command } from 'commander';
import { expect } from 'vitest';
import type { CommandEntry } from '../../cli/command-entry.js';
import { commands } from '../../cli/commands.js';
import { addDefinition, type CommandDefinition } from '../../cli/frame/index.js';

/** A command by what is typed after `ohmprop`: `crossbar solve`. */
export interface NamedCommand {
  readonly name: string;
  readonly definition: CommandDefinition;
}

/** Every command of the program, those under old names left out. */
export function everyCommand(): Promise<NamedCommand[]> {
  return below(commands, []);
}

async function below(entries: readonly CommandEntry[], above: readonly string[]): Promise<NamedCommand[]> {
  const found: NamedCommand[] = [];
  for (const { name, load, commands: inner, renamedTo } of entries) {
    if (renamedTo !== undefined) continue;
    const path = [...above, name];
    if (inner !== undefined) found.push(...(await below(inner, path)));
    if (load !== undefined) found.push({ name: path.join(' '), definition: await load() });
  }
  return found;
}

/** Words of a line as the shell parts them; what it does with streams is not the command's: `< in > out`. */
export function wordsOf(line: string): string[] {
  return (
    line
      .replace(/ [<>] ?\S+/g, '')
      .match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)
      ?.map((word) => word.replace(/(['"])(.*?)\1/g, '$2')) ?? []
  );
}

class Answered extends Error {}

/**
 * That the parser takes a line; what the command would then do is left out.
 * @param words `ohmprop crossbar solve …`
 * @param cwd where its YAML files lie
 */
export async function takesLine(
  { name, definition }: NamedCommand,
  words: readonly string[],
  cwd: string,
): Promise<void> {
  const line = words.join(' ');
  const path = ['ohmprop', ...name.split(' ')];
  expect(words.slice(0, path.length), line).toEqual(path);
  const typed = words.slice(path.length).map((word) => (/\.ya?ml$/.test(word) ? join(cwd, word) : word));
  const command = new Command(name).exitOverride();
  const said: string[] = [];
  command.configureOutput({ writeErr: (text) => said.push(text) });
  const stub = {
    ...definition,
    answer: async () => {
      // What -o would write is not made here.
      throw new Answered();
    },
  };
  const io = { stdout: { write: () => true }, stderr: process.stderr, env: {} };
  let answered = false;
  addDefinition(command, stub, name, typed, io);
  await command.parseAsync(typed, { from: 'user' }).catch((error: Error) => {
    if (error instanceof Answered) answered = true;
    else throw new Error(`${line}: ${error.message} ${said.join('')}`);
  });
  expect(answered, line).toBe(true);
}
