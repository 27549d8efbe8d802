import type { Command } from 'commander';
import { resumeRun } from '../experiments/sessions/index.js';
import { concludeSession } from './conclude.js';
import { threadCount, whole } from './flags.js';
import type { Io } from './io.js';
import { watchTraining } from './progress.js';

export function resumeCommand(command: Command, io: Io): void {
  command
    .argument('<run>', 'run directory')
    .option('--epochs <n>', 'passes in all, if other than the run was started with', whole)
    .option('--threads <n>', 'threads from now on, 1 to 8, or auto; results are the same', threadCount)
    .option('--json', 'one JSON object on stdout')
    .action((path, flags) => resume(io, path, flags));
}

interface ResumeFlags {
  epochs?: number;
  threads?: number | 'auto';
  json?: boolean;
}

async function resume(io: Io, path: string, { json, ...changes }: ResumeFlags): Promise<void> {
  const outcome = await watchTraining(io, (watched) => resumeRun(path, { ...changes, ...watched }));
  concludeSession(io, outcome, json === true);
}
