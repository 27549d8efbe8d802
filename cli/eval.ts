import { Command } from 'commander';
import { openRun, readOnlyConfig } from './run/open-run.js';
import { percent } from './run/progress.js';
import { printJson } from './run/summary.js';

export function evalCommand(): Command {
  return new Command('eval')
    .description('test a trained run')
    .argument('<run>', 'run directory')
    .option('--data <spec>', 'test on another data set than the run was trained on')
    .option('--json', 'one JSON object on stdout')
    .action(evaluateRun);
}

async function evaluateRun(path: string, flags: { data?: string; json?: boolean }): Promise<void> {
  const { run } = await openRun(path, { change: readOnlyConfig(flags.data) });
  const { trainer, dataSet } = run;
  const result = await trainer.evaluateOn('test');
  await trainer.device.close();
  const unit = trainer.device.info.nodeUnit === 'V' ? ' V²' : '';
  const { error, cost_V2, power_W, iterations, residual, unsettled, confusion } = result;
  process.stderr.write(
    `${dataSet.name}: ${dataSet.test.count} samples, error ${percent(error)}, cost ${cost_V2.toExponential(3)}${unit}\n`,
  );
  if (!flags.json) return;
  printJson({
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
