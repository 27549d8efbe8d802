import type { Control, ControlLaw, EquationPort, NetlistElement, SpiceDeck } from './equations.js';

/** Text of each control as SPICE writes it in an expression. */
export function controlTexts(controls: readonly Control[], deck: SpiceDeck): string[] {
  return controls.map((control) => {
    if ('time' in control) return 'time';
    if ('source' in control) return `I(${deck.nameOf(control.source)})`;
    return control.minus === '0'
      ? `V(${deck.node(control.plus)})`
      : `V(${deck.node(control.plus)},${deck.node(control.minus)})`;
  });
}

/** A current steered by other voltages or currents: G, F and B with I=. Linear or not: its law says. */
export class ControlledCurrent implements NetlistElement {
  readonly nodes: readonly string[];

  constructor(
    readonly name: string,
    from: string,
    to: string,
    readonly controls: readonly Control[],
    readonly law: ControlLaw,
  ) {
    this.nodes = [from, to];
  }

  describe(port: EquationPort): void {
    port.controlledCurrent(this.nodes[0], this.nodes[1], this.controls, this.law);
  }

  card(deck: SpiceDeck): void {
    deck.element('b', this.name, this.nodes, `I = ${this.law.text(controlTexts(this.controls, deck))}`);
  }
}

/** A voltage steered by other voltages or currents: E, H and B with V=. */
export class ControlledVoltage implements NetlistElement {
  readonly nodes: readonly string[];

  constructor(
    readonly name: string,
    plus: string,
    minus: string,
    readonly controls: readonly Control[],
    readonly law: ControlLaw,
  ) {
    this.nodes = [plus, minus];
  }

  describe(port: EquationPort): void {
    port.controlledVoltage(this.nodes[0], this.nodes[1], this.controls, this.law);
  }

  card(deck: SpiceDeck): void {
    deck.element('b', this.name, this.nodes, `V = ${this.law.text(controlTexts(this.controls, deck))}`);
  }
}
