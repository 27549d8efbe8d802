import type { Command } from 'commander';
import { resumeRun } from '../experiments/sessions/index.js';
import { concludeSession } from './conclude.js';
import type { Io } from './io.js';
import { watchTraining } from './progress.js';
import { addSettings, settingsNamed } from './setting-flags.js';

export function resumeCommand(command: Command, io: Io): void {
  command.argument('<run>', 'run directory');
  addSettings(command, settingsNamed('--epochs', '--threads', '--pulse-log'))
    .option('--changed-data', 'go on though the data files are not what they were')
    .option('--json', 'one JSON object on stdout')
    .action((path, flags) => resume(io, path, flags));
}

interface ResumeFlags {
  epochs?: number;
  threads?: number | 'auto';
  changedData?: boolean;
  json?: boolean;
}

async function resume(io: Io, path: string, { json, ...changes }: ResumeFlags): Promise<void> {
  const outcome = await watchTraining(io, (watched) => resumeRun(path, { ...changes, ...watched }));
  concludeSession(io, outcome, json === true);
}
