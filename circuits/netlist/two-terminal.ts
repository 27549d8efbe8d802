import { substitute } from '../../core/expression/index.js';
import { inputError } from '../../core/index.js';
import {
  Diode,
  type DiodeParameters,
  defaultDiode,
  type ElementModel,
  initialState,
  JunctionCharge,
  Resistor,
} from '../../devices/elements/index.js';
import type { EquationPort, NetlistElement, SpiceDeck } from './equations.js';
import { expressionText } from './expression-text.js';

/** A linear resistor, Ω. Negative ones are allowed, an infinite one is an open circuit. */
export class ResistorElement implements NetlistElement {
  readonly nodes: readonly string[];
  readonly model: Resistor;

  constructor(
    readonly name: string,
    a: string,
    b: string,
    readonly resistance_ohm: number,
  ) {
    this.nodes = [a, b];
    this.model = Resistor.ofResistance(resistance_ohm);
  }

  describe(port: EquationPort): void {
    port.twoTerminal(this.nodes[0], this.nodes[1], this.model, 0);
  }

  card(deck: SpiceDeck): void {
    // An infinite resistance is an open circuit: there is nothing to write.
    if (Number.isFinite(this.resistance_ohm))
      deck.element('r', this.name, this.nodes, `${this.resistance_ohm}`);
  }
}

/** A SPICE diode: a junction, and its series resistance on an internal node. */
export class DiodeElement implements NetlistElement {
  readonly nodes: readonly string[];
  readonly model: Diode;

  constructor(
    readonly name: string,
    anode: string,
    cathode: string,
    parameters: Partial<DiodeParameters> | Diode = {},
    readonly initial_V?: number,
  ) {
    this.nodes = [anode, cathode];
    this.model = parameters instanceof Diode ? parameters : new Diode(parameters);
  }

  describe(port: EquationPort): void {
    const { RS, area, multiplier, CJO, TT } = this.model.values;
    let anode = this.nodes[0];
    if (RS > 0) {
      const inner = port.internalNode('internal');
      port.twoTerminal(anode, inner, Resistor.ofConductance((area * multiplier) / RS), 0);
      anode = inner;
    }
    port.twoTerminal(anode, this.nodes[1], this.model, 0);
    if (CJO > 0 || TT > 0) {
      const controls = [{ plus: anode, minus: this.nodes[1] }];
      port.charge(anode, this.nodes[1], controls, new JunctionCharge(this.model), this.initial_V);
    }
  }

  card(deck: SpiceDeck): void {
    const p = this.model.values;
    const written: Record<string, number> = { IS: p.IS, N: p.N };
    for (const key of ['RS', 'BV', 'IBV', 'NBV', 'IKF', 'EG', 'XTI', 'CJO', 'VJ', 'M', 'TT', 'FC'] as const) {
      const value = p[key];
      if (value !== undefined && value !== defaultDiode[key]) written[key] = value;
    }
    if (p.nominal_C !== defaultDiode.nominal_C) written.TNOM = p.nominal_C;
    const options = [deck.model('D', written)];
    if (p.area !== 1) options.push(`area=${p.area}`);
    if (p.multiplier !== 1) options.push(`m=${p.multiplier}`);
    if (p.temperature_C !== defaultDiode.temperature_C) options.push(`temp=${p.temperature_C}`);
    if (this.initial_V !== undefined) options.push(`ic=${this.initial_V}`);
    deck.element('d', this.name, this.nodes, options.join(' '));
  }
}

/** Any two-terminal model, a memristor for instance, at a state of its own. */
export class ModelElement implements NetlistElement {
  readonly nodes: readonly string[];
  readonly state: number;

  constructor(
    readonly name: string,
    from: string,
    to: string,
    readonly model: ElementModel,
    state: number = initialState(model),
  ) {
    const bounds = model.state;
    if (!Number.isFinite(state) || (bounds && !(state >= bounds.low && state <= bounds.high))) {
      throw inputError(
        'netlist.state',
        `${name}: state ${state} lies outside ${bounds?.low ?? 0} … ${bounds?.high ?? 0} of model ${model.name}`,
      );
    }
    this.nodes = [from, to];
    this.state = state;
  }

  describe(port: EquationPort): void {
    port.twoTerminal(this.nodes[0], this.nodes[1], this.model, this.state);
  }

  /** Written at its frozen state, as a behavioural source. */
  card(deck: SpiceDeck): void {
    if (this.model.equations === undefined) {
      throw inputError(
        'spice.no-equations',
        `${this.name}: model ${this.model.name} states no equations that could be written as SPICE text`,
      );
    }
    const across = `V(${deck.node(this.nodes[0])},${deck.node(this.nodes[1])})`;
    const values = new Map(this.model.parameters.map(({ name, value }) => [name, value]));
    const frozen = substitute(this.model.equations.current, (key) =>
      key === 'x' ? this.state : values.get(key),
    );
    const current = expressionText(frozen, () => across);
    deck.element('b', this.name, this.nodes, `I = ${current}`);
  }
}
