import type { BoardProfile } from '../../devices/boards/index.js';
import type { AnalogSide } from './analog-side.js';
import type { AvrCore } from './avr-core.js';

/** The parts of a board around its processor, as the supply coming on leaves them, joined to the analog side. */
export interface BoardWiring {
  readonly profile: BoardProfile;
  parts(analog: AnalogSide): BoardsParts;
}

/** Parts with a supply. They keep their state when the processor alone starts again. */
export interface BoardsParts {
  /** Joins a processor's pins to the parts: one that has just started, in place of the one before it. */
  attach(core: AvrCore): void;
  /** Tap steps that the wipers have really made, those by a reset of the pots and by power-on not counted. */
  readonly wiperSteps: number;
  /** A converter that stops answering, for fault tests; undefined where the board has none that can be told. */
  readonly failConverter?: () => void;
}
