import type { Command } from 'commander';
import { presets, readConfig } from '../experiments/schema/index.js';
import { startRun } from '../experiments/sessions/index.js';
import { concludeSession } from './conclude.js';
import { dryRun } from './dry-run.js';
import { collect } from './flags.js';
import type { Io } from './io.js';
import { watchTraining } from './progress.js';
import { addSettings, settingsTree } from './setting-flags.js';

export function trainCommand(command: Command, io: Io): void {
  command
    .argument('[config]', 'YAML or JSON file')
    .option('--preset <name>', `experiment to start from: ${Object.keys(presets).join(', ')}`);
  addSettings(command)
    .option('--set <path=value>', 'set any configuration key', collect, [])
    .option('--from <run>', 'start from the conductances of another run')
    .option('--out <dir>', 'run directory (default runs/<date>_<name>_<id>)')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--json', 'one JSON object on stdout')
    .action((file, flags) => train(io, file, flags));
}

interface TrainFlags extends Record<string, unknown> {
  preset?: string;
  set: string[];
  from?: string;
  out?: string;
  dryRun?: boolean;
  json?: boolean;
}

async function train(io: Io, file: string | undefined, flags: TrainFlags): Promise<void> {
  const { preset, set, from, out } = flags;
  const config = await readConfig({
    ...(file === undefined ? {} : { file }),
    ...(preset === undefined ? {} : { preset }),
    set,
    flags: settingsTree(flags),
  });
  if (flags.dryRun) return dryRun(io, config);
  const outcome = await watchTraining(io, (watched) =>
    startRun(config, {
      ...watched,
      ...(from === undefined ? {} : { from }),
      ...(out === undefined ? {} : { out }),
    }),
  );
  concludeSession(io, outcome, flags.json === true);
}
