import { Command } from 'commander';
import { exportCrossbarCommand } from './crossbar/export.js';
import { reportCrossbarCommand } from './crossbar/report.js';
import { solveCrossbarCommand } from './crossbar/solve.js';
import { sweepCrossbarCommand } from './crossbar/sweep.js';

/** `ohmprop crossbar solve | report | sweep | export`. */
export function crossbarCommand(): Command {
  return new Command('crossbar')
    .description('exact voltages and currents of crossbars with wire resistance')
    .addCommand(solveCrossbarCommand())
    .addCommand(reportCrossbarCommand())
    .addCommand(sweepCrossbarCommand())
    .addCommand(exportCrossbarCommand());
}
