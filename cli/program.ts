import { Command, CommanderError } from 'commander';
import { type ErrorPlace, inputError, nearestWord, OhmpropError, printable, quoted } from '../core/index.js';
import type { CommandEntry } from './command-entry.js';
import { commands } from './commands.js';
import { modulesAtWork } from './cut-short.js';
import { Interruption, interruptionOf } from './interruption.js';
import { Exit, type Io, printJson, printLine, warn } from './io.js';

/**
 * `ohmprop …` as a function: reads and writes through `io` alone, never ends the process.
 * @param argv what was typed after `ohmprop`
 * @returns the exit code: 0 done, 1 the run failed, 2 bad usage or input, 128 + n ended by signal n
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let answered = false;
  const before = { ...modulesAtWork };
  const found: Found = { words: [], mistyped: false, renamed: [], modules: [] };
  const answer = (text: string): unknown => {
    answered = true;
    modulesAtWork.answered = true;
    return io.stdout.write(text);
  };
  let heard: AbortSignal | undefined;
  const listen = (): AbortSignal | undefined => {
    heard = io.signal;
    return heard;
  };
  const noticed: Io = Object.create(io, {
    stdout: { value: { write: answer } },
    signal: { get: listen },
    again: { value: main },
  });
  try {
    // Commander's own `help` takes the name of a group, not of what is in it.
    const group = argv[0] === 'help' ? groupNamed(argv[1]) : undefined;
    const asksHelp = argv[0] === 'help' && argv.length > 1 && group === undefined;
    const line = asksHelp ? [...argv.slice(1), '--help'] : group === undefined ? [...argv] : ['--help'];
    if (asksHelp) requireHelpOf(argv[1]);
    const { program, words } = await programFor(line, noticed, found, group);
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    const { exitCode, ...told } = explain(wasEnded(error, heard) ? interruptionOf(heard) : error, io);
    // One object on stdout, whatever happens: results that came out before the failure are it.
    if (exitCode !== 0 && told.code !== undefined && argv.includes('--json') && !answered) {
      printJson(io, { error: told, files: [] });
    }
    return exitCode;
  } finally {
    for (const takeAway of found.modules) takeAway();
    Object.assign(modulesAtWork, before);
  }
}

/**
 * The program with every name in it; what the named command is made of is loaded, the others are names alone. And the
 * line with old names replaced by those of today, which is said once.
 */
async function programFor(
  argv: readonly string[],
  io: Io,
  found: Found,
  entries: readonly CommandEntry[] = commands,
): Promise<{ program: Command; words: string[] }> {
  found.words = [...argv];
  const program = new Command('ohmprop')
    .description('Simulate, drive and train analog learning networks.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Usage is wrong in the same words as anything else.
      outputError: (text, write) => write(printable(text.replace(/^error: /, 'ohmprop: '))),
    })
    .showSuggestionAfterError();
  // Asked for, it is the first word; else it only stands in the help.
  const asksVersion = argv[0] === '-V' || argv[0] === '--version';
  program.version(asksVersion ? await (await import('../records/index.js')).ohmpropVersion() : '');
  await addCommands(program, entries, argv, io, found);
  program.addHelpText(
    'after',
    '\nohmprop COMMAND --help has its flags and examples, ohmprop help learn (simulate, bench, help) one group of commands.',
  );
  program.addHelpCommand(
    new Command('help').argument('[command]').description('help for a command').helpGroup('Help:'),
  );
  const { renamed } = found;
  // A mistyped command is refused, and has no help.
  const words = found.mistyped ? found.words.filter((word) => !helpFlags.includes(word)) : found.words;
  if (renamed.length > 0) {
    const [names, go] = renamed.length === 1 ? ['the old name', 'goes'] : ['the old names', 'go'];
    warn(io, `${renamed.join(', ')}; ${names} ${go} with the next minor version`);
  }
  return { program, words };
}

/** Commands under a heading of the help: `learn`. */
function groupNamed(name: string | undefined): readonly CommandEntry[] | undefined {
  const found = commands.filter(({ group }) => group?.toLowerCase() === `${name?.toLowerCase()}:`);
  return found.length === 0 ? undefined : found;
}

/** @throws `usage` where help is asked for something that is not there */
function requireHelpOf(name: string): void {
  const known = ['help', ...commands.map((command) => command.name)];
  if (name.startsWith('-') || known.includes(name)) return;
  const groups = commands.flatMap(({ group = '' }) => group.slice(0, -1).toLowerCase());
  const shown = commands.filter(({ renamedTo }) => renamedTo === undefined).map((command) => command.name);
  const near = nearestWord(name, [...shown, ...groups]);
  const advice = near === undefined ? 'ohmprop --help lists all' : `did you mean ${near}?`;
  throw inputError('usage', `there is no command or group ${quoted(name)}; ${advice}`);
}

