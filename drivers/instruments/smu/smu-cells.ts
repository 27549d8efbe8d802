import { type DeviceState, formatQuantity, inputError, runError } from '../../../core/index.js';
import {
  type CellArray,
  type CellArrayInfo,
  type CellRange,
  checkPlan,
  checkRange,
  type PulsePlan,
  type PulseReport,
  type PulseShape,
} from '../../../devices/contract/index.js';
import {
  checkPlanLimits,
  decimalVolts,
  type Permit,
  type Polarity,
  provePolarity,
  pulseLimit_V,
  readLimit_V,
} from '../../../devices/limits/index.js';
import type { Smu } from './smu.js';

/** What puts one cell of several between an instrument's terminals. */
export interface CellSelector {
  readonly rows: number;
  readonly columns: number;
  /** Called with the terminals at 0 V. */
  select(row: number, column: number): Promise<void>;
  /** Lets go of all cells; called once the output is off. */
  close?(): Promise<void>;
}

const oneCell: CellSelector = { rows: 1, columns: 1, select: async () => {} };

export interface SmuCellsOptions {
  readonly permit: Permit;
  /** An output that was found on may be taken over. */
  readonly outputOn?: boolean;
  readonly selector?: CellSelector;
  /** What cells are expected between, S; from 0 to what the compliance lets through at the read voltage where left out. */
  readonly window_S?: readonly [low: number, high: number];
  readonly read_V?: number;
  /** The pulse where a plan says nothing. */
  readonly pulse?: { readonly potentiation: PulseShape; readonly depression: PulseShape };
  /** Told of the two reads that prove a cell's polarity. */
  readonly onPolarity?: (row: number, column: number, polarity: Polarity) => void;
}

const DEFAULT_READ_V = 0.1;
/** How long a read stays on before it is over, s: a power-line cycle, and a quarter more to settle. */
const READ_seconds = 0.03;
/** Relative spread of reads, several σ of the errors in the instruments' datasheets, and what is lost in a full range. */
const READ_TOLERANCE = 2e-3;
/** Below so much current nothing can be said of a sign, A. */
const FLOOR_A = 2e-9;
const FORMAT = 'smu-cells/1';
/** Rounds of reading and pulsing that a restore takes at most, and averages of its reads. */
const RESTORE_ROUNDS = 60;
const RESTORE_AVERAGES = 4;

/**
 * A source-measure unit as an array of cells: one cell, or as many as a switch puts between its terminals. The instrument has no
 * memory of updates: ids count from what its host says.
 */
export class SmuCells implements CellArray {
  private readonly selector: CellSelector;
  private readonly read_V: number;
  private lastUpdate = 0;
  private selected = -1;
  private readonly proven = new Set<number>();
  private closed = false;

  private constructor(
    readonly smu: Smu,
    private readonly options: SmuCellsOptions,
  ) {
    this.selector = options.selector ?? oneCell;
    this.read_V = options.read_V ?? Math.min(DEFAULT_READ_V, readLimit_V(options.permit.limits));
  }

  /** Arms an instrument within limits. @throws OhmpropError `smu.*` of `Smu.arm`; the instrument is closed then */
  static async open(smu: Smu, options: SmuCellsOptions): Promise<SmuCells> {
    try {
      await smu.arm(options.permit, options.outputOn);
    } catch (error) {
      await smu.close().finally(() => options.selector?.close?.());
      throw error;
    }
    return new SmuCells(smu, options);
  }

  get info(): CellArrayInfo {
    const { permit, window_S, pulse } = this.options;
    const { limits } = permit;
    const { identity } = this.smu;
    const most_S = limits.compliance_A / this.read_V;
    const [low, high] = window_S ?? [0, most_S];
    return {
      name: `${identity.family} ${identity.serial}`,
      rows: this.selector.rows,
      columns: this.selector.columns,
      g_min_S: low,
      g_max_S: high,
      read_min_S: 0,
      read_max_S: most_S * (1 + READ_TOLERANCE),
      readsVary: true,
      readTolerance: READ_TOLERANCE,
      maxPulses: Math.min(limits.maxPulses, 32767),
      maxPulse_V: Math.min(pulseLimit_V(permit), identity.most_V),
      pulseShapes: 'one-a-cell',
      ...(pulse === undefined ? {} : { nominalPulse: pulse }),
      compliance_A: limits.compliance_A,
      deterministic: false,
      lastUpdate: this.lastUpdate,
      restores: 'reads-back',
    };
  }

  async read(
    range?: CellRange,
    { read_V = this.read_V, averages = 1 }: { read_V?: number; averages?: number } = {},
  ): Promise<Float64Array> {
    this.requireOpen();
    const { rows, columns } = this.selector;
    const asked = range ?? { row: 0, column: 0, rows, columns };
    checkRange(this.info, asked);
    const conductances_S = new Float64Array(asked.rows * asked.columns);
    for (let r = 0; r < asked.rows; r++) {
      for (let c = 0; c < asked.columns; c++) {
        const [row, column] = [asked.row + r, asked.column + c];
        const siemens = (await this.current_A(row, column, read_V, averages)) / read_V;
        // About an open contact a reading scatters to both sides of nothing.
        conductances_S[r * asked.columns + c] = Math.max(0, siemens);
      }
    }
    return conductances_S;
  }

