import type { EquationPort, NetlistElement, SpiceDeck } from './equations.js';
import { constant, type Waveform } from './waveform.js';

/** Independent voltage source; its current counts positive from plus through the source to minus. */
export class VoltageSource implements NetlistElement {
  readonly nodes: readonly string[];
  readonly source: Waveform;

  constructor(
    readonly name: string,
    plus: string,
    minus: string,
    source: Waveform | number,
  ) {
    this.nodes = [plus, minus];
    this.source = typeof source === 'number' ? constant(source) : source;
  }

  describe(port: EquationPort): void {
    port.voltage(this.nodes[0], this.nodes[1], this.source);
  }

  card(deck: SpiceDeck): void {
    deck.element('v', this.name, this.nodes, this.source.text);
  }
}

/** Independent current source: the current flows from the first node through the source to the second. */
export class CurrentSource implements NetlistElement {
  readonly nodes: readonly string[];
  readonly source: Waveform;

  constructor(
    readonly name: string,
    from: string,
    to: string,
    source: Waveform | number,
  ) {
    this.nodes = [from, to];
    this.source = typeof source === 'number' ? constant(source) : source;
  }

  describe(port: EquationPort): void {
    port.current(this.nodes[0], this.nodes[1], this.source);
  }

  card(deck: SpiceDeck): void {
    deck.element('i', this.name, this.nodes, this.source.text);
  }
}
