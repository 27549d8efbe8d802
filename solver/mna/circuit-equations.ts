import {
  type Control,
  type ControlLaw,
  type EquationPort,
  ground,
  type Netlist,
  type Waveform,
} from '../../circuits/netlist/index.js';
import { inputError } from '../../core/index.js';
import type { ElementModel } from '../../devices/elements/index.js';

/** A two-terminal model between two nodes. Nodes count from 0, which is ground. */
export interface TwoTerminalRelation {
  readonly element: string;
  readonly from: number;
  readonly to: number;
  readonly model: ElementModel;
  readonly state: number;
}

export interface SourceRelation {
  readonly element: string;
  readonly from: number;
  readonly to: number;
  readonly source: Waveform;
}

/** A control with its nodes numbered, or the name of the element whose current steers. */
export type NumberedControl = { readonly plus: number; readonly minus: number } | { readonly source: string };

export interface ControlledRelation {
  readonly element: string;
  readonly from: number;
  readonly to: number;
  readonly controls: readonly NumberedControl[];
  readonly law: ControlLaw;
}

export interface ReactiveRelation {
  readonly element: string;
  readonly from: number;
  readonly to: number;
  /** F or H. */
  readonly value: number;
  readonly initial: number | undefined;
}

/** All relations of a netlist, nodes numbered. Node 0 is ground. */
export class CircuitEquations implements EquationPort {
  readonly nodeNames: string[] = [ground];
  readonly twoTerminals: TwoTerminalRelation[] = [];
  readonly currents: SourceRelation[] = [];
  readonly voltages: SourceRelation[] = [];
  readonly controlledCurrents: ControlledRelation[] = [];
  readonly controlledVoltages: ControlledRelation[] = [];
  readonly capacitors: ReactiveRelation[] = [];
  readonly inductors: ReactiveRelation[] = [];
  private readonly numbers = new Map<string, number>([[ground, 0]]);
  private describing = '';

  constructor(netlist: Netlist) {
    for (const element of netlist.elements) {
      this.describing = element.name;
      element.describe(this);
    }
    const owners = new Set(
      [...this.voltages, ...this.controlledVoltages, ...this.inductors].map((r) => r.element),
    );
    for (const relation of [...this.controlledCurrents, ...this.controlledVoltages]) {
      for (const control of relation.controls) {
        if ('source' in control && !owners.has(control.source)) {
          throw inputError(
            'netlist.control',
            `${relation.element} is steered by the current of ${control.source}, which is no voltage source of this circuit`,
          );
        }
      }
    }
  }

  get nodeCount(): number {
    return this.nodeNames.length;
  }

  nodeNumber(name: string): number | undefined {
    return this.numbers.get(name);
  }

  private node(name: string): number {
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.nodeNames.length;
      this.numbers.set(name, number);
      this.nodeNames.push(name);
    }
    return number;
  }

  internalNode(name: string): string {
    return `${this.describing}#${name}`;
  }

  twoTerminal(from: string, to: string, model: ElementModel, state: number): void {
    const element = this.describing;
    this.twoTerminals.push({ element, from: this.node(from), to: this.node(to), model, state });
  }

  current(from: string, to: string, source: Waveform): void {
    this.currents.push({ element: this.describing, from: this.node(from), to: this.node(to), source });
  }

  voltage(plus: string, minus: string, source: Waveform): void {
    this.voltages.push({ element: this.describing, from: this.node(plus), to: this.node(minus), source });
  }

  controlledCurrent(from: string, to: string, controls: readonly Control[], law: ControlLaw): void {
    this.controlledCurrents.push(this.controlled(from, to, controls, law));
  }

  controlledVoltage(plus: string, minus: string, controls: readonly Control[], law: ControlLaw): void {
    this.controlledVoltages.push(this.controlled(plus, minus, controls, law));
  }

  private controlled(
    from: string,
    to: string,
    controls: readonly Control[],
    law: ControlLaw,
  ): ControlledRelation {
    const numbered = controls.map((control) =>
      'source' in control ? control : { plus: this.node(control.plus), minus: this.node(control.minus) },
    );
    return { element: this.describing, from: this.node(from), to: this.node(to), controls: numbered, law };
  }

  capacitor(a: string, b: string, capacitance_F: number, initial_V?: number): void {
    this.capacitors.push(this.reactive(a, b, capacitance_F, initial_V));
  }

  inductor(a: string, b: string, inductance_H: number, initial_A?: number): void {
    this.inductors.push(this.reactive(a, b, inductance_H, initial_A));
  }

  private reactive(a: string, b: string, value: number, initial: number | undefined): ReactiveRelation {
    return { element: this.describing, from: this.node(a), to: this.node(b), value, initial };
  }
}
