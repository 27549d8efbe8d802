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

/**
 * Inductive coupling of two inductors: each has the flux M·i of the other's current added to its own, M = k·√(L1·L2).
 * @throws `netlist.value` where |k| is above 1
 */
export class CouplingElement implements NetlistElement {
  readonly nodes: readonly string[] = [];

  constructor(
    readonly name: string,
    readonly first: InductorElement,
    readonly second: InductorElement,
    readonly coefficient: number,
  ) {
    if (!(Math.abs(coefficient) <= 1)) {
      throw inputError('netlist.value', `${name}: a coupling lies between −1 and 1, got ${coefficient}`);
    }
  }

  describe(port: EquationPort): void {
    const { first, second } = this;
    const mutual = linearGain(this.coefficient * Math.sqrt(first.inductance_H * second.inductance_H));
    port.linkage(first.name, [{ source: second.name }], mutual);
    port.linkage(second.name, [{ source: first.name }], mutual);
  }

  card(deck: SpiceDeck): void {
    const [first, second] = [this.first, this.second].map(({ name }) => deck.nameOf(name));
    deck.element('k', this.name, [], `${first} ${second} ${this.coefficient}`);
  }
}
