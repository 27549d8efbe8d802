import type { Command } from 'commander';
import { type Io, printJson } from './io.js';
import { openRun, readOnlyConfig } from './run/open-run.js';
import { percent } from './run/progress.js';

export function evalCommand(command: Command, io: Io): void {
  command
    .argument('<run>', 'run directory')
    .option('--data <spec>', 'test on another data set than the run was trained on')
    .option('--json', 'one JSON object on stdout')
    .action((path, flags) => evaluateRun(io, path, flags));
}

async function evaluateRun(io: Io, path: string, flags: { data?: string; json?: boolean }): Promise<void> {
  const { run } = await openRun(io, path, { change: readOnlyConfig(flags.data) });
  const { trainer, dataSet } = run;
  const result = await trainer.evaluateOn('test');
  await trainer.device.close();
  const unit = trainer.device.info.nodeUnit === 'V' ? ' V²' : '';
  const { error, cost_V2, power_W, iterations, residual, unsettled, confusion } = result;
  io.stderr.write(
    `${dataSet.name}: ${dataSet.test.count} samples, error ${percent(error)}, cost ${cost_V2.toExponential(3)}${unit}\n`,
  );
  if (!flags.json) return;
  printJson(io, {
    run: path,
    data: dataSet.name,
    samples: dataSet.test.count,
    testError: error,
    cost_V2,
    power_W: Number.isFinite(power_W) ? power_W : null,
    iterations,
    residual,
    unsettled,
    confusion,
  });
}
