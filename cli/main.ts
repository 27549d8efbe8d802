#!/usr/bin/env node
import { Command } from 'commander';
import { OhmpropError } from '../core/index.js';
import { ohmpropVersion } from '../records/index.js';
import { boardCommand } from './board.js';
import { circuitCommand } from './circuit.js';
import { crossbarCommand } from './crossbar.js';
import { deviceCommand } from './device.js';
import { doctorCommand } from './doctor.js';
import { evalCommand } from './eval.js';
import { exportCommand } from './export.js';
import { gradcheckCommand } from './gradcheck.js';
import { reportCommand } from './report.js';
import { resumeCommand } from './resume.js';
import { traceCommand } from './trace.js';
import { trainCommand } from './train.js';

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
  program.addCommand(command.copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof OhmpropError)) throw error;
  process.stderr.write(`ohmprop: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
