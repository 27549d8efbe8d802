import { applyScheme, type CrossbarDrive, stateRange } from '../../circuits/crossbar/index.js';
import { type DeviceState, inputError, runError } from '../../core/index.js';
import {
  type CellArray,
  type CellArrayInfo,
  type CellRange,
  checkPlan,
  checkRange,
  type PulsePlan,
  type PulseReport,
  type PulseShape,
  type UpdateId,
} from '../../devices/contract/index.js';
import { type CellLaw, cellLaw, cellPoint } from './cell-law.js';
import { type CellRate, cellRate } from './cell-rates.js';
import { CellsCrossbar, type CellsDescription, type CellsSolution } from './cells-crossbar.js';
import { moveStates } from './driven-states.js';
import type { CrossbarOptions } from './options.js';

/** An array that is written and read through its own lines. */
export interface ProgrammedCellsOptions extends CellsDescription, CrossbarOptions {
  /** A scheme that selects one cell: what the lines of the others carry while it is pulsed. */
  readonly scheme: string;
  /** Where a plan names no shape. */
  readonly potentiation: PulseShape;
  readonly depression: PulseShape;
  /** Voltage of reads, V; one cell's word line carries it, all other lines 0 V. */
  readonly read_V: number;
  /** Of cells with transistors: what opens those of the selected word line, V. */
  readonly gate_V?: number;
  readonly maxPulse_V?: number;
  /** Largest local error of a state in a window of time, as a share of its range. Default 1e-8. */
  readonly accuracy?: number;
}

const FORMAT = 'programmed-cells/1';

/**
 * Cells with models as a `CellArray` whose pulses and reads go through wires: during a pulse every cell, half-selected ones too, sees what
 * the whole network leaves it, and its state moves by its model's rate (driven-states.ts).
 */
export class ProgrammedCells implements CellArray {
  /** Energy of all pulses so far, J. */
  energy_J = 0;
  private readonly crossbar: CellsCrossbar;
  private readonly law: CellLaw;
  private readonly accuracy: number;
  private readonly window_S: readonly [low: number, high: number];
  private readonly rate: CellRate;
  /** Solutions that are written over: of beginning, middle and end of a window of time, and of reads. */
  private readonly slots: (CellsSolution | undefined)[] = [];
  private lastUpdate = 0;
  private closed = false;

  /** @throws OhmpropError as `CellsCrossbar` does; `crossbar.cells` for a model that pulses do not move; `crossbar.scheme` */
  constructor(private readonly options: ProgrammedCellsOptions) {
    const { cells, rows, read_V, scheme, accuracy = 1e-8 } = options;
    if (cells.model.rate === undefined || cells.model.state === undefined) {
      throw inputError(
        'crossbar.cells',
        `${cells.model.name}: pulses do not move it, as its model has no rate of a state; choose one that has`,
      );
    }
    if (!(Math.abs(read_V) > 0 && Number.isFinite(read_V))) {
      throw inputError('crossbar.inputs', `read_V: got ${read_V}; a voltage other than 0 is needed`);
    }
    if (scheme === 'parallel' || scheme === 'all') {
      throw inputError(
        'crossbar.scheme',
        'scheme: parallel drives every line at once and selects no cell; one of row-by-row, v/2, v/3, float is needed',
      );
    }
    this.crossbar = new CellsCrossbar(options, options);
    this.law = cellLaw(cells);
    this.rate = cellRate(cells);
    this.accuracy = accuracy;
    const [low, high] = stateRange(cells.model);
    const ends = [low, high].map((state) => this.ownOf(state));
    this.window_S = [Math.min(...ends), Math.max(...ends)];
    // what the scheme says of its drive is found out before the first pulse
    this.driveOf(0, rows > 0 ? read_V : 0);
  }

  get info(): CellArrayInfo {
    const { rows, columns, cells, potentiation, depression, maxPulse_V } = this.options;
    const [g_min_S, g_max_S] = this.window_S;
    return {
      name: `${rows} × ${columns} ${cells.model.name}`,
      rows,
      columns,
      g_min_S,
      g_max_S,
      read_min_S: Number.NEGATIVE_INFINITY,
      read_max_S: Number.POSITIVE_INFINITY,
      readsVary: false,
      readTolerance: 0,
      maxPulses: 32767,
      maxPulse_V: maxPulse_V ?? Number.POSITIVE_INFINITY,
      pulseShapes: 'one-a-direction',
      nominalPulse: { potentiation, depression },
      compliance_A: Number.POSITIVE_INFINITY,
      deterministic: true,
      lastUpdate: this.lastUpdate,
      restores: 'exact',
    };
  }

  /** States, row-major. */
  get states(): Float64Array {
    return this.crossbar.states.slice();
  }

  /** What each cell is by itself at the read voltage, without wires: I/V, row-major, S. */
  ownConductances_S(): Float64Array {
    return this.crossbar.states.map((state) => this.ownOf(state));
  }

