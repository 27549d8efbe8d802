import { Command } from 'commander';
import { checkCommand } from './circuit/check.js';
import { exportCircuitCommand } from './circuit/export.js';
import { runCommand } from './circuit/run.js';

/** `ohmprop circuit run | check | export`. */
export function circuitCommand(): Command {
  return new Command('circuit')
    .description('solve SPICE circuits, look for faults in them, write networks as SPICE text')
    .addCommand(runCommand())
    .addCommand(checkCommand())
    .addCommand(exportCircuitCommand());
}
