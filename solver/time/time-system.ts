import type { CircuitEquations } from '../equations/index.js';
import {
  CircuitSystem,
  chooseUnknowns,
  type EquationPart,
  type EquationParts,
  fullCircuit,
  type Unknowns,
} from '../equations/index.js';
import { isCapacitance, LinearCharges } from './linear-charges.js';
import { MovingStates, moves } from './moving-states.js';
import { PathCharges } from './path-charges.js';
import { type StoredLaw, StoredLaws } from './stored-laws.js';
import { type AbsoluteTolerances, Stores } from './stores.js';

interface StoringPart extends EquationPart {
  readonly count: number;
  readonly nonlinear: boolean;
  evaluate(x: Float64Array): boolean;
}

/** A circuit's equations with everything that it stores: F(x, t) + d/dt Q(x) = 0, at one time and one stage of a method. */
export class TimeSystem {
  readonly circuit: CircuitSystem;
  readonly unknowns: Unknowns;
  readonly stores = new Stores();
  /** One Newton step solves a stage. */
  readonly linear: boolean;
  states!: MovingStates;
  private laws!: StoredLaws;
  private charges!: LinearCharges;
  private paths!: PathCharges;
  private parts: readonly StoringPart[] = [];
  /** Sources that change in time. */
  private readonly movingVoltages: readonly number[];
  private readonly movingCurrents: readonly number[];

  constructor(
    readonly equations: CircuitEquations,
    tolerances: AbsoluteTolerances,
  ) {
    this.unknowns = chooseUnknowns(equations);
    const parts: EquationParts = {
      owns: moves,
      partsOf: (matrix, unknowns) => {
        const { stores } = this;
        const capacitances = equations.charges.filter(isCapacitance);
        this.charges = new LinearCharges(capacitances, stores, unknowns, matrix, equations.integralNodes);
        this.laws = new StoredLaws(storedLaws(equations, unknowns), stores, unknowns, matrix);
        this.paths = new PathCharges(equations.capacitances, stores, unknowns, matrix);
        this.states = new MovingStates(equations.twoTerminals.filter(moves), stores, unknowns, matrix);
        stores.allocate();
        this.parts = [this.charges, this.laws, this.paths, this.states].filter((part) => part.count > 0);
        return this.parts;
      },
    };
    this.circuit = new CircuitSystem(equations, this.unknowns, parts);
    this.linear = !this.circuit.isNonlinear && this.parts.every((part) => !part.nonlinear);
    const changing = (all: CircuitEquations['voltages']): number[] =>
      [...all.keys()].filter((k) => all[k].source.still !== true);
    this.movingVoltages = changing(equations.voltages);
    this.movingCurrents = changing(equations.currents);
    this.charges.begin(tolerances.voltage_V);
    this.laws.begin(tolerances.voltage_V, tolerances.current_A);
    this.paths.begin(tolerances.voltage_V);
    this.states.begin(tolerances.state);
    const { charge_C } = tolerances;
    if (charge_C !== undefined) this.stores.ceiling.fill(charge_C, 0, this.states.firstStore);
  }

  /** Sources and laws of the time as they are at `time_s`; known nodes of x follow. */
  setTime(time_s: number, x: Float64Array): void {
    const { circuit, equations } = this;
    circuit.time_s = time_s;
    this.laws.time_s = time_s;
    for (const k of this.movingVoltages) circuit.voltage_V[k] = equations.voltages[k].source.at(time_s);
    for (const k of this.movingCurrents) circuit.current_A[k] = equations.currents[k].source.at(time_s);
    circuit.setKnown(x, 1);
  }

  /** What is stored at x. @returns false where something is not finite: `failingElement` says which */
  evaluate(x: Float64Array): boolean {
    for (const part of this.parts) {
      if (part.evaluate(x)) continue;
      this.circuit.failingElement = part.failingElement;
      return false;
    }
    return true;
  }

  /** Charges that say at which voltage they start have it, whatever x says. */
  startCharged(): void {
    this.charges.startCharged();
    this.laws.startCharged();
  }

  /** A step has come to x, at which the stores were evaluated. */
  anchor(x: Float64Array): void {
    this.paths.anchor(x);
  }

  /** Residual and Jacobian at x, as `CircuitSystem.assemble`. */
  assemble(x: Float64Array, slopes = true): number {
    return this.circuit.assemble(x, fullCircuit, slopes);
  }

  /** Name of what stands at a position of x. */
  nameAt(at: number): string {
    const { position, branchOf } = this.unknowns;
    const node = position.indexOf(at);
    if (node >= 0) return `node ${this.equations.nodeNames[node]}`;
    for (const [name, branch] of branchOf) if (branch === at) return name;
    return '';
  }
}

/** Charges that are no mere capacitances, fluxes, and fluxes added to others, each with the rows it goes into. */
function storedLaws(equations: CircuitEquations, unknowns: Unknowns): StoredLaw[] {
  const { position, branchOf } = unknowns;
  const ofFlux = (element: string) => ({ add: branchOf.get(element)!, take: 0, sign: -1 as const });
  return [
    ...equations.charges
      .filter((charge) => !isCapacitance(charge))
      .map(
        (charge): StoredLaw => ({
          ...charge,
          add: position[charge.from],
          take: position[charge.to],
          sign: 1,
          asRate: equations.followingNodes.has(charge.to),
          ...(charge.initial === undefined ? {} : { initial_V: charge.initial }),
        }),
      ),
    ...equations.fluxes.map((flux): StoredLaw => ({ ...flux, ...ofFlux(flux.element) })),
    ...equations.linkages.map((linkage): StoredLaw => ({ ...linkage, ...ofFlux(linkage.onto) })),
  ];
}
