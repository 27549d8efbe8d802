import { crossbarSizes, type WiredNetwork } from '../../circuits/wired/index.js';
import type { ParameterValues } from '../../devices/contract/index.js';
import { solveCholesky } from '../dense/index.js';
import { restOf } from '../layered/index.js';

/** One sample of a wired network: what is in it and what is put in. */
export interface WiredSample {
  /** Groups `g1` [nodes before × nodes], S, and `b1` [nodes], A, … */
  readonly parameters: ParameterValues;
  /** Input signals before doubling and gain, V. */
  readonly inputs_V: ArrayLike<number>;
  /** A conductance β from each output to a source at its target, S and V. */
  readonly nudge?: { readonly beta: number; readonly targets: ArrayLike<number> };
}

/** Node voltages of one sample. */
export interface WiredVoltages {
  /** [n_l] a layer, V. */
  readonly units: readonly Float64Array[];
  /** Drop across each cell, word line less bit line, [rows × columns] a crossbar, V. */
  readonly drops: readonly Float64Array[];
}

/** A branch between two nodes; ground is node 0. */
type Branch = readonly [from: number, to: number, conductance_S: number];

/** Rounds of holding and releasing diodes. */
const MAX_ROUNDS = 200;

/**
 * The plain, slow answer to check others by: nodal equations of every node of the whole circuit, dense, with nothing of what crossbars
 * or layers have of structure. Ideal diodes are held or let go until all are right. For some hundred nodes.
 */
export class WiredReference {
  private readonly parent: number[] = [0];
  private readonly branches: Branch[] = [];
  private readonly wordNodes: number[][] = [];
  private readonly bitNodes: number[][] = [];
  private readonly sourceNodes: number[];
  private readonly unitNodes: number[][];

  constructor(
    private readonly wired: WiredNetwork,
    private readonly sample: WiredSample,
  ) {
    const { layered, wires } = wired;
    this.sourceNodes = Array.from({ length: 2 * layered.inputs }, () => this.node());
    this.unitNodes = layered.layers.map((size) => Array.from({ length: size }, () => this.node()));
    for (const [l, { rows, columns }] of crossbarSizes(layered).entries()) {
      const word = Array.from({ length: rows * columns }, () => this.node());
      const bit = Array.from({ length: rows * columns }, () => this.node());
      const before = l === 0 ? this.sourceNodes : this.unitNodes[l - 1];
      for (let i = 0; i < rows; i++) {
        this.wire(before[i], word[i * columns], wires.driver_ohm + wires.firstRow_ohm);
        for (let j = 1; j < columns; j++)
          this.wire(word[i * columns + j - 1], word[i * columns + j], wires.row_ohm);
      }
      for (let j = 0; j < columns; j++) {
        for (let i = 1; i < rows; i++)
          this.wire(bit[(i - 1) * columns + j], bit[i * columns + j], wires.column_ohm);
        this.wire(
          bit[(rows - 1) * columns + j],
          this.unitNodes[l][j],
          wires.sense_ohm + wires.lastColumn_ohm,
        );
      }
      for (const [k, g] of sample.parameters[`g${l + 1}`].entries()) this.branches.push([word[k], bit[k], g]);
      this.wordNodes.push(word);
      this.bitNodes.push(bit);
    }
  }

  /** The sample at rest. */
  solve(): WiredVoltages {
    return this.drawn(this.rest().volts);
  }

  /**
   * Gradient of a cost by implicit differentiation over every node, as `AnalogDevice.exactGradient` names it.
   * @param costSlope ∂C/∂v at the outputs
   */
  gradient(costSlope: ArrayLike<number>): Record<string, Float64Array> {
    const { volts, held } = this.rest();
    const slopes = new Map(this.unitNodes.at(-1)!.map((node, k) => [this.root(node), costSlope[k]]));
    const grounded = new Map([...held.keys()].map((node) => [node, 0]));
    const adjoint = this.linear(grounded, (node) => slopes.get(node) ?? 0);
    const there = this.drawn(volts);
    const { units, drops } = this.drawn(adjoint);
    return Object.fromEntries(
      drops.flatMap((drop, l) => [
        [`g${l + 1}`, drop.map((d, k) => -d * there.drops[l][k])],
        [`b${l + 1}`, units[l]],
      ]),
    );
  }

