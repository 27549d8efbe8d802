import type { CrossbarCells, CrossbarCircuit } from '../../circuits/crossbar/index.js';
import type { ElementModel } from '../../devices/elements/index.js';
import {
  CrossbarArena,
  type CrossbarKernel,
  CrossbarNetwork,
  CrossbarWork,
  crossbarBytes,
  layCells,
  layTape,
  searchBytes,
  type Tape,
  tapeBytes,
  tapeOf,
} from '../../kernels/index.js';
import { type CellLaw, cellLaw, cellPoint } from './cell-law.js';
import { buildCoarseOperator } from './coarse-grid.js';
import type { CrossbarMemory } from './memory.js';
import { type CrossbarPlan, setTerminals } from './prepare.js';
import type { Scaling } from './scaling.js';

/** A tangent is at least this share of the largest one, so that no line is cut off from all others. */
const LEAST_SHARE = 1e-14;
/** Arrays over the cells beside those of linear cells: current sources and states; of pairs, where the voltage is divided. */
const MORE_ARRAYS = 2;
const PAIR_ARRAYS = 3;

/** What taking tangents found: A. */
export interface Tangents {
  readonly largest_A: number;
  /** How far currents lie from the tangents before. */
  readonly apart_A: number;
}

/**
 * Cells with models in the kernel's memory: the network of their tangents, which the two-grid relaxation solves, and the cells themselves
 * as tapes; where a model has no equations that the kernel can follow, or a transistor in series, each cell is evaluated here.
 */
export class CellsNetwork {
  readonly kernel: CrossbarKernel;
  readonly network: CrossbarNetwork;
  readonly work: CrossbarWork;
  readonly scaling: Scaling;
  /** Whether the coarse operator could be factored. */
  coarse = false;
  private readonly arena: CrossbarArena;
  private readonly law: CellLaw;
  private readonly injected: Float64Array;
  private readonly states: Float64Array;
  /** Of pairs: the voltage across the first element, how much of a change it takes, and the whole voltage where that was so; else empty. */
  private readonly inner: Float64Array;
  private readonly share: Float64Array;
  private readonly before: Float64Array;
  /** Address of the cells' tapes; 0 without. */
  private tapes: number;
  private least_S = 0;
  /** Row of each place of the tiles, for gates. */
  private readonly gates_V: Float64Array | undefined;

  constructor(
    private readonly circuit: CrossbarCircuit,
    cells: CrossbarCells,
    plan: CrossbarPlan,
    private readonly memory?: CrossbarMemory,
  ) {
    const { rows, columns } = circuit;
    const tapes = tapesOf(cells);
    const perArray = Math.ceil(rows / 8) * Math.ceil(columns / 2) * 128;
    const isPair = cells.selector !== undefined || cells.transistor !== undefined;
    const bytes =
      crossbarBytes(rows, columns, plan.shape, 1) +
      (MORE_ARRAYS + (isPair ? PAIR_ARRAYS : 0)) * (perArray + 64) +
      (tapes ?? []).reduce((sum, tape) => sum + tapeBytes(tape), 0) +
      searchBytes +
      4096;
    const arena = memory?.take(bytes) ?? new CrossbarArena(bytes);
    this.arena = arena;
    this.kernel = arena.kernel;
    this.network = new CrossbarNetwork(arena, rows, columns, plan.shape);
    const array = () => arena.zeroed(perArray / 8);
    [this.injected, this.states] = [array(), array()];
    const ofPairs = () => (isPair ? array() : new Float64Array(0));
    [this.inner, this.share, this.before] = [ofPairs(), ofPairs(), ofPairs()];
    const wordShare = arena.zeroed(1);
    wordShare[0] = 1 / plan.scaling.s;
    this.work = CrossbarWork.layOut(this.network, {
      injected: this.injected.byteOffset,
      wordShare: wordShare.byteOffset,
    });
    // memory may be another crossbar's of before
    this.network.conductances.fill(0);
    this.work.r.fill(0);
    this.scaling = plan.scaling;
    this.law = cellLaw(cells);
    if (tapes === undefined) this.tapes = 0;
    else {
      const [first, second] = tapes.map((tape) => layTape(arena, tape));
      const tiles = [this.states, this.inner, this.share, this.before] as const;
      const [states, ...pairs] = tiles.map(({ byteOffset }) => byteOffset);
      this.tapes = layCells(arena, [first, second ?? 0], [states, pairs[0], pairs[1], pairs[2]]);
    }
    this.gates_V = cells.transistor && new Float64Array(rows);
    setTerminals(circuit, plan.scaling, this.network);
    this.setStates(cells.states);
  }

  /** Gives the memory back. */
  close(): void {
    this.memory?.giveBack(this.arena);
  }

  /** States, row-major. */
  setStates(states: Float64Array): void {
    this.pack(states, this.states, 1);
  }

  /** Lines that have a pad now. */
  setFloating(circuit: Pick<CrossbarCircuit, 'floatingRows' | 'floatingColumns'>): void {
    setTerminals({ ...this.circuit, ...circuit }, this.scaling, this.network);
  }

  setGates(gates_V: Float64Array): void {
    this.gates_V?.set(gates_V);
  }

  /** Voltages to begin at, row-major, V. */
  startAt(word_V: Float64Array, bit_V: Float64Array): void {
    this.pack(word_V, this.work.z, 1);
    this.pack(bit_V, this.work.b, 1 / this.scaling.s);
  }

