import type { Netlist } from '../../circuits/netlist/index.js';
import { inputError } from '../../core/index.js';
import {
  CircuitEquations,
  CircuitNames,
  CircuitSystem,
  chooseUnknowns,
  fullCircuit,
  refuseUnsolvable,
} from '../equations/index.js';
import { gminStepping, shiftedStarts, sourceStepping } from './continuation.js';
import { defaultLimits, type NewtonLimits, type NewtonReport, newton } from './newton.js';
import { pseudoTransient } from './pseudo-transient.js';
import { type Solution, valuesAt } from './solution.js';
import type { SolveStats } from './statuses.js';

/** Rounds in which switches may turn while an operating point is sought, and two more for each. */
const MOST_TURNS = 20;

/**
 * A circuit compiled once and solved many times: values of resistors, sources and states change between solves; the
 * structure, the pivot order and the last solution (from which the next solve starts) are kept.
 *
 * Names are looked up once (`conductanceIndex`, `sourceIndex`, `nodeIndex`); set and read by index in a hot loop.
 */
export class OperatingPointSolver {
  private readonly equations: CircuitEquations;
  private readonly circuit: CircuitSystem;
  private readonly x: Float64Array;
  private readonly step: Float64Array;
  private readonly limits: NewtonLimits;
  private readonly newtonReport: NewtonReport = {
    end: 'not-settled',
    iterations: 0,
    worst: -1,
    limited: false,
  };
  private readonly startVoltages_V: ReadonlyMap<string, number>;
  private readonly names: CircuitNames;
  private warm = false;
  /** Switches stay as they start, whatever steers them. */
  switchesHeld = false;

  /**
   * @param equations of this netlist at rest, where they are there already
   * @throws OhmpropError when nodes float or voltage sources form a loop, naming them
   */
  constructor(
    netlist: Netlist,
    limits: Partial<NewtonLimits> = {},
    equations: CircuitEquations = new CircuitEquations(netlist),
  ) {
    this.limits = { ...defaultLimits, ...limits };
    this.startVoltages_V = netlist.startVoltages_V;
    this.equations = equations;
    refuseUnsolvable(this.equations);
    this.circuit = new CircuitSystem(this.equations, chooseUnknowns(this.equations));
    this.names = new CircuitNames(this.circuit);
    this.x = new Float64Array(this.circuit.unknowns.length);
    this.step = new Float64Array(this.circuit.system.size);
  }

  /** Unknowns of the equations, after known nodes were eliminated. */
  get size(): number {
    return this.circuit.system.size;
  }

  get method(): 'dense' | 'sparse' {
    return this.circuit.system.method;
  }

  nodeIndex(node: string): number {
    const number = this.equations.nodeNumber(node.toLowerCase());
    if (number === undefined) throw inputError('circuit.node', `the circuit has no node ${node}`);
    return this.circuit.unknowns.position[number];
  }

  /** Index of a linear two-terminal element: a resistor, or a memristor at its state. */
  conductanceIndex(element: string): number {
    return indexOf(this.circuit.conductanceNames, element, 'linear two-terminal element');
  }

  voltageSourceIndex(element: string): number {
    const names = this.equations.voltages.map((r) => r.element);
    return indexOf(names, element, 'voltage source');
  }

  currentSourceIndex(element: string): number {
    const names = this.equations.currents.map((r) => r.element);
    return indexOf(names, element, 'current source');
  }

  setConductance_S(index: number, conductance_S: number): void {
    if (!Number.isFinite(conductance_S)) {
      throw inputError(
        'circuit.value',
        `${this.circuit.conductanceNames[index]}: conductance ${conductance_S} S`,
      );
    }
    this.circuit.conductance_S[index] = conductance_S;
    this.circuit.touch();
  }

  setResistance_ohm(index: number, resistance_ohm: number): void {
    if (resistance_ohm === 0) {
      const name = this.circuit.conductanceNames[index];
      throw inputError('circuit.value', `${name}: 0 Ω has no finite conductance; use a small resistance`);
    }
    this.setConductance_S(index, 1 / resistance_ohm);
  }

  setVoltage_V(index: number, voltage_V: number): void {
    this.circuit.voltage_V[index] = finite(voltage_V, 'V');
  }

  /**
   * Changes a value by name: a voltage source's V, a current source's A, or a resistor's Ω. For sweeps; in a hot loop
   * look the index up once instead.
   */
  setter(element: string): (value: number) => void {
    const name = element.toLowerCase();
    const voltage = this.equations.voltages.findIndex((r) => r.element === name);
    if (voltage >= 0) return (value) => this.setVoltage_V(voltage, value);
    const current = this.equations.currents.findIndex((r) => r.element === name);
    if (current >= 0) return (value) => this.setCurrent_A(current, value);
    const conductance = this.circuit.conductanceNames.indexOf(name);
    if (conductance >= 0) return (value) => this.setResistance_ohm(conductance, value);
    throw inputError('circuit.element', `the circuit has no source or resistor named ${element} to be swept`);
  }