  /** As its line shows it: current out of the bit line over the read voltage, all other word lines at 0 V. */
  async read(range?: CellRange, options: { read_V?: number } = {}): Promise<Float64Array> {
    this.requireOpen();
    const { rows, columns, gate_V } = this.options;
    const r = range ?? { row: 0, column: 0, rows, columns };
    checkRange(this.info, r);
    const read_V = options.read_V ?? this.options.read_V;
    const out = new Float64Array(r.rows * r.columns);
    this.crossbar.setFloating([], []);
    for (let i = 0; i < r.rows; i++) {
      const drive = applyScheme('row-by-row', {
        rows,
        columns,
        inputs_V: new Float64Array(rows).fill(read_V),
        count: 1,
        selected: { row: r.row + i, column: r.column },
        ...(gate_V === undefined ? {} : { gate_V }),
      });
      const solved = this.settled(drive, undefined, this.slots[3]);
      this.slots[3] = solved;
      for (let j = 0; j < r.columns; j++) {
        out[i * r.columns + j] = solved.outputCurrents_A[r.column + j] / read_V;
      }
    }
    return out;
  }

  async pulse(plan: PulsePlan, { id, signal }: { id: UpdateId; signal?: AbortSignal }): Promise<PulseReport> {
    this.requireOpen();
    checkPlan(this.info, plan, id);
    signal?.throwIfAborted();
    const report = { applied: false, potentiationPulses: 0, depressionPulses: 0, energy_J: 0 };
    if (id <= this.lastUpdate) return report;
    const before_J = this.energy_J;
    const { counts, indices } = plan;
    for (const [at, count] of counts.entries()) {
      const cell = indices?.[at] ?? at;
      const direction = count > 0 ? 'potentiation' : 'depression';
      const shape = plan[direction] ?? this.options[direction];
      for (let n = 0; n < Math.abs(count); n++) this.pulseCell(cell, shape);
      if (count > 0) report.potentiationPulses += count;
      else report.depressionPulses -= count;
    }
    this.lastUpdate = id;
    return { ...report, applied: true, energy_J: this.energy_J - before_J };
  }

  /** Time without voltages: only models that move by themselves change. */
  async wait(seconds: number): Promise<void> {
    this.requireOpen();
    const { model } = this.options.cells;
    const { rows, columns } = this.options;
    if (!(seconds > 0) || this.crossbar.states.every((x) => model.rate?.(0, 0, x) === 0)) return;
    const rest = { count: 1, rows_V: new Float64Array(rows), columns_V: new Float64Array(columns) };
    this.integrate(
      { ...rest, ...(this.options.gate_V === undefined ? {} : { gates_V: new Float64Array(rows) }) },
      seconds,
    );
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    const { rows, columns, cells } = this.options;
    return {
      format: FORMAT,
      arrays: { states: this.states },
      values: { model: cells.model.name, rows, columns, lastUpdate: this.lastUpdate },
    };
  }

  async restore({ format, arrays, values }: DeviceState): Promise<void> {
    this.requireOpen();
    const { rows, columns, cells } = this.options;
    const fits = values.model === cells.model.name && values.rows === rows && values.columns === columns;
    if (format !== FORMAT || !fits || !(arrays.states instanceof Float64Array)) {
      throw inputError(
        'cells.restore',
        `${this.info.name}: cannot restore ${format} of ${values.rows} × ${values.columns} ${values.model} cells`,
      );
    }
    this.crossbar.setStates(arrays.states);
    this.lastUpdate = Number(values.lastUpdate);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.crossbar.close();
  }

  private ownOf(state: number): number {
    const { read_V, gate_V = 0 } = this.options;
    const point = cellPoint();
    this.law.evaluate(read_V, 0, state, gate_V, 0, point);
    return point.current_A / read_V;
  }

  private driveOf(cell: number, amplitude_V: number) {
    const { rows, columns, scheme, gate_V } = this.options;
    return applyScheme(scheme, {
      rows,
      columns,
      inputs_V: new Float64Array(rows).fill(amplitude_V),
      count: 1,
      selected: { row: Math.floor(cell / columns), column: cell % columns },
      ...(gate_V === undefined ? {} : { gate_V }),
    });
  }

  private pulseCell(cell: number, { amplitude_V, width_s }: PulseShape): void {
    const { floatingRows, floatingColumns, ...drive } = this.driveOf(cell, amplitude_V);
    this.crossbar.setFloating(floatingRows, floatingColumns);
    this.integrate(drive, width_s);
  }

  /** Moves all states under a drive that holds for `seconds`. */
  private integrate(drive: CrossbarDrive, seconds: number): void {
    const { columns, cells } = this.options;
    const [low, high] = stateRange(cells.model);
    let last: CellsSolution | undefined;
    const moved = moveStates(this.states, seconds, {
      columns,
      gates_V: drive.gates_V,
      rate: this.rate,
      low,
      high,
      error: this.accuracy * (high - low),
      voltagesAt: (states, slot) => {
        this.crossbar.setStates(states);
        const solved = this.settled(drive, last, this.slots[slot]);
        last = solved;
        this.slots[slot] = solved;
        return {
          word_V: solved.wordVoltages_V,
          bit_V: solved.bitVoltages_V,
          power_W: solved.power_W[0],
        };
      },
    });
    this.energy_J += moved.energy_J;
    this.crossbar.setStates(moved.states);
  }

  private settled(
    drive: CrossbarDrive,
    from: CellsSolution | undefined,
    into: CellsSolution | undefined,
  ): CellsSolution {
    const solved = this.crossbar.solve(drive, {
      ...(from === undefined ? {} : { from }),
      ...(into === undefined ? {} : { into }),
    });
    if (solved.status !== 'settled') throw runError('crossbar.not-settled', solved.message);
    return solved;
  }

  private requireOpen(): void {
    if (!this.closed) return;
    throw inputError('cells.closed', `${this.info.name}: it was closed`);
  }
}
