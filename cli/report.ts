import type { Command } from 'commander';
import type { Io } from './io.js';
import { openRun, readEpochs } from './run/open-run.js';
import { writeRunReport } from './run/run-report.js';

export function reportCommand(command: Command, io: Io): void {
  command.argument('<run>', 'run directory').action(async (path: string) => {
    const { directory, run, checkpoint } = await openRun(io, path);
    const written = await writeRunReport(
      directory,
      run,
      await readEpochs(io, directory, checkpoint.trainer.epoch - 1),
    );
    await run.trainer.device.close();
    io.stderr.write(`report: ${written}\n`);
  });
}
