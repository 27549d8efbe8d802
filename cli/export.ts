import type { Command } from 'commander';
import { writeNpz } from '../records/index.js';
import type { Io } from './io.js';
import { openRunToLook, RESTORE } from './open-run.js';

export function exportCommand(command: Command, io: Io): void {
  command
    .argument('<run>', 'run directory')
    .requiredOption('-o, --output <file>', 'weights.npz')
    .option('--restore', RESTORE)
    .action((path, flags) => exportRun(io, path, flags));
}

async function exportRun(io: Io, path: string, flags: { output: string; restore?: boolean }): Promise<void> {
  const { run } = await openRunToLook(io, path, flags);
  const { device } = run.trainer;
  const parameters = await device.readParameters().finally(() => device.close());
  const arrays = Object.fromEntries(
    device.info.groups.map(({ name, shape }) => [
      name,
      { data: parameters[name], shape: shape[0] === 1 ? shape.slice(1) : shape },
    ]),
  );
  await writeNpz(flags.output, arrays);
  const shapes = Object.entries(arrays).map(([name, { shape }]) => `${name} [${shape.join(' × ')}]`);
  io.stderr.write(`${flags.output}: ${shapes.join(', ')}\n`);
}
