import { Command } from 'commander';
import { openRun, readEpochs } from './run/open-run.js';
import { writeRunReport } from './run/run-report.js';

export function reportCommand(): Command {
  return new Command('report')
    .description('draw the report of a run: one self-contained HTML, and its figures as SVG and PNG')
    .argument('<run>', 'run directory')
    .action(async (path: string) => {
      const { directory, run, checkpoint } = await openRun(path);
      const written = await writeRunReport(
        directory,
        run,
        await readEpochs(directory, checkpoint.trainer.epoch - 1),
      );
      await run.trainer.device.close();
      process.stderr.write(`report: ${written}\n`);
    });
}
