import type { LayeredNetwork } from '../../circuits/layered/index.js';
import { type InCellsOptions, LayeredInCells } from '../layered/index.js';
import type { Float32Equilibrium } from './float32-equilibrium.js';
import { LayeredFloat32Device } from './layered-float32-device.js';
import type { LayeredFloat32Options } from './options.js';

/** The float32 network in cells. */
export function layeredFloat32InCells(
  network: LayeredNetwork,
  options: Omit<LayeredFloat32Options, 'seed'> & Pick<InCellsOptions<Float32Equilibrium>, 'store' | 'bias_V'>,
): Promise<LayeredInCells<Float32Equilibrium>> {
  const { store, bias_V, ...own } = options;
  return LayeredInCells.open(network, {
    store,
    ...(bias_V === undefined ? {} : { bias_V }),
    host: (reachable) => new LayeredFloat32Device(reachable, own),
  });
}
