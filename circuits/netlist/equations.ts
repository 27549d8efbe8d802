import type { ElementModel } from '../../devices/elements/index.js';
import type { Waveform } from './waveform.js';

/**
 * What a law is a function of: the voltage between two nodes, V, the current through a named source or inductor, A, or the
 * time, s, which is 0 at an operating point.
 */
export type Control =
  | { readonly plus: string; readonly minus: string }
  | { readonly source: string }
  | { readonly time: true };

/** A value as a function of its controls. */
export interface Law {
  /** Constant partial derivatives and zero at zero: a solver may take them once. */
  readonly linear: boolean;
  /**
   * @param controls values of the controls, V, A or s
   * @param partials filled with the derivatives by them
   */
  evaluate(controls: Float64Array, partials: Float64Array): number;
  /** The value alone, where it costs much less than with the derivatives. */
  value?(controls: Float64Array): number;
  /** Where many elements share one arithmetic: that, and this one's numbers. */
  readonly shared?: { readonly arithmetic: SharedArithmetic; readonly numbers: Float64Array };
}

/**
 * One arithmetic for many laws, laid out one after the other: controls `[count × controls of each]`, numbers
 * `[count × numbers of each]`. Each value and derivative is that of the law's own `evaluate` to the last bit; where one is not finite,
 * `evaluate` is asked instead.
 */
export interface SharedArithmetic {
  /** @param partials `[count × controls of each]` */
  evaluate(
    count: number,
    controls: Float64Array,
    numbers: Float64Array,
    values: Float64Array,
    partials: Float64Array,
  ): void;
  values(count: number, controls: Float64Array, numbers: Float64Array, values: Float64Array): void;
}

/** The law of a controlled source, which can be written out. */
export interface ControlLaw extends Law {
  /** The law in SPICE syntax, given each control's text, for instance `V(a,b)` or `I(v1)`. */
  text(controls: readonly string[]): string;
}

/** A switch that is either closed or open, and turns where its control passes a level. */
export interface SwitchRelation {
  readonly control: Control;
  readonly closed_S: number;
  readonly open_S: number;
  /** Closes above the one and opens below the other, in the unit of the control; between them it stays as it is. */
  readonly closesAbove: number;
  readonly opensBelow: number;
  /** Where it starts while the control is between them. */
  readonly closed: boolean;
}

/**
 * How an element takes part in the circuit's equations. Every element says it in these relations and nothing else, so
 * that a solver need not know what elements there are. Currents flow from the first node named, through the element,
 * to the second. Voltage-like relations own the current through the element as an unknown.
 */
export interface EquationPort {
  /** A node of the element's own, between its parts. */
  internalNode(name: string): string;
  twoTerminal(from: string, to: string, model: ElementModel, state: number): void;
  current(from: string, to: string, source: Waveform): void;
  voltage(plus: string, minus: string, source: Waveform): void;
  controlledCurrent(from: string, to: string, controls: readonly Control[], law: ControlLaw): void;
  controlledVoltage(plus: string, minus: string, controls: readonly Control[], law: ControlLaw): void;
  /** A conductance of one of two values. */
  switched(from: string, to: string, relation: SwitchRelation): void;
  /** A charge q of its controls, C: the current dq/dt flows from `from` to `to`. Open at an operating point. */
  charge(from: string, to: string, controls: readonly Control[], law: Law, initial_V?: number): void;
  /** A capacitance C of its controls, F: the current C·d(v(from) − v(to))/dt flows. Open at an operating point. */
  capacitance(from: string, to: string, controls: readonly Control[], law: Law): void;
  /** v(plus) − v(minus) = dφ/dt of a flux φ of its controls, Wb. A short at an operating point; owns its current. */
  flux(plus: string, minus: string, controls: readonly Control[], law: Law, initial_A?: number): void;
  /** A flux, Wb, that is added to that of another element: inductive coupling. */
  linkage(onto: string, controls: readonly Control[], law: Law): void;
  /** dv(node)/dt = law, in whatever unit; v(node) = initial at an operating point. Nothing else drives the node. */
  integral(node: string, controls: readonly Control[], law: ControlLaw, initial: number): void;
  /** The node's value is a number that follows from all others: no tolerance of voltages fits it. */
  follows(node: string): void;
}

/** Where an element writes itself as SPICE text. */
export interface SpiceDeck {
  /** One element card; the first letter of the name is made `letter`. */
  element(letter: string, name: string, nodes: readonly string[], value: string): void;
  /** Name of a `.model` card with these parameters; equal cards are written once. */
  model(type: string, parameters: Readonly<Record<string, number>>): string;
  /** How another element's name appears in this deck. */
  nameOf(elementName: string): string;
  /** A node name legal in this deck. */
  node(name: string): string;
}

/** One component of a netlist. Names are unique in a netlist and, like node names, lower case. */
export interface NetlistElement {
  readonly name: string;
  readonly nodes: readonly string[];
  describe(port: EquationPort): void;
  card(deck: SpiceDeck): void;
}
