import { inputError } from '../../core/index.js';
import { linearGain } from './control-laws.js';
import type { EquationPort, NetlistElement, SpiceDeck } from './equations.js';

function checkFinite(name: string, what: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw inputError('netlist.value', `${name}: ${what} must be a finite number, got ${value}`);
  }
}

/**
 * A linear capacitor, F, with the voltage from `a` to `b` that it starts at. At rest it is an open circuit.
 * @throws `netlist.value` where the capacitance is not finite
 */
export class CapacitorElement implements NetlistElement {
  readonly nodes: readonly string[];

  constructor(
    readonly name: string,
    a: string,
    b: string,
    readonly capacitance_F: number,
    readonly initial_V?: number,
  ) {
    checkFinite(name, 'capacitance', capacitance_F);
    this.nodes = [a, b];
  }

  describe(port: EquationPort): void {
    const [plus, minus] = this.nodes;
    port.charge(plus, minus, [{ plus, minus }], linearGain(this.capacitance_F), this.initial_V);
  }

  card(deck: SpiceDeck): void {
    const initial = this.initial_V === undefined ? '' : ` IC=${this.initial_V}`;
    deck.element('c', this.name, this.nodes, `${this.capacitance_F}${initial}`);
  }
}

/**
 * A linear inductor, H, with the current from `a` to `b` that it starts at. At rest it is a short circuit, whose current is an
 * unknown.
 * @throws `netlist.value` where the inductance is not finite
 */
export class InductorElement implements NetlistElement {
  readonly nodes: readonly string[];

  constructor(
    readonly name: string,
    a: string,
    b: string,
    readonly inductance_H: number,
    readonly initial_A?: number,
  ) {
    checkFinite(name, 'inductance', inductance_H);
    this.nodes = [a, b];
  }

  describe(port: EquationPort): void {
    const own = [{ source: this.name }];
    port.flux(this.nodes[0], this.nodes[1], own, linearGain(this.inductance_H), this.initial_A);
  }

  card(deck: SpiceDeck): void {
    const initial = this.initial_A === undefined ? '' : ` IC=${this.initial_A}`;
    deck.element('l', this.name, this.nodes, `${this.inductance_H}${initial}`);
  }
}
