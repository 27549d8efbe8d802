import { Command } from 'commander';
import { writeNpz } from '../records/index.js';
import { openRun } from './run/open-run.js';

export function exportCommand(): Command {
  return new Command('export')
    .description("write a run's parameters as a NumPy file: conductances in S, bias currents in A")
    .argument('<run>', 'run directory')
    .requiredOption('-o, --output <file>', 'weights.npz')
    .action(exportRun);
}

async function exportRun(path: string, flags: { output: string }): Promise<void> {
  const { run } = await openRun(path);
  const { device } = run.trainer;
  const parameters = await device.readParameters();
  const arrays = Object.fromEntries(
    device.info.groups.map(({ name, shape }) => [
      name,
      { data: parameters[name], shape: shape[0] === 1 ? shape.slice(1) : shape },
    ]),
  );
  await writeNpz(flags.output, arrays);
  await device.close();
  const shapes = Object.entries(arrays).map(([name, { shape }]) => `${name} [${shape.join(' × ')}]`);
  process.stderr.write(`${flags.output}: ${shapes.join(', ')}\n`);
}
