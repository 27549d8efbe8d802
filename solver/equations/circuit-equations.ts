import {
  type Control,
  type ControlLaw,
  constant,
  type EquationPort,
  ground,
  type Law,
  linearGain,
  type Netlist,
  type SwitchRelation,
  type Waveform,
} from '../../circuits/netlist/index.js';
import { inputError } from '../../core/index.js';
import { type ElementModel, Resistor } from '../../devices/elements/index.js';

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

/** A control with its nodes numbered, the name of the element whose current steers, or the time. */
export type NumberedControl =
  | { readonly plus: number; readonly minus: number }
  | { readonly source: string }
  | { readonly time: true };

export interface ControlledRelation {
  readonly element: string;
  readonly from: number;
  readonly to: number;
  readonly controls: readonly NumberedControl[];
  readonly law: ControlLaw;
}

/** A charge, C, or a flux, Wb, as a function of its controls, between two nodes. */
export interface StoredRelation {
  readonly element: string;
  readonly from: number;
  readonly to: number;
  readonly controls: readonly NumberedControl[];
  readonly law: Law;
  /** Voltage of a charge or current of a flux at the start of a transient that asks for it, V or A. */
  readonly initial: number | undefined;
  /** Nobody gave it: a voltage at which a charge starts because nothing else is said. */
  readonly presumed?: true;
}

/** A flux that is added to that of the element `onto`. */
export interface LinkageRelation {
  readonly element: string;
  readonly onto: string;
  readonly controls: readonly NumberedControl[];
  readonly law: Law;
}

/** A switch between two nodes, its control's nodes numbered. */
export interface NumberedSwitch extends Omit<SwitchRelation, 'control'> {
  readonly element: string;
  readonly from: number;
  readonly to: number;
  readonly controls: readonly NumberedControl[];
}

/** All relations of a netlist, nodes numbered. Node 0 is ground. */
export class CircuitEquations implements EquationPort {
  readonly nodeNames: string[] = [ground];
  readonly twoTerminals: TwoTerminalRelation[] = [];
  readonly currents: SourceRelation[] = [];
  readonly voltages: SourceRelation[] = [];
  readonly controlledCurrents: ControlledRelation[] = [];
  readonly controlledVoltages: ControlledRelation[] = [];
  readonly switches: NumberedSwitch[] = [];
  readonly charges: StoredRelation[] = [];
  readonly capacitances: StoredRelation[] = [];
  readonly fluxes: StoredRelation[] = [];
  readonly linkages: LinkageRelation[] = [];
  /** Nodes whose values are integrals, in any unit, and nodes that merely follow from others: neither has a voltage's tolerance. */
  readonly integralNodes = new Set<number>();
  readonly followingNodes = new Set<number>();
  private readonly numbers = new Map<string, number>([[ground, 0]]);
  private describing = '';

  /** @param moving integrals move; else they are held at their initial values, as at an operating point */
  constructor(
    netlist: Netlist,
    private readonly moving = false,
  ) {
    for (const element of netlist.elements) {
      this.describing = element.name;
      element.describe(this);
    }
    this.requireOwners();
  }

  /** @throws `netlist.control` where a current steers that is no unknown, or a flux is added where there is none */
  private requireOwners(): void {
    const fluxes = new Set(this.fluxes.map((r) => r.element));
    const owners = new Set([
      ...[...this.voltages, ...this.controlledVoltages].map((r) => r.element),
      ...fluxes,
    ]);
    const steered = [
      ...[...this.controlledCurrents, ...this.controlledVoltages],
      ...this.switches,
      ...[...this.charges, ...this.capacitances, ...this.fluxes, ...this.linkages],
    ];
    for (const { element, controls } of steered) {
      for (const control of controls) {
        if ('source' in control && !owners.has(control.source)) {
          throw inputError(
            'netlist.control',
            `${element} is steered by the current of ${control.source}, which is no voltage source of this circuit`,
          );
        }
      }
    }
    for (const { element, onto } of this.linkages) {
      if (!fluxes.has(onto)) {
        throw inputError(
          'netlist.control',
          `${element} couples ${onto}, which is no inductor of this circuit`,
        );
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
    const numbered = this.numbered(controls);
    return { element: this.describing, from: this.node(from), to: this.node(to), controls: numbered, law };
  }

  private numbered(controls: readonly Control[]): NumberedControl[] {
    return controls.map((control) =>
      'plus' in control ? { plus: this.node(control.plus), minus: this.node(control.minus) } : control,
    );
  }

  switched(from: string, to: string, { control, ...relation }: SwitchRelation): void {
    const controls = this.numbered([control]);
    const [a, b] = [this.node(from), this.node(to)];
    this.switches.push({ element: this.describing, from: a, to: b, controls, ...relation });
  }

  charge(from: string, to: string, controls: readonly Control[], law: Law, initial_V?: number): void {
    this.charges.push(this.stored(from, to, controls, law, initial_V));
  }

  capacitance(from: string, to: string, controls: readonly Control[], law: Law): void {
    this.capacitances.push(this.stored(from, to, controls, law, undefined));
  }

  flux(plus: string, minus: string, controls: readonly Control[], law: Law, initial_A?: number): void {
    this.fluxes.push(this.stored(plus, minus, controls, law, initial_A));
  }

  linkage(onto: string, controls: readonly Control[], law: Law): void {
    this.linkages.push({ element: this.describing, onto, controls: this.numbered(controls), law });
  }

  integral(node: string, controls: readonly Control[], law: ControlLaw, initial: number): void {
    if (this.moving) {
      this.charge(node, ground, [{ plus: node, minus: ground }], linearGain(1), initial);
      this.controlledCurrent(ground, node, controls, law);
    } else {
      this.twoTerminal(node, ground, Resistor.ofResistance(1), 0);
      this.current(ground, node, constant(initial));
    }
    this.integralNodes.add(this.node(node));
  }

  follows(node: string): void {
    this.followingNodes.add(this.node(node));
  }

  private stored(
    a: string,
    b: string,
    controls: readonly Control[],
    law: Law,
    initial: number | undefined,
  ): StoredRelation {
    const [from, to] = [this.node(a), this.node(b)];
    return { element: this.describing, from, to, controls: this.numbered(controls), law, initial };
  }
}
