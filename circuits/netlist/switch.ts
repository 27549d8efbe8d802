import { inputError } from '../../core/index.js';
import type { EquationPort, NetlistElement, SpiceDeck, SwitchRelation } from './equations.js';

/**
 * A switch of SPICE, S or W: closed or open, with hysteresis between two levels of a voltage or of a source's current.
 * @throws `netlist.switch` where a conductance is no finite number, or the levels are the wrong way round
 */
export class SwitchElement implements NetlistElement {
  readonly nodes: readonly string[];

  constructor(
    readonly name: string,
    a: string,
    b: string,
    readonly relation: SwitchRelation,
  ) {
    const { closed_S, open_S, closesAbove, opensBelow } = relation;
    if (!Number.isFinite(closed_S) || !Number.isFinite(open_S) || !(closesAbove >= opensBelow)) {
      throw inputError(
        'netlist.switch',
        `${name}: a switch needs finite conductances and closes at or above where it opens, got ${closed_S} S, ${open_S} S, ${closesAbove}, ${opensBelow}`,
      );
    }
    this.nodes = [a, b];
  }

  describe(port: EquationPort): void {
    port.switched(this.nodes[0], this.nodes[1], this.relation);
  }

  card(deck: SpiceDeck): void {
    const { control, closed_S, open_S, closesAbove, opensBelow, closed } = this.relation;
    const [threshold, hysteresis] = [(closesAbove + opensBelow) / 2, (closesAbove - opensBelow) / 2];
    const resistances = { ron: 1 / closed_S, roff: 1 / open_S };
    const start = closed ? ' ON' : '';
    if ('source' in control) {
      const model = deck.model('csw', { it: threshold, ih: hysteresis, ...resistances });
      deck.element('w', this.name, this.nodes, `${deck.nameOf(control.source)} ${model}${start}`);
    } else if ('plus' in control) {
      const model = deck.model('sw', { vt: threshold, vh: hysteresis, ...resistances });
      const steering = `${deck.node(control.plus)} ${deck.node(control.minus)}`;
      deck.element('s', this.name, this.nodes, `${steering} ${model}${start}`);
    }
  }
}