  private rest(): { volts: Float64Array; held: Map<number, number> } {
    const { layered } = this.wired;
    const { inputs, inputGain } = layered;
    const sources = new Map<number, number>([[0, 0]]);
    for (const [i, node] of this.sourceNodes.entries()) {
      const signal = this.sample.inputs_V[i % inputs];
      sources.set(this.root(node), (i < inputs ? 1 : -1) * inputGain * signal);
    }
    const currents = new Map<number, number>();
    for (const [l, nodes] of this.unitNodes.entries()) {
      for (const [j, node] of nodes.entries())
        currents.set(this.root(node), this.sample.parameters[`b${l + 1}`][j]);
    }
    const { nudge } = this.sample;
    const nudged: Branch[] = [];
    if (nudge !== undefined) {
      for (const [k, node] of this.unitNodes.at(-1)!.entries()) {
        nudged.push([node, 0, nudge.beta]);
        const root = this.root(node);
        currents.set(root, (currents.get(root) ?? 0) + nudge.beta * nudge.targets[k]);
      }
    }
    this.branches.push(...nudged);
    try {
      const held = new Map<number, number>();
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const known = new Map([...sources, ...held]);
        const volts = this.linear(known, (node) => currents.get(node) ?? 0);
        if (!this.changeDiodes(volts, held, currents)) return { volts, held: known };
      }
      throw new Error('the diodes of the reference do not come to rest');
    } finally {
      this.branches.length -= nudged.length;
    }
  }

  /** Holds units beyond their diodes and lets go those that are pulled away from them. */
  private changeDiodes(
    volts: Float64Array,
    held: Map<number, number>,
    currents: ReadonlyMap<number, number>,
  ): boolean {
    let changed = false;
    for (const [l, nodes] of this.unitNodes.entries()) {
      for (const [j, node] of nodes.entries()) {
        const { low, high } = restOf(this.wired.layered, l, j);
        const root = this.root(node);
        const v = volts[root];
        if (!held.has(root)) {
          if (v >= low && v <= high) continue;
          held.set(root, v < low ? low : high);
          changed = true;
          continue;
        }
        const into = (currents.get(root) ?? 0) + this.inflow(root, volts);
        if (v === low ? into > 0 : into < 0) {
          held.delete(root);
          changed = true;
        }
      }
    }
    return changed;
  }

  private inflow(node: number, volts: Float64Array): number {
    let sum = 0;
    for (const [from, to, g] of this.branches) {
      const [a, b] = [this.root(from), this.root(to)];
      if (a === node) sum += g * (volts[b] - volts[a]);
      if (b === node) sum += g * (volts[a] - volts[b]);
    }
    return sum;
  }

  /** Voltages of all nodes, [root] those that count, given some of them and currents into the others. */
  private linear(known: ReadonlyMap<number, number>, current: (node: number) => number): Float64Array {
    const unknown = this.parent.map((_, k) => k).filter((k) => this.root(k) === k && !known.has(k));
    const place = new Map(unknown.map((node, k) => [node, k]));
    const n = unknown.length;
    const matrix = new Float64Array(n * n);
    const rhs = Float64Array.from(unknown, current);
    for (const [from, to, g] of this.branches) {
      for (const [here, there] of [
        [this.root(from), this.root(to)],
        [this.root(to), this.root(from)],
      ]) {
        const row = place.get(here);
        if (row === undefined || here === there) continue;
        matrix[row * n + row] += g;
        const column = place.get(there);
        if (column === undefined) rhs[row] += g * (known.get(there) ?? 0);
        else matrix[row * n + column] -= g;
      }
    }
    solveCholesky(matrix, rhs, n);
    const volts = new Float64Array(this.parent.length);
    for (const [node, v] of known) volts[node] = v;
    for (const [k, node] of unknown.entries()) volts[node] = rhs[k];
    return volts;
  }

  private drawn(volts: Float64Array): WiredVoltages {
    const at = (node: number) => volts[this.root(node)];
    return {
      units: this.unitNodes.map((nodes) => Float64Array.from(nodes, at)),
      drops: this.wordNodes.map((nodes, l) =>
        Float64Array.from(nodes, (node, k) => at(node) - at(this.bitNodes[l][k])),
      ),
    };
  }

  private node(): number {
    return this.parent.push(this.parent.length) - 1;
  }

  private wire(a: number, b: number, ohm: number): void {
    if (ohm > 0) this.branches.push([a, b, 1 / ohm]);
    else this.parent[this.root(b)] = this.root(a);
  }

  private root(node: number): number {
    let at = node;
    while (this.parent[at] !== at) at = this.parent[at];
    return at;
  }
}
