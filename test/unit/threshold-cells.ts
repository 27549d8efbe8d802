import {
  type CellArray,
  type CellArrayInfo,
  type CellRange,
  checkPlan,
  type DeviceState,
  type PulsePlan,
  type PulseReport,
} from '../../devices/contract/index.js';

/** One pulse as an array was given it. */
export interface GivenPulse {
  readonly cell: number;
  readonly count: number;
  readonly amplitude_V: number;
  readonly width_s: number;
}

/** Cells with a closed form: a pulse moves one by `slope` S/(V·s) times what it is above the threshold, times its width. */
export class ThresholdCells implements CellArray {
  readonly given: GivenPulse[] = [];
  /** What a neighbour in the row gets of every pulse, as a share. */
  disturbance = 0;
  /** Cells that never move. */
  readonly stuck = new Set<number>();
  /** What cells lose while somebody waits a second, S. */
  leak_S = 0;
  private lastUpdate = 0;

  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly states_S: Float64Array,
    readonly threshold_V = 0.8,
    readonly slope = 10,
  ) {}

  get info(): CellArrayInfo {
    const { rows, columns, lastUpdate } = this;
    return {
      name: 'threshold cells',
      rows,
      columns,
      g_min_S: 0,
      g_max_S: 100e-6,
      read_min_S: 0,
      read_max_S: 100e-6,
      readsVary: false,
      readTolerance: 0,
      maxPulses: 1000,
      maxPulse_V: 3,
      pulseShapes: 'one-a-direction',
      compliance_A: 1e-3,
      deterministic: true,
      lastUpdate,
      restores: 'exact',
    };
  }

  async read(range?: CellRange): Promise<Float64Array> {
    if (range === undefined) return this.states_S.slice();
    return Float64Array.of(this.states_S[range.row * this.columns + range.column]);
  }

  async pulse(plan: PulsePlan, { id }: { id: number }): Promise<PulseReport> {
    checkPlan(this.info, plan, id);
    this.lastUpdate = id;
    const [count, cell] = [plan.counts[0], plan.indices![0]];
    const shape = (count > 0 ? plan.potentiation : plan.depression)!;
    this.given.push({ cell, count, ...shape });
    const over_V = Math.max(0, Math.abs(shape.amplitude_V) - this.threshold_V);
    this.move(cell, count * this.slope * over_V * shape.width_s);
    const next = cell % this.columns < this.columns - 1 ? cell + 1 : cell - 1;
    this.move(next, this.disturbance * count * this.slope * over_V * shape.width_s);
    return {
      applied: true,
      potentiationPulses: Math.max(0, count),
      depressionPulses: Math.max(0, -count),
      energy_J: 1e-12 * Math.abs(count),
    };
  }

  async wait(seconds: number): Promise<void> {
    for (const cell of this.states_S.keys()) this.move(cell, -this.leak_S * seconds);
  }

  async snapshot(): Promise<DeviceState> {
    return { format: 'threshold-cells/1', arrays: { states_S: this.states_S.slice() }, values: {} };
  }

  async restore({ arrays }: DeviceState): Promise<void> {
    this.states_S.set(arrays.states_S);
  }

  async close(): Promise<void> {}

  private move(cell: number, change_S: number): void {
    if (this.stuck.has(cell)) return;
    this.states_S[cell] = Math.min(100e-6, Math.max(0, this.states_S[cell] + change_S));
  }
}
