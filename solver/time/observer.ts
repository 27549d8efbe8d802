import { CircuitNames } from '../equations/index.js';
import type { TimeSystem } from './time-system.js';

/** What is read off a circuit at one time: node voltages, currents of sources and inductors, states of elements. */
export class Observer {
  readonly nodes: readonly string[];
  readonly currents: readonly string[];
  readonly states: readonly string[];
  private readonly positions: Int32Array;
  private readonly names: CircuitNames;

  constructor(private readonly system: TimeSystem) {
    this.names = new CircuitNames(system.circuit);
    this.nodes = this.names.nodes.map(([name]) => name);
    this.positions = Int32Array.from(this.names.nodes, ([, at]) => at);
    this.currents = this.names.currents;
    const { states, stores } = system;
    this.states = stores.names.slice(states.firstStore, states.firstStore + states.count);
  }

  get columns(): number {
    return this.nodes.length + this.currents.length + this.states.length;
  }

  /** Everything at x, at which the present stage was solved. */
  read(x: Float64Array, into: Float64Array): void {
    const { system, positions } = this;
    for (let k = 0; k < positions.length; k++) into[k] = x[positions[k]];
    this.names.currentsAt(x, into.subarray(positions.length, positions.length + this.currents.length));
    const { firstStore } = system.states;
    const from = positions.length + this.currents.length;
    for (let k = 0; k < this.states.length; k++) into[from + k] = system.stores.value[firstStore + k];
  }

  /** A curve between points may stray past a bound that the state stands at. */
  holdStates(row: Float64Array): void {
    const from = row.length - this.states.length;
    this.system.states.bounds.forEach(({ low, high }, k) => {
      row[from + k] = Math.min(high, Math.max(low, row[from + k]));
    });
  }
}
