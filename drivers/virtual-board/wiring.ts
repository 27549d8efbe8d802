import type { BoardProfile } from '../../devices/boards/index.js';
import type { AnalogSide } from './analog-side.js';
import type { AvrCore } from './avr-core.js';

/** Joins a processor's pins to the parts of a board and those to its analog side. */
export interface BoardWiring {
  readonly profile: BoardProfile;
  connect(core: AvrCore, analog: AnalogSide): ConnectedParts;
}

export interface ConnectedParts {
  /** A converter that stops answering, for fault tests; undefined where the board has none that can be told. */
  readonly failConverter?: () => void;
}
