import { type DeviceState, inputError, runError } from '../../../core/index.js';
import {
  type CellArray,
  type CellArrayInfo,
  type CellRange,
  checkPlan,
  checkRange,
  type PulsePlan,
  type PulseReport,
} from '../../../devices/contract/index.js';
import {
  checkPlanLimits,
  checkRead,
  type Permit,
  type Polarity,
  pulseLimit_V,
  readLimit_V,
} from '../../../devices/limits/index.js';
import { type PulseHistory, PulseJournal } from '../../../records/index.js';
import { type NominalPulse, plannedCells } from '../planned-cells.js';
import { meanOf } from '../pulse-verdicts.js';
import { PULSE_LEVELS, SmuRecovery } from './recovery.js';
import type { LastRun, Smu } from './smu.js';
import { SmuPulseGiver } from './smu-pulse-giver.js';
import { type CellSelector, READ_seconds, SmuReader } from './smu-reader.js';

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
  readonly pulse?: NominalPulse;
  /** A journal is going to be kept: what the instrument still tells of its last run is asked before it is armed. */
  readonly journaled?: boolean;
  /** Told of the two reads that prove a cell's polarity. */
  readonly onPolarity?: (row: number, column: number, polarity: Polarity) => void;
}

const DEFAULT_READ_V = 0.1;
/** Relative spread of reads, several σ of the errors in the instruments' datasheets, and what is lost in a full range. */
const READ_TOLERANCE = 2e-3;
const FORMAT = 'smu-cells/1';
/** Rounds of reading and pulsing that a restore takes at most, and averages of its reads. */
const RESTORE_ROUNDS = 60;
const RESTORE_AVERAGES = 4;

/**
 * A source-measure unit as an array of cells: one cell, or as many as a switch puts between its terminals. The instrument has no
 * memory of updates: ids count from what its host says, or from a journal. Where one is kept pulses are given one by one, each written
 * down before it starts; else all pulses of a cell are one run.
 */
export class SmuCells implements CellArray {
  private readonly selector: CellSelector;
  private readonly read_V: number;
  private lastUpdate = 0;
  private readonly reader: SmuReader;
  private readonly recovery: SmuRecovery;
  private closed = false;
  private journal: PulseJournal | undefined;
  private giver: SmuPulseGiver | undefined;

  private constructor(
    readonly smu: Smu,
    private readonly options: SmuCellsOptions,
    private readonly lastRun: LastRun | undefined,
  ) {
    this.selector = options.selector ?? oneCell;
    const { compliance_A } = options.permit.limits;
    this.reader = new SmuReader(smu, this.selector, compliance_A, options.onPolarity);
    this.recovery = new SmuRecovery(smu, this.reader);
    this.read_V = options.read_V ?? Math.min(DEFAULT_READ_V, readLimit_V(options.permit.limits));
  }

