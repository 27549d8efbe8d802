#!/usr/bin/env node
import { Command } from 'commander';
import { OhmpropError } from '../core/index.js';
import { ohmpropVersion } from '../records/index.js';
import { boardCommand } from './board.js';
import { deviceCommand } from './cell.js';
import { circuitCommand } from './circuit.js';
import { crossbarCommand } from './crossbar.js';
import { doctorCommand } from './doctor.js';
import { evalCommand } from './eval.js';
import { exportCommand } from './export.js';
import { gradcheckCommand } from './gradcheck.js';
import { reportCommand } from './report.js';
import { resumeCommand } from './resume.js';
import { traceCommand } from './trace.js';
import { trainCommand } from './train.js';

// A reader of --json that has gone away is no failure; a full disk behind it is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`ohmprop: cannot write to standard output: ${error.message}\n`);
  process.exit(1);
});

/** Says what went wrong and returns the exit code. Anything but an OhmpropError is a defect of ohmprop. */
function tell(error: unknown): number {
  const { message, stack } = error as Error;
  if (error instanceof OhmpropError) {
    process.stderr.write(`ohmprop: ${message}\n`);
    return error.exitCode;
  }
  const more = process.env.OHMPROP_DEBUG ? `\n${stack}` : ' (OHMPROP_DEBUG=1 shows where)';
  process.stderr.write(`ohmprop: a defect of ohmprop, please report it: ${message}${more}\n`);
  return 1;
}

/** Settings (exit codes, suggestions) of the program, for a command and everything below it. */
function inherit(command: Command, from: Command): Command {
  command.copyInheritedSettings(from);
  for (const part of command.commands) inherit(part, command);
  return command;
}

const program = new Command('ohmprop')
  .description('Simulate, drive and train analog learning networks.')
  .version(await ohmpropVersion())
  .exitOverride((stop) => {
    // commander exits with 1 for bad usage; here that is 2.
    process.exit(stop.exitCode === 0 ? 0 : 2);
  })
  .showSuggestionAfterError();

for (const command of [
  trainCommand(),
  resumeCommand(),
  evalCommand(),
  exportCommand(),
  reportCommand(),
  gradcheckCommand(),
  circuitCommand(),
  crossbarCommand(),
  deviceCommand(),
  boardCommand(),
  doctorCommand(),
  traceCommand(),
]) {
  program.addCommand(inherit(command, program));
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}
