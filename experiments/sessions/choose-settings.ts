import type { ComposedRun } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';

/**
 * Chooses what a configuration leaves to be chosen, once the device holds the parameters that the run starts from.
 * @returns the configuration with it, to be resumed from, and a sentence on it
 */
export async function chooseSettings(run: ComposedRun): Promise<{ config: RunConfig; chosen?: string }> {
  const { trainer, composition } = run;
  const config = withHash(run);
  const chosen = await trainer.nudge.begin();
  if (chosen === undefined) return { config };
  const beta = Number((trainer.nudge.beta / composition.betaUnit).toPrecision(6));
  const resolved = { ...config, training: { ...config.training, beta } };
  return { config: resolved, chosen: `${settingsOf(run)}${chosen}` };
}

/** Cells from a file are known by what it holds: the run goes on with no other content. */
function withHash({ config, composition }: ComposedRun): RunConfig {
  const { cellsFile } = composition;
  if (cellsFile === undefined || config.cells === undefined) return config;
  return { ...config, cells: { ...config.cells, sha256: cellsFile.sha256 } };
}

/** What was chosen besides, where nobody named a preset: the network, its inputs, and how it is trained. */
function settingsOf({ config, trainer }: ComposedRun): string {
  if (config.preset !== 'table' || config.network.kind !== 'resistive') return '';
  const { epochs, batch, estimator, conductanceRates, rateDecay, schedule } = config.training;
  const { inputs, layers } = trainer.device.info;
  const scaled = config.coding?.input?.scale === 'z-score' ? 'z-scores' : 'ranges';
  const course = schedule?.includes('rate=') ? `, scheduled by ${schedule}` : ` × ${rateDecay} an epoch`;
  return `preset table: network ${[inputs, ...layers].join('-')}, features as ${scaled}, ${epochs} epochs in minibatches of ${batch}, ${estimator} estimator, rates ${[conductanceRates].flat().join(', ')}${course}, `;
}
