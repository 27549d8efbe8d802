import { inputError, memoryError } from '../../core/index.js';
import { type DataSet, outputsFor } from '../../learning/index.js';
import type { RunConfig } from '../schema/index.js';
import { describeUnused, isInstrument, unusedSettings } from '../schema/index.js';
import { composeBoard } from './board.js';
import { isSimulatedBoard } from './board-name.js';
import type { Composition, Opening } from './composition.js';
import type { RunDescription } from './describe-run.js';
import { composeHopfield } from './hopfield.js';
import { composeDevice } from './own-device.js';
import { checkRelaxedSimd } from './relaxed-simd.js';
import { composeResistive } from './resistive.js';
import { requireRule } from './rule.js';

/**
 * Opens the device that a description needs, sized to its data, and touches nothing: it has no conductances, or those that
 * were there. `device.initialise` starts it afresh, `device.restore` puts it where it was.
 */
export async function openDevice(
  {
    config,
    dataSet,
  }: Pick<RunDescription, 'config'> & {
    readonly dataSet: Pick<DataSet, 'classes' | 'features' | 'targets'>;
  },
  opening: Opening = {},
): Promise<Composition> {
  const target = config.coding?.target;
  const outputs =
    (target && outputsFor({ target }, dataSet)) ?? dataSet.targets?.names.length ?? dataSet.classes;
  const size = { inputs: dataSet.features, outputs };
  if (config.cells !== undefined && config.network.kind !== 'resistive') {
    throw inputError(
      'config.cells',
      `cells: only a resistive network keeps its conductances in cells; this one is a ${config.network.kind} network`,
    );
  }
  requireRule(config);
  checkRelaxedSimd(config);
  if (opening.recorded === true) requireLine(config);
  const compose = composers[config.network.kind] as Composer<RunConfig['network']>;
  try {
    const composition = await compose(config.network, config, size, opening);
    const unused = unusedSettings(config).map(describeUnused);
    return { ...composition, warnings: [...unused, ...(composition.warnings ?? [])] };
  } catch (cause) {
    throw memoryError(cause, `${sizesOf(config, size)}: more than memory holds; use smaller layers`);
  }
}

/** `network 784-1024-10`. */
function sizesOf({ network }: RunConfig, { inputs, outputs }: { inputs: number; outputs: number }): string {
  const hidden = 'hidden' in network ? network.hidden : [];
  return `network ${[inputs, ...hidden, outputs].join('-')}`;
}

/** @throws OhmpropError `config.unused` where there is no line whose bytes could be written down */
function requireLine({ network, cells }: RunConfig): void {
  if (cells !== undefined && isInstrument(cells.model)) return;
  if (network.kind === 'board' && !isSimulatedBoard(network.device)) return;
  throw inputError(
    'config.unused',
    '--record has no effect: a simulated network is on no line, so there are no bytes; leave it out, or name a board with --device, or an instrument with --cells',
  );
}

type Composer<Network> = (
  network: Network,
  config: RunConfig,
  size: { inputs: number; outputs: number },
  opening: Opening,
) => Promise<Composition>;

const composers: {
  [Kind in RunConfig['network']['kind']]: Composer<Extract<RunConfig['network'], { kind: Kind }>>;
} = {
  resistive: composeResistive,
  hopfield: composeHopfield,
  board: composeBoard,
  device: composeDevice,
};
