import type { Manifest } from '../../records/index.js';
import type { RunConfig } from '../schema/index.js';
import { percent } from '../sessions/index.js';
import { keptEpoch } from './compare-runs.js';
import type { KeptRun } from './kept-run.js';

/** One paragraph for a methods section: what was trained, on what, how, and what came out. */
export function methodsText(run: KeptRun, config: RunConfig, manifest: Manifest): string {
  const { training, seed, cells } = config;
  const { device, data, ohmpropVersion, gitCommit, machine } = manifest;
  const counts = data?.counts;
  const kept = keptEpoch(run);
  const chosen = run.best === undefined ? 'the last epoch' : 'the best epoch on the validation samples';
  return [
    `A ${String(device?.name ?? config.network.kind)} was trained on ${data?.name ?? config.data}`,
    counts === undefined
      ? ''
      : ` (${counts.train} samples to train, ${counts.validation ?? 0} to validate, ${counts.test} to test)`,
    ` by ${training.rule === 'eqprop' ? 'equilibrium propagation' : training.rule}`,
    training.rule === 'eqprop' ? `, ${training.estimator} estimator with β = ${training.beta}` : '',
    `, in minibatches of ${training.batch} for ${training.epochs} epochs, seed ${seed}`,
    cells === undefined ? '' : `; conductances in cells of the model ${cells.model}`,
    kept?.testError === undefined
      ? '.'
      : `. The test error after ${chosen} (${kept.epoch}) was ${percent(kept.testError)}.`,
    ` Computed by ohmprop ${ohmpropVersion}${gitCommit === undefined ? '' : ` (commit ${gitCommit.slice(0, 12)})`}`,
    ` on Node ${machine.node}, ${machine.cpu}.`,
  ].join('');
}
