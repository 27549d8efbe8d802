import type { z } from 'zod';
import type { CrossbarWires } from '../../circuits/crossbar/index.js';
import { type LayeredNetwork, layeredNetwork, publishedTraining } from '../../circuits/layered/index.js';
import { wiredNetwork } from '../../circuits/wired/index.js';
import { inputError } from '../../core/index.js';
import type { ConductanceStore } from '../../devices/cells/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import { LayeredDevice, layeredInCells } from '../../solver/layered/index.js';
import { LayeredFloat32Device, layeredFloat32InCells } from '../../solver/layered-float32/index.js';
import { WiredDevice, wiredInCells } from '../../solver/wired/index.js';
import type { RunConfig, resistiveSchema, WindowSetting, WiresConfig } from '../schema/index.js';
import { biasVoltage_V, composeCells } from './cells.js';
import type { Composition, Opening } from './composition.js';
import { hardwareSeedOf } from './hardware-seed.js';
import { composeOptimizer } from './optimizer.js';
import { type ComposedReadOut, composeReadOut } from './readout.js';
import { ruleNumbers } from './rule.js';
import type { RunArrays } from './run-arrays.js';
import { ratesPerLayer } from './training-numbers.js';

/** The network that a configuration describes. @param window over its own: g_max/g_min of the cells that it is in */
export function resistiveDescription(
  { hidden, inputGain, units, window: own, diodeThreshold_V, diodeOn_ohm }: z.infer<typeof resistiveSchema>,
  size: { inputs: number; outputs: number },
  window: WindowSetting | undefined = own,
): LayeredNetwork {
  return layeredNetwork({
    ...size,
    hidden,
    inputGain,
    units,
    ...(window === undefined
      ? {}
      : typeof window === 'number'
        ? { windowRatio: window }
        : { window: { g_min_S: window[0], g_max_S: window[1] } }),
    ...(diodeThreshold_V === undefined ? {} : { diodeThreshold_V }),
    ...(diodeOn_ohm === undefined ? {} : { diodeOn_ohm }),
  });
}

/** Opens the layered resistive network that a configuration describes, without conductances yet. */
export async function composeResistive(
  network: z.infer<typeof resistiveSchema>,
  config: RunConfig,
  size: { inputs: number; outputs: number },
  opening: Opening = {},
): Promise<Composition> {
  const { conductance_S } = network.units;
  const cells = config.cells && (await composeCells(config.cells, network.window));
  const description = resistiveDescription(network, size, cells?.windowRatio);
  const layers = description.layers.length;
  const { g, b, warnings } = ratesPerLayer(config.training, layers);
  const { beta, betaUnit, ratesPer } = ruleNumbers(config, 'S', conductance_S);
  const { voltage_V } = network.units;
  const current_A = conductance_S * voltage_V;
  const descent = composeOptimizer(
    config.training,
    description.layers.flatMap((_, l) => [
      {
        name: `g${l + 1}`,
        rate: g[l],
        entry: conductance_S,
        gradient: (ratesPer * voltage_V ** 2) / conductance_S,
        decays: true,
      },
      {
        name: `b${l + 1}`,
        rate: b[l],
        entry: current_A,
        gradient: (ratesPer * voltage_V ** 2) / current_A,
        decays: false,
      },
    ]),
  );
  // Rates of gradients to the last bit as a library's user has them.
  const published = publishedTraining(description, { beta: 1, conductanceRates: g, biasRates: b });
  const plain =
    ratesPer === 1
      ? published.rates
      : Object.fromEntries(Object.entries(published.rates).map(([name, rate]) => [name, rate / ratesPer]));
  const rates = config.training.optimizer === 'adam' ? descent.rates : plain;
  if (
    beta !== 'auto' &&
    betaUnit === conductance_S &&
    network.wires === undefined &&
    config.arithmetic === 'float32' &&
    Math.fround(beta / conductance_S) === 0
  ) {
    throw inputError(
      'config.beta',
      `training.beta: ${beta} S is nothing beside ${conductance_S} S in float32; use a larger β`,
    );
  }
  const readOut = composeReadOut(config, network.units.voltage_V * network.inputGain, 'V');
  const wires = network.wires === undefined ? undefined : wiresOf(network.wires);
  if (wires !== undefined) requireOneCell(config);
  const bias_V = biasVoltage_V(config.cells, description);
  const arrays = await cells?.openArrays(description, opening);
  const { store, device, windows } = await closedWhereThatFails(arrays, async () => {
    const store = cells?.open(description, hardwareSeedOf(config), arrays);
    // Within what reads of the cells can give, where there are cells: at an end of their range that is a rounding wider.
    const windows =
      store === undefined ? description.windows : description.layers.map((_, l) => store.window(`g${l + 1}`));
    const device = await (wires !== undefined
      ? openThroughWires(description, wires, config, store, bias_V, readOut.options)
      : store === undefined
        ? openDevice[config.arithmetic](description, config, readOut.options)
        : openInCells[config.arithmetic](description, config, store, bias_V, readOut.options));
    return { store, device, windows };
  });
  const reference = () =>
    wires === undefined
      ? new LayeredDevice({ ...description, windows }, { seed: config.seed })
      : new WiredDevice(wiredNetwork({ ...description, windows }, wires), {
          seed: config.seed,
          ports: 'exact',
        });
  return {
    device,
    ...(arrays === undefined ? {} : { arrays, hardware: arrays.hardware }),
    ...(store === undefined ? {} : { cells: store }),
    ...readOut.range,
    warnings: [...warnings, ...readOut.warnings, ...(cells?.warnings ?? [])],
    ...(cells?.pulseLog === undefined ? {} : { pulseLog: cells.pulseLog }),
    ...(cells?.file === undefined ? {} : { cellsFile: cells.file }),
    ...descent,
    rates,
    beta,
    betaUnit,
    reference,
  };
}