  setCurrent_A(index: number, current_A: number): void {
    this.circuit.current_A[index] = finite(current_A, 'A');
  }

  /** Forgets the last solution: the next solve starts from 0 V everywhere. */
  coldStart(): void {
    this.warm = false;
    this.circuit.resetSwitches();
  }

  /** Settles at the present values, from the last solution if there is one, and reads everything. */
  solve(): Solution {
    const { status, stats } = this.settle();
    return { value: valuesAt(this.names, this.x), status, stats };
  }

  /** The same where single voltages are read by `voltage_V` afterwards: for hot loops. */
  settle(): Omit<Solution, 'value'> {
    this.newtonReport.iterations = 0;
    const found = this.settleOnce();
    return this.circuit.switches.count === 0 || this.switchesHeld ? found : this.settleSwitches(found);
  }

  /** Switches turn where the point asks them to, and it is sought again, until they stay. */
  private settleSwitches(first: Omit<Solution, 'value'>): Omit<Solution, 'value'> {
    const { circuit } = this;
    let found = first;
    for (let round = 0; found.status === 'settled'; round++) {
      const turned = circuit.turnSwitches(this.x);
      if (turned < 0) return found;
      if (round > MOST_TURNS + 2 * circuit.switches.count) {
        this.warm = false;
        const worst = circuit.switches.name(turned);
        return { status: 'not-settled', stats: { ...found.stats, residual_A: Number.NaN, worst } };
      }
      found = this.settleOnce();
    }
    return found;
  }

  private settleOnce(): Omit<Solution, 'value'> {
    const { circuit, x, step, limits, newtonReport: report } = this;
    if (!this.warm) this.startCold();
    circuit.setKnown(x, 1);
    let strategy: SolveStats['strategy'] = 'newton';
    let end = newton(circuit, x, step, fullCircuit, limits, report);
    if (end === 'not-finite') end = shiftedStarts(circuit, x, step, limits, report);
    if (end !== 'settled' && circuit.isNonlinear) {
      strategy = 'gmin-stepping';
      end = gminStepping(circuit, x, step, limits, report);
      if (end !== 'settled') {
        strategy = 'source-stepping';
        end = sourceStepping(circuit, x, step, limits, report);
        if (end !== 'settled') {
          strategy = 'pseudo-transient';
          end = pseudoTransient(circuit, x, step, limits, report);
        }
      }
    }
    this.warm = end === 'settled';
    // The residual at the answer, for the report and for the currents of eliminated sources.
    const residual_A = end === 'settled' ? this.kirchhoff() : Number.NaN;
    // A conductance and a voltage may both be finite, and their product not.
    if (!Number.isFinite(residual_A) && end === 'settled') {
      end = 'not-finite';
      this.warm = false;
    }
    const worst = end === 'settled' ? '' : this.failingElement();
    return {
      status: end,
      stats: { iterations: report.iterations, residual_A, strategy, worst },
    };
  }

  private startCold(): void {
    const { circuit, x } = this;
    x.fill(0);
    circuit.junctionVoltage_V.fill(0);
    if (this.startVoltages_V.size === 0) return;
    for (const [node, voltage_V] of this.startVoltages_V) {
      const number = this.equations.nodeNumber(node);
      if (number !== undefined) x[circuit.unknowns.position[number]] = voltage_V;
    }
    circuit.restartJunctions(x);
  }

  private kirchhoff(): number {
    const { circuit, x } = this;
    circuit.assemble(x, fullCircuit);
    const { first } = circuit.unknowns;
    let largest = 0;
    const nodeEnd = this.equations.nodeCount;
    for (let position = first; position < nodeEnd; position++) {
      const size = Math.abs(circuit.residual[position]);
      if (size > largest) largest = size;
    }
    let known = 0;
    for (let position = 0; position < first; position++) known += 0 * circuit.residual[position];
    return largest + known;
  }

  private failingElement(): string {
    const { end, worst, limited } = this.newtonReport;
    if (end === 'not-finite' || (limited && worst < 0)) return this.circuit.failingElement;
    if (worst < 0) return '';
    const { position, branchOf } = this.circuit.unknowns;
    const node = position.indexOf(worst);
    if (node >= 0) return `node ${this.equations.nodeNames[node]}`;
    for (const [name, branch] of branchOf) if (branch === worst) return name;
    return '';
  }

  /** Name and index of every node, ground left out. */
  nodes(): readonly (readonly [name: string, index: number])[] {
    return this.names.nodes;
  }

  /** Voltage at a node of index `nodeIndex(…)` after the last solve, V. */
  voltage_V(nodeIndex: number): number {
    return this.x[nodeIndex];
  }
}

function indexOf(names: readonly string[], element: string, what: string): number {
  const index = names.indexOf(element.toLowerCase());
  if (index < 0) throw inputError('circuit.element', `the circuit has no ${what} named ${element}`);
  return index;
}

function finite(value: number, unit: string): number {
  if (!Number.isFinite(value))
    throw inputError('circuit.value', `a source needs a finite value, got ${value} ${unit}`);
  return value;
}
