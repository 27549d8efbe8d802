import type { CellStore } from '../../devices/cells/index.js';
import type { AnalogDevice, Optimizer, Rates } from '../../devices/contract/index.js';
import type { Hardware } from './hardware.js';
import type { PulseLog } from './pulse-log.js';
import type { RunArrays } from './run-arrays.js';

/** A device made from a configuration, with what the configuration says in the device's own units. */
export interface Composition {
  readonly device: AnalogDevice;
  /** By parameter group. */
  readonly rates: Rates;
  /** What is made of gradients; plain descent when left out. */
  readonly optimizer?: Optimizer;
  /** Share of each group that an update takes away besides. */
  readonly decay?: Rates;
  /** In the device's nudge unit, or to be chosen once the device can say what it bears. */
  readonly beta: number | 'auto';
  /** One β of the published, dimensionless kind in the device's nudge unit. */
  readonly betaUnit: number;
  /** Ends of the ranges that its nodes are read over in each phase, one a layer, in its node unit. */
  readonly readRange?: readonly number[];
  /** A float64 device of the same network, for the gradient check. */
  readonly reference?: () => AnalogDevice;
  /** Where conductances live in cells. */
  readonly cells?: CellStore;
  /** The file that those cells come from, and what its bytes hash to. */
  readonly cellsFile?: { readonly path: string; readonly sha256: string };
  /** Where every pulse of those cells is logged; a run says in which directory that is. */
  readonly pulseLog?: PulseLog;
  /** Where the device is, or stands for, a piece of hardware. */
  readonly hardware?: Hardware;
  /** The arrays behind instruments that those cells are in. */
  readonly arrays?: RunArrays;
  /** To be told once, and kept in the manifest. */
  readonly warnings?: readonly string[];
}

export type {
  Hardware,
  HardwareDifference,
  HardwareLine,
  HeldWipers,
  LineFigures,
  Opening,
  OwnCalibration,
} from './hardware.js';
