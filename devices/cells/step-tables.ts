import type { KernelMemory } from '../../kernels/index.js';
import type { PulseModel } from './pulse/index.js';

/** The step tables of a model as a kernel wants them: both directions with the same number of nodes, float64. */
export class StepTables {
  /** Byte offsets. */
  readonly up: number;
  readonly down: number;
  readonly nodes: number;
  /** Largest step either way, of the range. */
  readonly largest: number;

  static bytes(model: PulseModel): number {
    return 16 * nodesOf(model) + 128;
  }

  constructor(model: PulseModel, memory: KernelMemory) {
    this.nodes = nodesOf(model);
    const put = (table: Float64Array): Float64Array => {
      const view = memory.float64(this.nodes);
      for (let i = 0; i < this.nodes; i++) view[i] = lineThrough(table, i / (this.nodes - 1));
      return view;
    };
    const up = put(model.potentiation.table);
    const down = put(model.depression.table);
    this.up = up.byteOffset;
    this.down = down.byteOffset;
    this.largest = Math.max(...up, ...down.map(Math.abs));
  }
}

/** Segments of both tables go into this many without a remainder, so that no corner is lost. */
function nodesOf({ potentiation, depression }: PulseModel): number {
  const a = potentiation.table.length - 1;
  const b = depression.table.length - 1;
  return leastCommonMultiple(a, b) + 1;
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

function lineThrough(table: Float64Array, w: number): number {
  const at = Math.min(Math.floor(w * (table.length - 1)), table.length - 2);
  return table[at] + (table[at + 1] - table[at]) * (w * (table.length - 1) - at);
}
