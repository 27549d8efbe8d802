import { type Control, type NetlistElement, nodeName } from '../netlist/index.js';
import type { Block } from './blocks.js';
import type { Card, Token } from './card.js';
import type { DialectName } from './dialect.js';
import { placeText } from './place.js';
import type { FileNames, Scope } from './scope.js';
import type { SpiceCircuit } from './spice-circuit.js';

/** A .model card. */
export interface ModelCard {
  readonly type: string;
  readonly card: Card;
  readonly values: Map<string, Token>;
  /** Where its expressions are evaluated. */
  readonly scope: Scope;
}

/** Settings of .options and .temp that elements need. */
export interface Settings {
  temperature_C: number;
  nominal_C: number;
  /** A `.step` card says the temperature. */
  temperatureStepped?: boolean;
  gmin_S: number;
  /** Lengths on the cards of transistors and resistors are in this many metres: .option scale. */
  scale: number;
  /** LTspice's `startup`: sources rise from 0 in this time. */
  startup_s?: number;
  /** Of the first .tran card, from which sources take what they leave out. */
  transient?: { readonly step_s: number; readonly stop_s: number };
}

/** Values that replace those of a file while it is read, by the label of their axis (`StepAxis`). */
export type SteppedValues = ReadonlyMap<string, number>;

/** What all instances of a file share. */
export interface Reading {
  readonly circuit: SpiceCircuit;
  readonly dialect: DialectName;
  /** The name gnd is ground wherever it stands, even as a port. */
  readonly groundEverywhere: boolean;
  /** What its scopes share. */
  readonly names: FileNames;
  readonly settings: Settings;
  readonly globals: Set<string>;
  /** Whether an unsupported card is an error or is collected in `circuit.unsupported`. */
  readonly collectUnsupported: boolean;
  /** Values of what the file steps, where others than the first are wanted. */
  readonly stepped: SteppedValues;
  /** Elements of the file whose value a `.step` card gives. */
  readonly steppedElements: Map<string, { readonly value: number; taken: boolean }>;
  /** Names of all subcircuit instances so far. */
  readonly instances: Set<string>;
  /** Elements that a card names, to be looked for when all have been read. */
  readonly steering: NamedElement[];
  /** What ports of instances are joined to, by their full names: x1.out. */
  readonly portNodes: Map<string, string>;
  /** Elements whose current is asked for, by their full names. */
  readonly sensed: Set<string>;
  /** What is done when all elements have been read. */
  readonly finish: (() => void)[];
}

/** An element that a card names, and what it may be. */
export interface NamedElement {
  readonly source: string;
  readonly card: Card;
  readonly token: Token | undefined;
  readonly mayBe: readonly (abstract new (...fields: never[]) => NetlistElement)[];
  /** The same in words. */
  readonly what: string;
}

/** The name of the source of 0 V that measures an element's current, and of the node between the two: `r1#i`. */
export const senseOf = (element: string): string => `${element}#i`;

/** One place where cards are turned into elements: the file itself, or an instance of a subcircuit. */
export class Instance {
  readonly models = new Map<string, ModelCard>();
  /** Of the file itself: nodes as they are written, to the circuit's names. */
  private readonly nodeNames: Map<string, string> | undefined;

  constructor(
    readonly reading: Reading,
    readonly block: Block,
    readonly scope: Scope,
    /** `x1.x2.` for an instance in an instance; empty for the file. */
    readonly prefix: string,
    private readonly ports: ReadonlyMap<string, string>,
    /** The instance in whose text its subcircuit is defined. */
    readonly parent: Instance | undefined,
    readonly depth: number,
    /** How many of it stand side by side: m of its call, and of the calls around it. */
    readonly copies = 1,
    /** The card that calls it. */
    readonly calledBy?: Card,
  ) {
    this.nodeNames = prefix === '' ? new Map() : undefined;
  }

  /** The circuit's name of a node that is written here. */
  node(text: string): string {
    const known = this.nodeNames?.get(text);
    if (known !== undefined) return known;
    const name = this.nameOf(text);
    this.nodeNames?.set(text, name);
    return name;
  }

  private nameOf(text: string): string {
    const lower = this.nested(text.toLowerCase());
    // Only Xyce and PSpice have ports that are called gnd and are what they are joined to.
    const name = this.ports.has(lower) && !this.reading.groundEverywhere ? lower : nodeName(lower);
    if (name === '0') return name;
    const port = this.ports.get(name);
    if (port !== undefined) return port;
    return this.prefix === '' || this.reading.globals.has(name) ? name : this.prefix + name;
  }

  elementName(text: string): string {
    return this.prefix + this.nested(text);
  }

  /** A name in an instance, x1:a, as LTspice and Xyce write what ngspice calls x1.a. */
  private nested(text: string): string {
    return text.includes(':') && this.reading.dialect !== 'ngspice' ? text.replaceAll(':', '.') : text;
  }

  /** A probe's nodes or source in the circuit's names. */
  control(control: Control): Control {
    if ('time' in control) return control;
    return 'source' in control
      ? { source: this.measured(this.elementName(control.source)) }
      : { plus: this.node(control.plus), minus: this.node(control.minus) };
  }

  private measured(element: string): string {
    return this.reading.sensed.has(element) ? senseOf(element) : element;
  }

  /** The same with another node of the circuit in the place of one, at the same voltage. */
  renaming(outer: string, inner: string): Instance {
    const renamed = Object.create(this) as Instance;
    renamed.node = (text) => {
      const name = this.node(text);
      return name === outer ? inner : name;
    };
    return renamed;
  }

  /** The value that a `.step` card gives an element of the file. */
  steppedValue(card: Card): number | undefined {
    const found = this.prefix === '' ? this.reading.steppedElements.get(card.head) : undefined;
    if (found !== undefined) found.taken = true;
    return found?.value;
  }

  model(name: string): ModelCard | undefined {
    return this.models.get(name) ?? this.parent?.model(name);
  }

  subcircuit(name: string): { block: Block; home: Instance } | undefined {
    const block = this.block.subcircuits.get(name);
    if (block !== undefined) return { block, home: this };
    return this.parent?.subcircuit(name);
  }

  warn(card: Card, message: string, token?: Token): void {
    const place = placeText(card.place(token?.offset ?? 0));
    this.reading.circuit.warnings.push({ place, message });
  }

  /**
   * Reports what cannot be solved: an error, or an entry in the circuit's list.
   * @param ngspice whether the ngspice of --engine knows it
   */
  unsupported(card: Card, what: string, token?: Token, ngspice = this.reading.dialect === 'ngspice'): void {
    const message = ngspice ? `${what}; ngspice knows it (--engine ngspice)` : what;
    if (!this.reading.collectUnsupported) throw card.error('unsupported', message, token);
    const place = placeText(card.place(token?.offset ?? 0));
    this.reading.circuit.unsupported.push({ place, card: card.head, message, ngspice });
  }
}

/** Turns one card into an element. */
export type CardReader = (card: Card, instance: Instance) => void;
