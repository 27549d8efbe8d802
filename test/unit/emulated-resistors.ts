import type { EmulatedCells } from '../../drivers/instruments/index.js';

/** Cells with a closed form: above 0.5 V either way a pulse changes the conductance by so many S per volt above and per 100 ns. */
export class LinearCells implements EmulatedCells {
  readonly name = 'linear cells';
  readonly conductances_S: Float64Array;
  /** Cells that never move. */
  readonly stuck = new Set<number>();
  /** What a second with nothing across them costs every cell, S. */
  leak_S_per_s = 0;
  /** Between what conductances cells stay. */
  least_S = 1e-6;
  most_S = 200e-6;

  constructor(
    readonly rows: number,
    readonly columns: number,
    start_S = 20e-6,
    readonly step_S = 2e-6,
  ) {
    this.conductances_S = new Float64Array(rows * columns).fill(start_S);
  }

  current_A(row: number, column: number, voltage_V: number): number {
    return this.conductances_S[row * this.columns + column] * voltage_V;
  }

  hold(row: number, column: number, voltage_V: number, seconds: number): void {
    const over_V = Math.abs(voltage_V) - 0.5;
    if (over_V > 0)
      this.move(row * this.columns + column, Math.sign(voltage_V) * this.step_S * over_V * (seconds / 1e-7));
  }

  pass(seconds: number): void {
    if (this.leak_S_per_s === 0) return;
    for (const cell of this.conductances_S.keys()) this.move(cell, -this.leak_S_per_s * seconds);
  }

  private move(cell: number, change_S: number): void {
    if (this.stuck.has(cell)) return;
    this.conductances_S[cell] = Math.min(
      this.most_S,
      Math.max(this.least_S, this.conductances_S[cell] + change_S),
    );
  }
}
