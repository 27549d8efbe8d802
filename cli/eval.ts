import type { Command } from 'commander';
import { percent } from '../experiments/sessions/index.js';
import { type Io, printJson } from './io.js';
import { type LookFlags, openRunToLook, RESTORE } from './open-run.js';

export function evalCommand(command: Command, io: Io): void {
  command
    .argument('<run>', 'run directory')
    .option('--data <spec>', 'test on another data set than the run was trained on')
    .option('--restore', RESTORE)
    .option('--json', 'one JSON object on stdout')
    .action((path, flags) => evaluateRun(io, path, flags));
}

async function evaluateRun(io: Io, path: string, flags: LookFlags & { json?: boolean }): Promise<void> {
  const { run } = await openRunToLook(io, path, flags);
  const { trainer, dataSet } = run;
  const result = await trainer.evaluateOn('test').finally(() => trainer.device.close());
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
