import type { Command } from 'commander';
import { readEpochs, writeRunReport } from '../experiments/sessions/index.js';
import { type Io, printLine, warn } from './io.js';
import { openRunToLook, RESTORE } from './open-run.js';

export function reportCommand(command: Command, io: Io): void {
  command
    .argument('<run>', 'run directory')
    .option('--restore', RESTORE)
    .action((path, flags) => report(io, path, flags));
}

async function report(io: Io, path: string, flags: { restore?: boolean }): Promise<void> {
  const { directory, run, checkpoint } = await openRunToLook(io, path, flags);
  try {
    const { epochs, warnings } = await readEpochs(directory, checkpoint.trainer.epoch - 1);
    for (const text of warnings) warn(io, text);
    printLine(io.stderr, `report: ${await writeRunReport(directory, run, epochs)}`);
  } finally {
    await run.trainer.device.close();
  }
}
