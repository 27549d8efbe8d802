import { RandomStream } from '../../core/index.js';
import {
  drawPopulation,
  type Nonidealities,
  nonidealities,
  relaxationLaw,
  relaxed_S,
} from '../../devices/cells/nonidealities/index.js';
import type { PulseModel } from '../../devices/cells/pulse/index.js';
import type { PulseShape } from '../../devices/contract/index.js';
import type { EmulatedCells } from '../../drivers/instruments/index.js';

/** Pulses of cells whose source names none. */
const assumedPulse = {
  potentiation: { amplitude_V: 1.5, width_s: 1e-6 },
  depression: { amplitude_V: -1.5, width_s: 1e-6 },
} as const;
/** Below this share of its nominal amplitude a pulse moves no cell: what half-selected lines get. */
const THRESHOLD = 0.5;
/** A pulse does e times as much for so much more of its nominal amplitude: ions move exponentially faster with the field. */
const E_FOLD = 0.1;
/** One pulse is worth no more than so many nominal ones. */
const MOST_STEPS = 10_000;

/** How cells of a pulse model stand behind an emulated instrument. */
export interface PulsedCellsOptions {
  readonly rows: number;
  readonly columns: number;
  readonly seed?: number;
  /** Over what the model's paper reports. Noise of reads is the instrument's. */
  readonly nonidealities?: Partial<Nonidealities>;
  /** Where cells begin, S; g_min when left out. */
  readonly from_S?: number;
  /** Where the model's source names no pulses. */
  readonly pulse?: { readonly potentiation: PulseShape; readonly depression: PulseShape };
}

/**
 * Cells of a pulse model at the terminals of an emulated instrument. A nominal pulse is one step of the model; a longer or
 * shorter one does proportionally more or less, a stronger one exponentially more. They relax after each pulse where that is asked for.
 */
export class PulsedCells implements EmulatedCells {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly pulse: { readonly potentiation: PulseShape; readonly depression: PulseShape };
  private readonly states: Float64Array;
  private readonly population: ReturnType<typeof drawPopulation>;
  private readonly all: Nonidealities;
  private readonly random: RandomStream;
  private readonly writtenAt_seconds: Float64Array;
  private readonly relaxes: Float64Array;
  private now_seconds = 0;

  constructor(
    private readonly model: PulseModel,
    options: PulsedCellsOptions,
  ) {
    const { rows, columns, seed = 1, from_S = model.g_min_S } = options;
    const cells = rows * columns;
    this.name = `${rows} × ${columns} cells of ${model.name}`;
    this.rows = rows;
    this.columns = columns;
    this.pulse = model.pulse ?? options.pulse ?? assumedPulse;
    this.all = nonidealities(options.nonidealities, model.spreads);
    this.population = drawPopulation(cells, this.all, seed, 0);
    this.random = new RandomStream(seed, 'emulated-cells');
    const start = (from_S - model.g_min_S) / (model.g_max_S - model.g_min_S);
    const { stuckState } = this.population;
    this.states = Float64Array.from(stuckState, (w, cell) => this.within(cell, Number.isNaN(w) ? start : w));
    this.writtenAt_seconds = new Float64Array(cells);
    this.relaxes = new Float64Array(cells);
  }

  /** Where a cell stands now, S: what only a test can know without reading. */
  conductance_S(row: number, column: number): number {
    const { g_min_S, g_max_S } = this.model;
    const cell = row * this.columns + column;
    const written_S = g_min_S + (g_max_S - g_min_S) * this.states[cell];
    if (!this.all.relaxation) return written_S;
    const law = relaxationLaw(this.now_seconds - this.writtenAt_seconds[cell]);
    return Math.max(0, written_S + relaxed_S(law, written_S, this.relaxes[cell], g_max_S));
  }

  current_A(row: number, column: number, voltage_V: number): number {
    return this.conductance_S(row, column) * voltage_V;
  }

  hold(row: number, column: number, voltage_V: number, seconds: number): void {
    const { potentiation, depression } = this.pulse;
    const up = voltage_V * potentiation.amplitude_V > 0;
    const nominal = up ? potentiation : depression;
    const relative = Math.abs(voltage_V / nominal.amplitude_V);
    if (!(relative >= THRESHOLD) || voltage_V * nominal.amplitude_V <= 0) return;
    const strength = Math.min(MOST_STEPS, (seconds / nominal.width_s) * Math.exp((relative - 1) / E_FOLD));
    const cell = row * this.columns + column;
    // it goes on from where it has relaxed to
    if (this.all.relaxation)
      this.states[cell] = this.within(cell, this.stateOf(this.conductance_S(row, column)));
    for (let left = strength; left > 1e-12; left--) this.step(cell, up, Math.min(1, left));
    this.writtenAt_seconds[cell] = this.now_seconds;
    this.relaxes[cell] = this.random.normal();
  }

  pass(seconds: number): void {
    this.now_seconds += seconds;
  }

  private step(cell: number, up: boolean, share: number): void {
    const { gainUp, gainDown } = this.population;
    const { c2c, c2cRange } = this.all;
    const w = this.states[cell];
    const nominal = (up ? this.model.potentiation : this.model.depression).step(w);
    const gain = (up ? gainUp : gainDown)[cell];
    if (gain === 0) return;
    const scatter = c2c > 0 ? 1 + c2c * this.random.normal() : 1;
    const added = c2cRange > 0 ? c2cRange * Math.sqrt(share) * this.random.normal() : 0;
    this.states[cell] = this.within(cell, w + share * gain * scatter * nominal + added);
  }

  private stateOf(conductance_S: number): number {
    const { g_min_S, g_max_S } = this.model;
    return (conductance_S - g_min_S) / (g_max_S - g_min_S);
  }

  private within(cell: number, w: number): number {
    return Math.min(this.population.high[cell], Math.max(this.population.low[cell], w));
  }
}
