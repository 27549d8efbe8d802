import { printableLine } from '../../core/index.js';
import { describeParticles } from '../../learning/index.js';
import type { RunDirectory } from '../../records/index.js';
import type { ComposedRun } from '../composition/index.js';
import type { SessionStarted } from './events.js';

/** The first event of a session: what runs, on what, and from where. */
export function startOf(
  directory: RunDirectory,
  { config, dataSet, trainer }: ComposedRun,
  { startedFrom }: Pick<SessionStarted, 'startedFrom'>,
): SessionStarted {
  const { train, validation, test } = dataSet;
  const { epoch, updates } = trainer.state;
  return {
    type: 'session-started',
    run: directory.path,
    device: trainer.device.info.name,
    data: dataSet.name,
    ...(dataSet.labelColumn === undefined ? {} : { label: describeLabel(dataSet.labelColumn) }),
    seed: config.seed,
    epochs: trainer.options.epochs,
    samples: {
      train: train.count,
      test: test.count,
      ...(validation === undefined ? {} : { validation: validation.count }),
    },
    ...(config.cells === undefined
      ? {}
      : {
          cells: {
            model: config.cells.model,
            policy: config.cells.policy,
            idealBiases: config.cells.biasCells
              ? 0
              : idealBiases(trainer.device.info.layers, config.training.biasRates),
          },
        }),
    ...(trainer.options.particles
      ? { particles: describeParticles(train.count, trainer.device.info.layers) }
      : {}),
    ...(startedFrom === undefined ? {} : { startedFrom }),
    ...(updates === 0 ? {} : { resumed: { epoch, updates } }),
  };
}

function describeLabel({ index, name }: NonNullable<ComposedRun['dataSet']['labelColumn']>): string {
  return `column ${index + 1}${name === undefined ? '' : ` (${printableLine(name, 40)})`}`;
}

/** Nodes whose bias currents are learned, and are numbers beside the cells of the conductances. */
function idealBiases(layers: readonly number[], biasRates: number | readonly number[]): number {
  if ([biasRates].flat().every((rate) => rate === 0)) return 0;
  return layers.reduce((sum, size) => sum + size, 0);
}