/** Arrays that were opened are not left open. */
async function closedWhereThatFails<T>(arrays: RunArrays | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await arrays?.close().catch(() => {});
    throw error;
  }
}

type Chosen = Pick<RunConfig, 'threads' | 'relaxedSimd'>;

type ReadOutOptions = ComposedReadOut['options'];

const openDevice: Record<
  RunConfig['arithmetic'],
  (network: LayeredNetwork, config: Chosen, readOut: ReadOutOptions) => AnalogDevice
> = {
  float64: (network, _, readOut) => new LayeredDevice(network, readOut),
  float32: (network, { threads, relaxedSimd }, readOut) =>
    new LayeredFloat32Device(network, { threads, relaxed: relaxedSimd, ...readOut }),
};

const openInCells: Record<
  RunConfig['arithmetic'],
  (
    network: LayeredNetwork,
    config: Chosen,
    store: ConductanceStore,
    bias_V: number | undefined,
    readOut: ReadOutOptions,
  ) => Promise<AnalogDevice>
> = {
  float64: (network, _, store, bias_V, readOut) =>
    layeredInCells(network, { store, ...at(bias_V), ...readOut }),
  float32: (network, { threads, relaxedSimd }, store, bias_V, readOut) =>
    layeredFloat32InCells(network, { store, threads, relaxed: relaxedSimd, ...at(bias_V), ...readOut }),
};

/** Wires as circuits take them: what is said of both lines is said of each. */
export function wiresOf({ wire_ohm, ...wires }: WiresConfig): Partial<CrossbarWires> {
  const both = wire_ohm === undefined ? {} : { row_ohm: wire_ohm, column_ohm: wire_ohm };
  const said = Object.fromEntries(Object.entries(wires).filter(([, ohm]) => ohm !== undefined));
  return { ...both, ...said };
}

/** @throws OhmpropError `config.wires` where a conductance is more than the one cell that a crossbar has for it */
function requireOneCell({ cells }: RunConfig): void {
  if (cells?.pairing !== 'differential') return;
  throw inputError(
    'config.wires',
    'cells.pairing: through wires a conductance is the one cell where two lines cross, and a pair would lie on lines of its own; use pairing single, or leave network.wires out',
  );
}

async function openThroughWires(
  network: LayeredNetwork,
  wires: Partial<CrossbarWires>,
  { threads }: Chosen,
  store: ConductanceStore | undefined,
  bias_V: number | undefined,
  readOut: ReadOutOptions,
): Promise<AnalogDevice> {
  const wired = wiredNetwork(network, wires);
  const own = { threads, ...readOut };
  return store === undefined
    ? new WiredDevice(wired, own)
    : wiredInCells(wired, { store, ...at(bias_V), ...own });
}

const at = (bias_V: number | undefined) => (bias_V === undefined ? {} : { bias_V });
