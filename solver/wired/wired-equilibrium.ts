import { HeldEquilibrium, type PhaseReport } from '../../devices/contract/index.js';
import { diodePower } from '../layered/index.js';
import type { WiredStates } from './settle.js';
import type { Sources } from './sources.js';
import type { Terminals } from './wired-crossbar.js';
import type { WiredParameters } from './wired-parameters.js';

/** A settled batch of a wired network. */
export class WiredEquilibrium extends HeldEquilibrium<WiredStates> {
  protected readonly layerCount: number;

  constructor(
    private readonly parameters: WiredParameters,
    readonly sources: Sources,
    states: WiredStates,
    beta: number,
    report: PhaseReport,
  ) {
    super(parameters, sources.batch, beta, states, report);
    this.layerCount = states.voltages.length;
  }

  override release(): void {
    if (!this.isReleased) {
      for (const [l, solved] of this.states.solved.entries()) {
        if (solved !== undefined) this.parameters.crossbars[l].giveBack(solved);
      }
    }
    super.release();
  }

  protected override copyLayer({ voltages }: WiredStates, l: number): Float64Array {
    return voltages[l].slice();
  }

  /** In cells and wires, and in diodes that have a resistance. */
  protected override powerOf(states: WiredStates): Float64Array {
    const { taken_W } = this.diodes(states);
    return this.inCrossbars(states).map((power, s) => power + taken_W[s]);
  }

  protected override energyOf(states: WiredStates): Float64Array {
    const { stored_W } = this.diodes(states);
    const energy = this.inCrossbars(states).map((power, s) => power / 2 + stored_W[s]);
    for (const [l, bias] of this.parameters.biases.entries()) {
      const v = states.voltages[l];
      for (let e = 0; e < v.length; e++) energy[Math.floor(e / bias.length)] -= bias[e % bias.length] * v[e];
    }
    return energy;
  }

  private diodes({ voltages }: WiredStates) {
    return diodePower(this.parameters.network, (l) => voltages[l], this.batch);
  }

  /** What sources and units put into the crossbars, Σ v·i over their ports, W. */
  private inCrossbars({ voltages, solved }: WiredStates): Float64Array {
    const { crossbars } = this.parameters;
    const power_W = new Float64Array(this.batch);
    for (const [l, crossbar] of crossbars.entries()) {
      const { rows, columns } = crossbar.size;
      const rows_V = l === 0 ? this.sources.volts : voltages[l - 1];
      const columns_V = voltages[l];
      const terminals = { count: this.batch, rows_V, columns_V };
      const own =
        solved[l]?.power_W ??
        (crossbar.wireless ? wireless(crossbar.conductances_S, terminals, rows, columns) : undefined);
      if (own !== undefined) {
        for (let s = 0; s < this.batch; s++) power_W[s] += own[s];
        continue;
      }
      for (let s = 0; s < this.batch; s++) {
        const found = crossbar.solve(
          {
            count: 1,
            rows_V: rows_V.subarray(s * rows, (s + 1) * rows),
            columns_V: columns_V.subarray(s * columns, (s + 1) * columns),
          },
          1e-11,
        );
        power_W[s] += found.power_W[0];
        crossbar.giveBack(found);
      }
    }
    return power_W;
  }
}

/** Σ g·(w − b)² of each sample, W. */
function wireless(
  cells_S: Float64Array,
  { count, rows_V, columns_V }: Terminals,
  rows: number,
  columns: number,
): Float64Array {
  const power_W = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        power_W[s] += cells_S[i * columns + j] * (rows_V[s * rows + i] - columns_V[s * columns + j]) ** 2;
      }
    }
  }
  return power_W;
}