  /** Arms an instrument within limits. @throws OhmpropError `smu.*` of `Smu.arm`; the instrument is closed then */
  static async open(smu: Smu, options: SmuCellsOptions): Promise<SmuCells> {
    let lastRun: LastRun | undefined;
    try {
      if (options.journaled) lastRun = await smu.lastRun(PULSE_LEVELS);
      await smu.arm(options.permit, options.outputOn);
    } catch (error) {
      await smu.close().finally(() => options.selector?.close?.());
      throw error;
    }
    return new SmuCells(smu, options, lastRun);
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
      lastUpdate: this.updated,
      restores: 'reads-back',
    };
  }

  /**
   * From now on what is given is written there, and what is written there is what was given before. Only before the first pulse.
   * @throws OhmpropError `journal.unreadable`, `journal.other-array`, `records.disk`
   */
  async keepJournal(path: string): Promise<void> {
    const { rows, columns } = this.selector;
    this.keep(await PulseJournal.open(path, { rows, columns }));
  }

  /** The same with a journal that is open. */
  keep(journal: PulseJournal): void {
    if (this.lastUpdate > 0) throw new Error('a journal is kept from before the first pulse on');
    this.journal?.close();
    this.journal = journal;
    const { reader, read_V, smu } = this;
    this.giver = new SmuPulseGiver(smu, reader, read_V, journal);
    if (this.lastRun !== undefined) this.giver.hearDoubt(this.lastRun);
  }

  /** Given to each cell so far, and what of it is not certain, by the journal. */
  get given(): PulseHistory | undefined {
    return this.journal?.history;
  }

  /** Replies that were missing in this session, and what became of them. */
  get doubts(): SmuPulseGiver['doubts'] | undefined {
    return this.giver?.doubts;
  }

  async read(
    range?: CellRange,
    { read_V = this.read_V, averages = 1 }: { read_V?: number; averages?: number } = {},
  ): Promise<Float64Array> {
    this.requireOpen();
    checkRead(this.options.permit, read_V, READ_seconds);
    const { rows, columns } = this.selector;
    const asked = range ?? { row: 0, column: 0, rows, columns };
    checkRange(this.info, asked);
    await this.giver?.settleDoubt();
    const conductances_S = new Float64Array(asked.rows * asked.columns);
    for (let r = 0; r < asked.rows; r++) {
      for (let c = 0; c < asked.columns; c++) {
        const [row, column] = [asked.row + r, asked.column + c];
        const siemens = (await this.current_A(row, column, read_V, averages)) / read_V;
        // About an open contact a reading scatters to both sides of nothing.
        conductances_S[r * asked.columns + c] = Math.max(0, siemens);
        if (read_V === this.read_V) this.giver?.saw(row * columns + column, Math.max(0, siemens));
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
    const goesOn = this.journal?.history.interrupted?.update === id;
    if (signal?.aborted || (id <= this.updated && !goesOn)) return report;
    const cells = plannedCells(plan, pulse);
    if (this.giver !== undefined) {
      return this.giver.carryOut(cells, id, signal, (cell) => this.requirePolarity(cell));
    }
    for (const { cell, count, shape } of cells) {
      await this.requirePolarity(cell);
      // What comes now cannot be taken back: the id is used up whatever happens.
      this.lastUpdate = id;
      const pulses = Math.abs(count);
      report.energy_J += await this.train(cell, shape.amplitude_V, shape.width_s, pulses, signal);
      report[count > 0 ? 'potentiationPulses' : 'depressionPulses'] += pulses;
    }
    this.lastUpdate = id;
    return { ...report, applied: true };
  }

  /** What flows at a voltage, A: a mean over reads. @throws OhmpropError `smu.limited` where it stands at its limit */
  async current_A(row: number, column: number, voltage_V: number, averages = 1): Promise<number> {
    const cell = row * this.selector.columns + column;
    const currents = () => this.reader.currents_A(cell, voltage_V, averages);
    const read_A = await (this.giver?.reading(currents) ?? this.recovery.reading(currents, true));
    return meanOf(read_A);
  }

  /** Proves that voltages reach a cell with their sign, by a read either way. */
  requirePolarity(cell: number): Promise<void> {
    const { columns } = this.selector;
    return this.reader.requirePolarity(cell, this.read_V, (voltage_V) =>
      this.current_A(Math.floor(cell / columns), cell % columns, voltage_V),
    );
  }

  /** Puts a cell between the terminals, which are at 0 V. */
  select(cell: number): Promise<void> {
    return this.reader.select(cell);
  }

  /** Ids of updates before this session, which a journal knows. */
  continueFrom(lastUpdate: number): void {
    this.lastUpdate = Math.max(this.lastUpdate, lastUpdate);
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    const read_S = await this.read(undefined, { averages: RESTORE_AVERAGES });
    return { format: FORMAT, arrays: { read_S }, values: { lastUpdate: this.updated } };
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
        await this.pulse({ counts, indices: Uint32Array.of(cell) }, { id: this.updated + 1 });
        const before_S = now_S;
        now_S = await read();
        const step_S = Math.abs(now_S - before_S) / pulses;
        const left = step_S > 0 ? Math.abs(wanted[cell] - now_S) / step_S : 2 * pulses;
        pulses = Math.max(1, Math.min(maxPulses, Math.floor(left)));
      }
    }
  }

  async close(): Promise<void> {
    if (!this.closed) this.journal?.close();
    this.closed = true;
    await this.smu.close().finally(() => this.selector.close?.());
  }

  /** Last update that was carried out: one that was cut off has its number for good. */
  private get updated(): number {
    const history = this.journal?.history;
    return Math.max(this.lastUpdate, history?.lastUpdate ?? 0, history?.interrupted?.update ?? 0);
  }

  /** @returns the energy of the pulses, J */
  private async train(
    cell: number,
    amplitude_V: number,
    width_s: number,
    pulses: number,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    await this.reader.select(cell);
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
