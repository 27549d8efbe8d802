import { type DeviceState, inputError, runError } from '../../../core/index.js';
import {
  type CellArray,
  type CellArrayInfo,
  type CellRange,
  checkPlan,
  checkRange,
  type PulsePlan,
  type PulseReport,
  type UpdateId,
} from '../../../devices/contract/index.js';
import {
  checkPlanLimits,
  checkRead,
  type Permit,
  provePolarity,
  pulseLimit_V,
  requireCurrentLimit,
} from '../../../devices/limits/index.js';
import { PulseJournal } from '../../../records/index.js';
import { leftOf, type NominalPulse, plannedCells } from '../planned-cells.js';
import type { ArcOne } from './arc-one.js';
import { type Doubts, PulseGiver } from './pulse-giver.js';

/** An array behind an ArC ONE, as it is told. */
export interface ArcOneCellsOptions {
  /** What may be put out; without it the array can only be read. */
  readonly permit?: Permit;
  /** Conductance range of a good cell, S: of its cell file, or as somebody says. */
  readonly g_min_S: number;
  readonly g_max_S: number;
  /** Pulses given where a plan says no shape. */
  readonly nominalPulse?: NominalPulse;
  /** How far two reads of an untouched cell may lie apart, relative to g_max. Default 2 %. */
  readonly readTolerance?: number;
  /** What was given so far; one in memory when left out, which ends with this process. */
  readonly journal?: PulseJournal;
  /** Brings cells to conductances, S, for `restore`; without it a state that differs is refused. NaN leaves a cell alone. */
  readonly program?: (array: CellArray, targets_S: Float64Array) => Promise<void>;
}

/** Beyond the range of a good cell, of that range, reads still count as reads. */
const MARGIN = 0.25;
const READ_TOLERANCE = 0.02;
/** Reads that a state is made of, and held against. */
const AVERAGES = 8;
/** Where the polarity cannot be proved at the first cell of a plan, so many others are tried. */
const PROVED_AT = 4;
/** Below this a current is what an open socket shows, A/V. */
const OPEN_S = 2e-9;
/** A whole read takes no longer than single reads of this share of the cells. */
const WHOLE_SHARE = 0.25;
const FORMAT = 'arc-one-cells/1';

/**
 * The array behind an ArC ONE. An update is written down before its first pulse and each pulse before it goes out, as the
 * instrument remembers nothing; a pulse whose reply is missing is looked for in the cell, never repeated unseen. Limits are
 * checked for a whole plan before any of it; the sign of the voltage is proved at a cell before the first pulse of a session. An update
 * that was cut off is asked for again by its id: what is left of it is given, and nothing twice.
 */
export class ArcOneCells implements CellArray {
  private journal: PulseJournal;
  private giver: PulseGiver;
  private readonly nominalPulse: ArcOneCellsOptions['nominalPulse'];
  private proved = false;
  private closed = false;

  /** Sends nothing. @param instrument of the size that the array is to have */
  constructor(
    private readonly instrument: ArcOne,
    private readonly options: ArcOneCellsOptions,
  ) {
    const { words: rows, bits: columns } = instrument.settings;
    const { g_min_S, g_max_S, permit } = options;
    if (!(g_min_S >= 0 && g_max_S > g_min_S && Number.isFinite(g_max_S))) {
      throw inputError('arc-one.range', `0 ≤ g_min_S < g_max_S is needed, got ${g_min_S} and ${g_max_S}`);
    }
    if (permit !== undefined) checkRead(permit, instrument.settings.read_V);
    this.nominalPulse = options.nominalPulse;
    this.journal = options.journal ?? PulseJournal.inMemory({ rows, columns });
    this.giver = new PulseGiver(instrument, this.journal, this.readRange());
  }

  get info(): CellArrayInfo {
    const { options, journal, instrument } = this;
    const { words: rows, bits: columns } = instrument.settings;
    const { permit, g_min_S, g_max_S } = options;
    const { low, high } = this.readRange();
    const series_ohm = permit?.limits.series_ohm;
    return {
      name: `ArC ONE at ${instrument.line.name}`,
      rows,
      columns,
      g_min_S,
      g_max_S,
      read_min_S: low,
      read_max_S: high,
      readsVary: true,
      readTolerance: options.readTolerance ?? READ_TOLERANCE,
      maxPulses: Math.min(32767, permit?.limits.maxPulses ?? 32767),
      maxPulse_V: permit === undefined ? 0 : pulseLimit_V(permit),
      pulseShapes: 'one-a-cell',
      ...(this.nominalPulse === undefined ? {} : { nominalPulse: this.nominalPulse }),
      compliance_A:
        series_ohm === undefined || permit === undefined
          ? Number.POSITIVE_INFINITY
          : permit.limits.maxVoltage_V / series_ohm,
      deterministic: false,
      // one that was cut off has its number for good
      lastUpdate: Math.max(journal.history.lastUpdate, journal.history.interrupted?.update ?? 0),
      restores: 'reads-back',
    };
  }

  /** Given to each cell so far, and what of it is not certain. */
  get given(): PulseJournal['history'] {
    return this.journal.history;
  }

  /**
   * From now on what is given is written there, and what is written there is what was given before. Only before the first pulse.
   * @throws OhmpropError `journal.unreadable`, `journal.other-array`, `records.disk`
   */
  async keepJournal(path: string): Promise<void> {
    const { rows, columns } = this.info;
    if (this.journal.history.lastUpdate > 0)
      throw new Error('a journal is kept from before the first pulse on');
    const journal = await PulseJournal.open(path, { rows, columns });
    this.journal.close();
    this.journal = journal;
    this.giver = new PulseGiver(this.instrument, journal, this.readRange());
  }

