import { inputError, runError } from '../../core/index.js';
import { SimulatedCells } from '../../devices/cells/index.js';
import type { PulseModel } from '../../devices/cells/pulse/index.js';
import {
  type CellArray,
  type CellArrayInfo,
  type CellRange,
  checkPlan,
  type DeviceState,
  type PulsePlan,
  type PulseReport,
} from '../../devices/contract/index.js';

export interface BenchOptions {
  readonly rows: number;
  readonly columns: number;
  /** What its cells are really like; whoever plans on a model whose steps are 1 % shorter finds that writes land elsewhere. */
  readonly model: PulseModel;
  readonly seed: number;
  /** σ of a read, relative. */
  readonly readNoise: number;
  readonly stuck?: number;
  /** Most pulses of one direction in a plan. */
  readonly maxPulses?: number;
  /** Of sessions before. */
  readonly lastUpdate?: number;
}

/** Cells as they stand on somebody's table: what a session does to them stays, the count of updates too. */
export class Bench {
  readonly #cells: SimulatedCells;
  readonly maxPulses: number;
  /** What one pulse is worth, S. */
  readonly step_S: number;
  /** Updates before what the simulation counts. */
  readonly before: number;
  /** Reads that any session asked for. */
  reads = 0;

  constructor({ readNoise, stuck = 0, maxPulses = 500, lastUpdate = 0, ...options }: BenchOptions) {
    this.#cells = new SimulatedCells({ ...options, nonidealities: { read: readNoise, stuck } });
    this.maxPulses = maxPulses;
    this.before = lastUpdate;
    const { g_min_S, g_max_S, potentiation } = options.model;
    this.step_S = (g_max_S - g_min_S) * potentiation.step(0.5);
  }

  /** One session. */
  connect(): CellArray {
    return new ForeignCells(this, this.#cells);
  }
}

const FORMAT = 'foreign-cells/1';

/** An instrument's array that nobody here wrote: reads and pulses, no more. What it drives is its own business. */
class ForeignCells implements CellArray {
  readonly #bench: Bench;
  readonly #cells: CellArray;
  #open = true;

  constructor(bench: Bench, cells: CellArray) {
    this.#bench = bench;
    this.#cells = cells;
  }

  get info(): CellArrayInfo {
    const { rows, columns, g_min_S, g_max_S, read_min_S, read_max_S, readsVary, readTolerance, lastUpdate } =
      this.#cells.info;
    return {
      name: 'cells on a bench',
      rows,
      columns,
      g_min_S,
      g_max_S,
      read_min_S,
      read_max_S,
      readsVary,
      readTolerance,
      maxPulses: this.#bench.maxPulses,
      maxPulse_V: 2,
      pulseShapes: 'nominal',
      compliance_A: 1e-3,
      deterministic: false,
      lastUpdate: this.#bench.before + lastUpdate,
      restores: 'reads-back',
    };
  }

  async read(range?: CellRange, options?: { averages?: number }): Promise<Float64Array> {
    this.#check();
    this.#bench.reads++;
    return this.#cells.read(range, options);
  }

  async pulse(plan: PulsePlan, options: { id: number; signal?: AbortSignal }): Promise<PulseReport> {
    this.#check();
    checkPlan(this.info, plan, options.id);
    const id = options.id - this.#bench.before;
    if (id <= 0) return { applied: false, potentiationPulses: 0, depressionPulses: 0, energy_J: 0 };
    const report = await this.#cells.pulse({ ...plan, counts: plan.counts.slice() }, { ...options, id });
    return { ...report, energy_J: Number.NaN };
  }

  async snapshot(): Promise<DeviceState> {
    this.#check();
    return { format: FORMAT, arrays: { read_S: await this.read(undefined, { averages: 64 }) }, values: {} };
  }

  /** Pulses back to what was read, by what pulses turn out to do. */
  async restore({ format, arrays }: DeviceState): Promise<void> {
    this.#check();
    if (format !== FORMAT) throw inputError('foreign.state', `cells on a bench: cannot restore ${format}`);
    const { maxPulses, step_S } = this.#bench;
    for (let round = 0; round < 60; round++) {
      const now_S = await this.read(undefined, { averages: 64 });
      const counts = Int16Array.from(now_S, (g, c) => {
        const pulses = Math.round((arrays.read_S[c] - g) / step_S);
        return Math.max(-maxPulses, Math.min(maxPulses, pulses));
      });
      if (counts.every((n) => n === 0)) return;
      await this.pulse({ counts }, { id: this.info.lastUpdate + 1 });
    }
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  #check(): void {
    if (!this.#open) throw runError('foreign.closed', 'cells on a bench: used after close()');
  }
}
