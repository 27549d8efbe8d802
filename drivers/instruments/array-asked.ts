import type { PulseShape } from '../../devices/contract/index.js';
import type { Permit } from '../../devices/limits/index.js';
import type { LineLog } from '../transport/index.js';
import type { InstrumentAddress } from './address.js';
import type { MatrixFile } from './switch-matrix/index.js';

/** How the array behind an instrument is opened. */
export interface ArrayAsked {
  readonly address: InstrumentAddress;
  readonly permit?: Permit;
  readonly read_V?: number;
  /** Where its cells work, S. */
  readonly window?: readonly [number, number];
  readonly nominalPulse?: { readonly potentiation: PulseShape; readonly depression: PulseShape };
  /** What puts one cell of an array between the terminals of a source-measure unit. */
  readonly matrix?: MatrixFile;
  readonly lineLog?: LineLog | undefined;
  /** What happens to the line, for people. */
  readonly tell?: (text: string) => void;
}
