import { Resistor } from '../../devices/elements/index.js';
import { controlTexts } from './controlled.js';
import type { Control, ControlLaw, EquationPort, NetlistElement, SpiceDeck } from './equations.js';

/** A node that shows dq/dt of a law q of its controls: `ddt()` of behavioural sources. 0 at an operating point. */
export class DerivativeElement implements NetlistElement {
  readonly nodes: readonly string[];

  constructor(
    readonly name: string,
    node: string,
    readonly controls: readonly Control[],
    readonly law: ControlLaw,
  ) {
    this.nodes = [node];
  }

  /** dq/dt flows into the node, and out of it through 1 Ω. */
  describe(port: EquationPort): void {
    const [node] = this.nodes;
    port.follows(node);
    port.charge('0', node, this.controls, this.law);
    port.twoTerminal(node, '0', Resistor.ofResistance(1), 0);
  }

  /** A charge q on 1 F, whose current is measured: not every SPICE knows ddt. */
  card(deck: SpiceDeck): void {
    const [node] = this.nodes;
    const { name } = this;
    const [charged, sensed] = [`${node}#q`, `${node}#s`];
    deck.element('b', name, [charged, '0'], `V = ${this.law.text(controlTexts(this.controls, deck))}`);
    deck.element('c', `${name}#c`, [charged, sensed], '1');
    deck.element('v', `${name}#v`, [sensed, '0'], '0');
    deck.element('h', `${name}#h`, [node, '0'], `${deck.nameOf(`${name}#v`)} 1`);
  }
}

/** A node that shows the integral of a law of its controls over time: `idt()` and `sdt()`. Its initial value at an operating point. */
export class IntegralElement implements NetlistElement {
  readonly nodes: readonly string[];

  constructor(
    readonly name: string,
    node: string,
    readonly controls: readonly Control[],
    readonly law: ControlLaw,
    readonly initial = 0,
  ) {
    this.nodes = [node];
  }

  describe(port: EquationPort): void {
    port.integral(this.nodes[0], this.controls, this.law, this.initial);
  }

  /** The current of the law onto 1 F. */
  card(deck: SpiceDeck): void {
    const [node] = this.nodes;
    deck.element('b', this.name, ['0', node], `I = ${this.law.text(controlTexts(this.controls, deck))}`);
    deck.element('c', `${this.name}#c`, [node, '0'], `1 IC=${this.initial}`);
  }
}
