import { type WiredNetwork, wiredNetwork } from '../../circuits/wired/index.js';
import { type InCellsOptions, LayeredInCells } from '../layered/index.js';
import { WiredDevice, type WiredDeviceOptions } from './wired-device.js';
import type { WiredEquilibrium } from './wired-equilibrium.js';

/**
 * The network through wires in cells: each conductance of a store's group `g1`, `g2`, … is the cell where two lines cross, and is asked
 * for changes by its own drop. A store of pairs has no place in it: two cells would lie on lines of their own.
 */
export function wiredInCells(
  { layered, wires }: WiredNetwork,
  options: Omit<WiredDeviceOptions, 'seed'> & Pick<InCellsOptions<WiredEquilibrium>, 'store' | 'bias_V'>,
): Promise<LayeredInCells<WiredEquilibrium>> {
  const { store, bias_V, ...own } = options;
  return LayeredInCells.open(layered, {
    store,
    ...(bias_V === undefined ? {} : { bias_V }),
    host: (reachable) => new WiredDevice(wiredNetwork(reachable, wires), own),
  });
}
