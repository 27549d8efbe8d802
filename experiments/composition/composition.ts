import type { CellStore } from '../../devices/cells/index.js';
import type { AnalogDevice, Rates } from '../../devices/contract/index.js';

/** A device made from a configuration, with what the configuration says in the device's own units. */
export interface Composition {
  readonly device: AnalogDevice;
  /** By parameter group. */
  readonly rates: Rates;
  /** In the device's nudge unit. */
  readonly beta: number;
  /** One β of the published, dimensionless kind in the device's nudge unit. */
  readonly betaUnit: number;
  /** A float64 device of the same network, for the gradient check. */
  readonly reference?: () => AnalogDevice;
  /** Where conductances live in cells. */
  readonly cells?: CellStore;
  /** What a board says of itself, for the manifest. */
  readonly identity?: Readonly<Record<string, string | number>>;
  /** Figures of a line, for people who watch. */
  readonly liveFigures?: () => string;
  /** To be told once, and kept in the manifest. */
  readonly warnings?: readonly string[];
}