interface Found {
  /** What was typed, in the words of today. */
  words: string[];
  /** A word in the place of a command is none. */
  mistyped: boolean;
  /** Old names in it: `ohmprop device is now ohmprop cell`. */
  readonly renamed: string[];
  /** Takes modules away again that the line has put to use. */
  readonly modules: (() => void)[];
}

const helpFlags = ['--help', '-h'];

async function addCommands(
  parent: Command,
  entries: readonly CommandEntry[],
  asked: readonly string[],
  io: Io,
  found: Found,
  above: readonly string[] = [],
): Promise<void> {
  const [word = '-'] = asked;
  const known = [...entries.map(({ name }) => name), 'help'];
  if (!word.startsWith('-') && !known.includes(word)) found.mistyped = true;
  for (const { name, description, group, load, commands, renamedTo } of entries) {
    const command = parent.command(name, { hidden: renamedTo !== undefined }).description(description);
    if (group !== undefined) command.helpGroup(group);
    if (name !== asked[0]) continue;
    const path = [...above, name];
    if (renamedTo !== undefined) {
      const now = [...above, renamedTo].join(' ');
      found.renamed.push(`ohmprop ${path.join(' ')} is now ohmprop ${now}`);
    }
    // What a command does by itself, and what stands below it: `study FILE`, `study report`.
    const below = load === undefined || commands?.some((one) => one.name === asked[1]) === true;
    if (commands !== undefined)
      await addCommands(command, commands, below ? asked.slice(1) : [], io, found, path);
    if (load === undefined || below) continue;
    const { addDefinition, replaceFormerFlags } = await import('./frame/index.js');
    const definition = await load();
    const { line, renamed } = replaceFormerFlags(definition, found.words);
    found.words = line;
    found.renamed.push(...renamed);
    // Before help and flags are made, which have the names that modules bring.
    if (definition.uses !== undefined) await useModulesOf(line, found);
    addDefinition(command, definition, [...above, renamedTo ?? name].join(' '), line, io);
  }
}

/** Puts modules to use that a line names with `--use`. */
async function useModulesOf(line: readonly string[], found: Found): Promise<void> {
  const end = line.indexOf('--');
  const own = end < 0 ? line : line.slice(0, end);
  const files = own.flatMap((word, at) => {
    if (word.startsWith('--use=')) return [word.slice('--use='.length)];
    return word === '--use' && own[at + 1] !== undefined ? [own[at + 1]] : [];
  });
  const changed = own.includes('--changed-module');
  if (files.length === 0 && !changed) return;
  const { useModules } = await import('../experiments/modules/index.js');
  for (const file of files) {
    modulesAtWork.loading = file;
    found.modules.push(await useModules([file]));
    modulesAtWork.files = [...modulesAtWork.files, file];
  }
  modulesAtWork.loading = undefined;
  if (changed) found.modules.push(await useModules([], true));
}

/** Whether an error says no more than that a signal has ended the work. */
function wasEnded(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted !== true) return false;
  if (error instanceof OhmpropError) {
    return error.code === 'device.closed' || error.code === 'evaluate.interrupted';
  }
  return (error as Error).name === 'AbortError';
}

interface Explained {
  readonly exitCode: number;
  /** Nothing where nothing went wrong. */
  readonly code?: string;
  readonly message?: string;
  readonly where?: ErrorPlace;
}

/** Says what went wrong. Anything but an OhmpropError is a defect of ohmprop. */
function explain(error: unknown, io: Io): Explained {
  if (error instanceof Interruption) {
    return { exitCode: error.exitCode, code: 'interrupted', message: `interrupted by ${error.signal}` };
  }
  if (error instanceof Exit) return { exitCode: error.exitCode };
  const { message } = error as Error;
  // Commander has said it, and ends bad usage with 1; here that is 2.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { exitCode: 0 };
    return { exitCode: 2, code: 'usage', message: message.replace(/^error: /, '') };
  }
  if (error instanceof OhmpropError) {
    printLine(io.stderr, `ohmprop: ${message}`);
    return { exitCode: error.exitCode, ...error.toJSON() };
  }
  printLine(io.stderr, defectText(error as Error, io.env));
  return { exitCode: 1, code: 'defect', message };
}

/** What is said of an error that no command foresaw. */
export function defectText({ message, stack }: Error, env: Io['env']): string {
  const more = env.OHMPROP_DEBUG ? `\n${stack}` : ' (OHMPROP_DEBUG=1 shows where)';
  return `ohmprop: a defect of ohmprop, please report it: ${message}${more}`;
}