  async pulse(plan: PulsePlan, { id, signal }: { id: number; signal?: AbortSignal }): Promise<PulseReport> {
    this.requireOpen();
    const { permit, pulse } = this.options;
    checkPlan(this.info, plan, id);
    checkPlanLimits(permit, plan, pulse);
    const report = { applied: false, potentiationPulses: 0, depressionPulses: 0, energy_J: 0 };
    if (signal?.aborted || id <= this.lastUpdate) return report;
    const { counts, indices, amplitudes_V } = plan;
    for (const entry of counts.keys()) {
      const count = counts[entry];
      if (count === 0) continue;
      const cell = indices?.[entry] ?? entry;
      await this.requirePolarity(cell);
      // What comes now cannot be taken back: the id is used up whatever happens.
      this.lastUpdate = id;
      const direction = count > 0 ? 'potentiation' : 'depression';
      const shape = (plan[direction] ?? pulse?.[direction]) as PulseShape;
      const amplitude_V = amplitudes_V === undefined ? shape.amplitude_V : decimalVolts(amplitudes_V[entry]);
      const pulses = Math.abs(count);
      report.energy_J += await this.train(cell, amplitude_V, shape.width_s, pulses, signal);
      report[count > 0 ? 'potentiationPulses' : 'depressionPulses'] += pulses;
    }
    this.lastUpdate = id;
    return { ...report, applied: true };
  }

  /** What flows at a voltage, A: a mean over reads. @throws OhmpropError `smu.limited` where it stands at its limit */
  async current_A(row: number, column: number, voltage_V: number, averages = 1): Promise<number> {
    await this.select(row * this.selector.columns + column);
    const levels = [...new Array<number>(averages).fill(voltage_V), 0];
    const readings = await this.smu.run(levels, READ_seconds, { autorange: true });
    const read = readings.slice(0, averages);
    if (read.some(({ limited }) => limited)) {
      throw runError(
        'smu.limited',
        `${this.info.name}, cell ${row},${column}: at ${voltage_V} V the current stands at its limit, ${formatQuantity(this.info.compliance_A, 'A')}, so that its conductance is not known; read at less, or raise the compliance of the limits`,
      );
    }
    return read.reduce((sum, { current_A }) => sum + current_A, 0) / averages;
  }

  /** Proves that voltages reach a cell with their sign, by a read either way. */
  async requirePolarity(cell: number): Promise<void> {
    if (this.proven.has(cell)) return;
    const { columns } = this.selector;
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const polarity = await provePolarity(
      `${this.info.name}, cell ${row},${column}`,
      this.read_V,
      (voltage_V) => this.current_A(row, column, voltage_V),
      FLOOR_A,
    );
    this.proven.add(cell);
    this.options.onPolarity?.(row, column, polarity);
  }

  /** Puts a cell between the terminals, which are at 0 V. */
  async select(cell: number): Promise<void> {
    if (this.selected === cell) return;
    const { columns } = this.selector;
    // Where it fails nobody knows which cell is there.
    this.selected = -1;
    await this.selector.select(Math.floor(cell / columns), cell % columns);
    this.selected = cell;
  }

  /** Ids of updates before this session, which a journal knows. */
  continueFrom(lastUpdate: number): void {
    this.lastUpdate = Math.max(this.lastUpdate, lastUpdate);
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    const read_S = await this.read(undefined, { averages: RESTORE_AVERAGES });
    return { format: FORMAT, arrays: { read_S }, values: { lastUpdate: this.lastUpdate } };
  }

  /** Reads, and pulses what differs back, by the nominal pulse and what it turns out to do. */
  async restore({ format, arrays }: DeviceState): Promise<void> {
    this.requireOpen();
    const wanted = arrays.read_S;
    const { rows, columns, maxPulses, g_max_S, name } = this.info;
    if (format !== FORMAT || wanted?.length !== rows * columns) {
      throw inputError('smu.state', `${name}: cannot restore ${format}, or cells of another array`);
    }
    const near_S = (READ_TOLERANCE / 2) * g_max_S;
    for (let cell = 0; cell < wanted.length; cell++) {
      const range = { row: Math.floor(cell / columns), column: cell % columns, rows: 1, columns: 1 };
      const read = async () => (await this.read(range, { averages: RESTORE_AVERAGES }))[0];
      let now_S = await read();
      let pulses = 1;
      for (let round = 0; round < RESTORE_ROUNDS && Math.abs(wanted[cell] - now_S) > near_S; round++) {
        if (this.options.pulse === undefined) {
          throw inputError(
            'smu.state',
            `${name}, cell ${range.row},${range.column}: it differs, and no pulse is known that would bring it back; say one`,
          );
        }
        const difference_S = wanted[cell] - now_S;
        const counts = Int16Array.of(Math.sign(difference_S) * pulses);
        await this.pulse({ counts, indices: Uint32Array.of(cell) }, { id: this.lastUpdate + 1 });
        const before_S = now_S;
        now_S = await read();
        const step_S = Math.abs(now_S - before_S) / pulses;
        const left = step_S > 0 ? Math.abs(wanted[cell] - now_S) / step_S : 2 * pulses;
        pulses = Math.max(1, Math.min(maxPulses, Math.floor(left)));
      }
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.smu.close().finally(() => this.selector.close?.());
  }

  /** @returns the energy of the pulses, J */
  private async train(
    cell: number,
    amplitude_V: number,
    width_s: number,
    pulses: number,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    await this.select(cell);
    const levels = Array.from({ length: 2 * pulses }, (_, k) => (k % 2 === 0 ? amplitude_V : 0));
    const readings = await this.smu.run(levels, width_s, {
      pulses,
      ...(signal === undefined ? {} : { signal }),
    });
    return readings.reduce(
      (sum, { voltage_V, current_A }, k) => (k % 2 === 0 ? sum + voltage_V * current_A * width_s : sum),
      0,
    );
  }

  private requireOpen(): void {
    if (this.closed) throw runError('cells.closed', `${this.info.name}: used after close()`);
  }
}
