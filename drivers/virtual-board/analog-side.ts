import { RandomStream } from '../../core/index.js';
import { type BoardCircuit, type BoardParts, converted_V, countOf } from '../../devices/boards/index.js';

/** Slowest time constant of a node: some 12 kΩ against 1.2 nF of pot terminals. */
const timeConstant_seconds = 12e-6;

/**
 * The network between the converters: pots and sources as the digital parts have set them, node voltages as the circuit
 * answers. The circuit is asked only when somebody reads a node after a change; nodes creep towards its answer with one
 * time constant, so a firmware that does not wait reads what a real one would.
 */
export class AnalogSide {
  readonly resistance_ohm: Float64Array;
  readonly source_V: Float64Array;
  /** Operating points that were solved. */
  solves = 0;
  private readonly target_V: Float64Array;
  private readonly before_V: Float64Array;
  private changed = true;
  private changedAt_seconds = 0;
  private readonly random: RandomStream;

  constructor(
    readonly parts: BoardParts,
    private readonly circuit: BoardCircuit,
    seed: number,
    private readonly now_seconds: () => number,
  ) {
    this.resistance_ohm = new Float64Array(circuit.pots).fill(Number.POSITIVE_INFINITY);
    this.source_V = new Float64Array(circuit.sources);
    this.target_V = new Float64Array(circuit.nodes);
    this.before_V = new Float64Array(circuit.nodes);
    this.random = new RandomStream(seed, 'board/noise');
  }

  setPot(pot: number, resistance_ohm: number): void {
    if (this.resistance_ohm[pot] === resistance_ohm) return;
    this.change();
    this.resistance_ohm[pot] = resistance_ohm;
  }

  setSource(source: number, value_V: number): void {
    if (this.source_V[source] === value_V) return;
    this.change();
    this.source_V[source] = value_V;
  }

  /** Present potential of a node above the middle, V. */
  node_V(node: number): number {
    if (this.changed) {
      this.circuit.solve(this.resistance_ohm, this.source_V, this.target_V);
      this.solves++;
      this.changed = false;
    }
    return this.creep(node);
  }

  /** One conversion of a node. */
  count(node: number): number {
    const { readers, noise_V, profile } = this.parts;
    const seen_V = converted_V(readers[node], this.node_V(node), profile.middle_V);
    return countOf(profile, seen_V + noise_V * this.random.normal());
  }

  private creep(node: number): number {
    const elapsed = this.now_seconds() - this.changedAt_seconds;
    const left = Math.exp(-elapsed / timeConstant_seconds);
    const target = this.target_V[node];
    return target + (this.before_V[node] - target) * left;
  }

  private change(): void {
    if (!this.changed) {
      for (let n = 0; n < this.before_V.length; n++) this.before_V[n] = this.creep(n);
      this.changed = true;
    }
    this.changedAt_seconds = this.now_seconds();
  }
}