  /** Every cell begins at the voltages of its lines' ends. */
  startAtLines(row_V: (row: number) => number, column_V: (column: number) => number): void {
    const { z, b } = this.work;
    const { rows, columns } = this.circuit;
    const { pairs } = this.network.extent;
    z.fill(0);
    b.fill(0);
    for (const values of [this.inner, this.share, this.before]) values.fill(0);
    const bits_V = Float64Array.from({ length: columns }, (_, j) => column_V(j) / this.scaling.s);
    for (let i = 0; i < rows; i++) {
      const word_V = row_V(i);
      const first = (i >> 3) * pairs * 16 + (i & 7) * 2;
      for (let j = 0; j < columns; j++) {
        const at = first + (j >> 1) * 16 + (j & 1);
        z[at] = word_V;
        b[at] = bits_V[j];
      }
    }
  }

  /**
   * Tangents at the present voltages, in the network from then on. NaN where a current is not a number.
   * @param agreed two elements in series carry the same current to this share of it, what is taken of both to its square
   */
  takeTangents(agreed: number): Tangents {
    const { kernel, network, work, scaling } = this;
    const { s, sigma } = scaling;
    if (this.tapes !== 0) {
      kernel.takeTangents(
        network.pointer,
        work.pointer,
        this.tapes,
        s,
        sigma,
        this.least_S,
        agreed,
        work.returned.byteOffset,
      );
      if (!Number.isNaN(work.returned[0])) return this.taken(work.returned[0], work.returned[1]);
      // as the square root of a voltage at 0 V: the models themselves know what to do there
      this.tapes = 0;
      network.conductances.fill(0);
      this.injected.fill(0);
    }
    return this.evaluateHere(agreed);
  }

  private taken(largest: number, apart: number): Tangents {
    const { sigma } = this.scaling;
    return { largest_A: largest / sigma, apart_A: apart / sigma };
  }

  private evaluateHere(agreed: number): Tangents {
    const { law, network, work, scaling, states, inner, share, before, injected, gates_V, least_S } = this;
    const { s, sigma } = scaling;
    const { rows, columns } = this.circuit;
    const { pairs } = network.extent;
    const g = network.conductances;
    const { z, b, r } = work;
    const point = cellPoint();
    let [largest, apart, check] = [0, 0, 0];
    for (let i = 0; i < rows; i++) {
      const gate_V = gates_V?.[i] ?? 0;
      const first = (i >> 3) * pairs * 16 + (i & 7) * 2;
      for (let j = 0; j < columns; j++) {
        const at = first + (j >> 1) * 16 + (j & 1);
        const [word_V, bit_V] = [z[at], s * b[at]];
        const v = word_V - bit_V;
        if (inner.length === 0) law.evaluate(word_V, bit_V, states[at], gate_V, 0, point);
        else {
          const start_V = inner[at] + share[at] * (v - before[at]);
          inner[at] = law.evaluate(word_V, bit_V, states[at], gate_V, start_V, point, agreed);
          share[at] = point.share;
          before[at] = v;
        }
        const current = sigma * point.current_A;
        const slope = sigma * Math.max(least_S, 0.5 * (point.word_S + point.bit_S));
        apart = Math.max(apart, Math.abs(current - (g[at] * v + injected[at])));
        largest = Math.max(largest, Math.abs(current));
        check += current + slope;
        g[at] = slope;
        r[at] = current;
        injected[at] = current - slope * v;
      }
    }
    if (!Number.isFinite(check)) return { largest_A: Number.NaN, apart_A: Number.NaN };
    return this.taken(largest, apart);
  }

  /** Factors the lines for the present tangents, and with `coarse` what the coarse grid has of them. Returns the largest tangent, S. */
  factor(coarse: boolean): number {
    const { kernel, network, scaling } = this;
    const { blocks, pairs } = network.extent;
    const { pointer, scratch } = network;
    kernel.countAbove(pointer, 0, scratch.byteOffset);
    const largest_S = scratch[0] / scaling.sigma;
    this.least_S = LEAST_SHARE * largest_S;
    kernel.factorWordLines(pointer, 1 / scaling.s, 0, blocks);
    kernel.factorBitLines(pointer, scaling.s, scratch.byteOffset, 0, pairs);
    if (coarse) this.coarse = buildCoarseOperator(network, scaling);
    return largest_S;
  }

  /** The largest net current into a node for the cells' own currents at the present voltages, A; sums over lines into `work`. */
  kirchhoff(): number {
    const { kernel, network, work, scaling } = this;
    return kernel.kirchhoff(
      network.pointer,
      work.pointer,
      scaling.s,
      scaling.s / scaling.sigma,
      1 / scaling.sigma,
    );
  }

  private pack(values: Float64Array, tiles: Float64Array, scale: number): void {
    this.work.p.set(values);
    this.kernel.packTiles(this.network.pointer, this.work.p.byteOffset, tiles.byteOffset, scale);
  }
}

/** Tapes of the cells, or undefined where one of their elements has none. */
function tapesOf({ model, selector, transistor }: CrossbarCells): Tape[] | undefined {
  if (transistor !== undefined) return undefined;
  // an element in series that has a state rests in it
  const rest = selector && (selector.state?.initial ?? 0);
  const tapes = [tapeOfModel(model), ...(selector === undefined ? [] : [tapeOfModel(selector, rest)])];
  return tapes.every((tape) => tape !== undefined) ? tapes : undefined;
}

function tapeOfModel({ equations, parameters }: ElementModel, state?: number): Tape | undefined {
  if (equations === undefined) return undefined;
  const values = new Map(parameters.map(({ name, value }) => [name, value]));
  if (state !== undefined) values.set('x', state);
  return tapeOf(equations.current, values);
}
