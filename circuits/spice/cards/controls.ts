import { type Control, ControlledVoltage, InductorElement, VoltageSource } from '../../netlist/index.js';
import type { Card, Token } from '../card.js';
import type { Instance } from '../reader.js';

/** Elements whose current is an unknown of the equations. */
const mayBe = [VoltageSource, ControlledVoltage, InductorElement];
const what = 'voltage source, so that its current is not known';

/** Remembers the sources that steer an element, so that a missing one is reported with the place of the card. */
export function noteControls(
  card: Card,
  instance: Instance,
  controls: readonly Control[],
  token: Token | undefined,
): void {
  for (const control of controls) {
    if ('source' in control) {
      instance.reading.steering.push({ source: control.source, card, token, mayBe, what });
    }
  }
}