  /** Replies that were missing in this session, and what became of them. */
  get doubts(): Doubts {
    return this.giver.doubts;
  }

  async read(range?: CellRange, options: { read_V?: number; averages?: number } = {}): Promise<Float64Array> {
    this.requireOpen();
    const { rows, columns } = this.info;
    const r = range ?? { row: 0, column: 0, rows, columns };
    checkRange(this.info, r);
    const { averages = 1, read_V = this.instrument.settings.read_V } = options;
    if (!(Number.isInteger(averages) && averages >= 1)) {
      throw inputError('cells.averages', `averages must be a whole number ≥ 1, got ${averages}`);
    }
    if (this.options.permit !== undefined) checkRead(this.options.permit, read_V);
    await this.giver.settleDoubt();
    const sum = new Float64Array(r.rows * r.columns);
    const whole = r.rows * r.columns > WHOLE_SHARE * rows * columns;
    for (let n = 0; n < averages; n++) {
      const read_S = whole ? await this.giver.readWhole(r, read_V) : await this.giver.readEach(r, read_V);
      for (const [i, g] of read_S.entries()) sum[i] += g;
    }
    return sum.map((g) => g / averages);
  }

  async pulse(plan: PulsePlan, options: { id: UpdateId; signal?: AbortSignal }): Promise<PulseReport> {
    this.requireOpen();
    const nothing: PulseReport = { applied: false, potentiationPulses: 0, depressionPulses: 0, energy_J: 0 };
    const { id, signal } = options;
    checkPlan(this.info, plan, id);
    const { permit } = this.options;
    if (permit === undefined) {
      throw inputError('limits.missing', `${this.info.name}: was opened to be read; pulses need limits`);
    }
    requireCurrentLimit(this.info.name, 'it sets no compliance for pulses', permit);
    checkPlanLimits(permit, plan, this.nominalPulse);
    const goesOn = this.journal.history.interrupted?.update === id;
    if ((id <= this.info.lastUpdate && !goesOn) || signal?.aborted) return nothing;
    await this.giver.settleDoubt();
    const cells = leftOf(plannedCells(plan, this.nominalPulse), this.journal.history, id);
    await this.provePolarity(cells);
    const planned = cells.reduce((sum, { count }) => sum + Math.abs(count), 0);
    if (!goesOn) this.journal.begin(id, planned);
    const report = { ...nothing, applied: true, energy_J: planned === 0 ? 0 : Number.NaN };
    const stopped = () => signal?.aborted === true;
    for (const { cell, count, shape } of cells) {
      for (let n = 0; n < Math.abs(count) && !stopped(); n++) {
        if (await this.giver.give(cell, shape))
          report[count > 0 ? 'potentiationPulses' : 'depressionPulses']++;
      }
    }
    this.journal.end(id);
    return report;
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    const { rows, columns, lastUpdate } = this.info;
    const read_S = await this.read(undefined, { averages: AVERAGES });
    const { positive, negative } = this.journal.history;
    return {
      format: FORMAT,
      arrays: { read_S, positive: positive.slice(), negative: negative.slice() },
      values: { rows, columns, lastUpdate, averages: AVERAGES },
    };
  }

  /** Reads back, and programs what differs by more than reads do. Counts of pulses and updates go on. */
  async restore({ format, arrays, values }: DeviceState): Promise<void> {
    this.requireOpen();
    const { rows, columns, name, readTolerance, g_max_S, g_min_S } = this.info;
    const { read_S } = arrays;
    if (
      format !== FORMAT ||
      values.rows !== rows ||
      values.columns !== columns ||
      read_S?.length !== rows * columns
    ) {
      throw inputError(
        'cells.restore',
        `${name}: cannot restore ${format} of ${values.rows} × ${values.columns} cells`,
      );
    }
    const now_S = await this.read(undefined, { averages: AVERAGES });
    const slack_S = (readTolerance * g_max_S) / 2;
    const targets_S = Float64Array.from(read_S, (g, i) =>
      Math.abs(now_S[i] - g) > slack_S ? Math.min(g_max_S, Math.max(g_min_S, g)) : Number.NaN,
    );
    const differ = targets_S.filter((g) => !Number.isNaN(g)).length;
    if (differ === 0) return;
    const { program } = this.options;
    if (program === undefined) {
      throw runError(
        'arc-one.restore',
        `${name}: ${differ} of ${rows * columns} cells are not where they were left; bring them back with "ohmprop instrument program"`,
      );
    }
    await program(this, targets_S);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.journal.close();
    await this.instrument.close();
  }

  /** Before the first pulse of a session: the current follows the sign of the voltage, at a cell of this plan. */
  private async provePolarity(cells: readonly { cell: number }[]): Promise<void> {
    if (this.proved || cells.length === 0) return;
    const { columns } = this.info;
    let failed: unknown;
    for (const { cell } of cells.slice(0, PROVED_AT)) {
      const [row, column] = [Math.floor(cell / columns), cell % columns];
      const { read_V } = this.instrument.settings;
      const floor_A = Math.abs(read_V) * OPEN_S;
      try {
        await provePolarity(
          `${this.info.name}, cell ${row},${column}`,
          read_V,
          async (volts) => volts / (await this.giver.resistance_ohm(row, column, volts)),
          floor_A,
        );
        this.proved = true;
        return;
      } catch (error) {
        failed ??= error;
      }
    }
    throw failed;
  }

  private readRange(): { low: number; high: number } {
    const { g_min_S, g_max_S } = this.options;
    const margin_S = MARGIN * (g_max_S - g_min_S);
    return { low: Math.max(0, g_min_S - margin_S), high: g_max_S + margin_S };
  }

  private requireOpen(): void {
    if (this.closed) throw runError('cells.closed', `${this.info.name}: used after close()`);
  }
}
