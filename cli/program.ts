import { Command, CommanderError } from 'commander';
import { OhmpropError } from '../core/index.js';
import type { CommandEntry } from './command-entry.js';
import { commands } from './commands.js';
import { Exit, type Io, printJson, printLine, warn } from './io.js';

/**
 * `ohmprop …` as a function: reads and writes through `io` alone, never ends the process.
 * @param argv what was typed after `ohmprop`
 * @returns the exit code: 0 done, 1 the run failed, 2 bad usage or input, 130 interrupted
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let answered = false;
  const answer = (text: string): unknown => {
    answered = true;
    return io.stdout.write(text);
  };
  const noticed: Io = Object.create(io, { stdout: { value: { write: answer } } });
  try {
    // Commander's own `help` takes the name of a group, not of what is in it.
    const line = argv[0] === 'help' && argv.length > 1 ? [...argv.slice(1), '--help'] : [...argv];
    const program = await programFor(line, noticed);
    await program.parseAsync(line, { from: 'user' });
    return 0;
  } catch (error) {
    const { exitCode, code, message } = explain(error, io);
    // One object on stdout, whatever happens: results that came out before the failure are it.
    if (exitCode !== 0 && code !== undefined && argv.includes('--json') && !answered) {
      printJson(io, { error: { code, message } });
    }
    return exitCode;
  }
}

/** The program with every name in it; what the named command is made of is loaded, the others are names alone. */
async function programFor(argv: readonly string[], io: Io): Promise<Command> {
  const program = new Command('ohmprop')
    .description('Simulate, drive and train analog learning networks.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .showSuggestionAfterError();
  // Asked for, it is the first word; else it only stands in the help.
  const asksVersion = argv[0] === '-V' || argv[0] === '--version';
  program.version(asksVersion ? await (await import('../records/index.js')).ohmpropVersion() : '');
  await addCommands(program, commands, argv, io);
  program.addHelpCommand(
    new Command('help').argument('[command]').description('help for a command').helpGroup('Help:'),
  );
  return program;
}

async function addCommands(
  parent: Command,
  entries: readonly CommandEntry[],
  asked: readonly string[],
  io: Io,
): Promise<void> {
  for (const { name, description, group, define, commands, renamedTo } of entries) {
    const command = parent.command(name, { hidden: renamedTo !== undefined }).description(description);
    if (group !== undefined) command.helpGroup(group);
    if (name !== asked[0]) continue;
    if (renamedTo !== undefined) {
      warn(io, `ohmprop ${name} is now ohmprop ${renamedTo}; the old name goes with the next minor version`);
    }
    if (commands !== undefined) await addCommands(command, commands, asked.slice(1), io);
    (await define?.())?.(command, io);
  }
}

interface Explained {
  readonly exitCode: number;
  /** Nothing where nothing went wrong. */
  readonly code?: string;
  readonly message?: string;
}

/** Says what went wrong. Anything but an OhmpropError is a defect of ohmprop. */
function explain(error: unknown, io: Io): Explained {
  if (error instanceof Exit) return { exitCode: error.exitCode };
  const { message, stack } = error as Error;
  // Commander has said it, and ends bad usage with 1; here that is 2.
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? { exitCode: 0 } : { exitCode: 2, code: 'usage', message };
  }
  if (error instanceof OhmpropError) {
    printLine(io.stderr, `ohmprop: ${message}`);
    return { exitCode: error.exitCode, code: error.code, message };
  }
  const more = io.env.OHMPROP_DEBUG ? `\n${stack}` : ' (OHMPROP_DEBUG=1 shows where)';
  printLine(io.stderr, `ohmprop: a defect of ohmprop, please report it: ${message}${more}`);
  return { exitCode: 1, code: 'defect', message };
}
