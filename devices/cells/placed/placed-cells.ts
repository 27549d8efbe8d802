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
} from '../../contract/index.js';
import type { PlacedPart } from './placement.js';
import type { SharedArray } from './shared-array.js';

const FORMAT = 'placed-cells/1';
/** Reads that a state is made of, and held against. */
const AVERAGES = 4;

/** A rectangle of a group, and the array that it lies on. */
export interface PartOnArray extends Pick<PlacedPart, 'part' | 'at'> {
  readonly on: SharedArray;
}

/** What the groups of one network have in common. */
export interface PlacedOptions {
  /** Brings cells to conductances, S, for `restore`; NaN leaves a cell alone. Without it a state that differs is refused. */
  readonly program?: (array: CellArray, targets_S: Float64Array) => Promise<void>;
  /** While this says so, states are of what the host keeps alone, and no cell is read for them. */
  readonly hostOnly?: () => boolean;
  /** Breaks a plan off between two pulses, at times when that may be. What it is asked for then is refused. */
  readonly signal?: () => AbortSignal | undefined;
  /** Told of pulses that were given. */
  readonly pulsed?: (pulses: number) => void;
  /** Who opened the arrays closes them. */
  readonly closed?: () => Promise<void>;
}

/**
 * A group of cells on rectangles of arrays that it shares with others. Reads are those of the arrays since they were last pulsed:
 * until then they stay what they are, so that both phases of an update see the same conductances.
 */
export class PlacedCells implements CellArray {
  private lastUpdate = 0;
  private closed = false;

  /** @param parts cover the group, each cell once */
  constructor(
    private readonly group: { readonly name: string; readonly rows: number; readonly columns: number },
    private readonly parts: readonly PartOnArray[],
    private readonly options: PlacedOptions = {},
  ) {
    for (const { on, part, at } of parts) on.use({ ...part, ...at });
  }

  get info(): CellArrayInfo {
    const infos = this.parts.map(({ on }) => on.array.info);
    const [first] = infos;
    const least = (value: (info: CellArrayInfo) => number) => Math.min(...infos.map(value));
    const most = (value: (info: CellArrayInfo) => number) => Math.max(...infos.map(value));
    const averages = Math.min(...this.parts.map(({ on }) => on.averages));
    return {
      ...first,
      name: `${this.group.name} on ${[...new Set(infos.map(({ name }) => name))].join(' and ')}`,
      rows: this.group.rows,
      columns: this.group.columns,
      g_min_S: least((i) => i.g_min_S),
      g_max_S: most((i) => i.g_max_S),
      read_min_S: least((i) => i.read_min_S),
      read_max_S: most((i) => i.read_max_S),
      readTolerance: most((i) => i.readTolerance) / Math.sqrt(averages),
      maxPulses: least((i) => i.maxPulses),
      maxPulse_V: least((i) => i.maxPulse_V),
      compliance_A: most((i) => i.compliance_A),
      readsVary: false,
      deterministic: infos.every((i) => i.deterministic),
      lastUpdate: this.lastUpdate,
      restores: 'reads-back',
    };
  }

  async read(range?: CellRange, options: { read_V?: number; averages?: number } = {}): Promise<Float64Array> {
    this.requireOpen();
    const { rows, columns } = this.group;
    const r = range ?? { row: 0, column: 0, rows, columns };
    checkRange(this.info, r);
    const { averages, read_V } = options;
    if (averages !== undefined && !(Number.isInteger(averages) && averages >= 1)) {
      throw inputError('cells.averages', `averages must be a whole number ≥ 1, got ${averages}`);
    }
    const whole_S = new Float64Array(rows * columns);
    for (const { on, part, at } of this.parts) {
      const there = { ...part, ...at };
      const own = read_V === undefined;
      const read_S = own
        ? await on.look(averages)
        : await on.readOnly(there, read_V, averages ?? on.averages);
      const from = own ? on.area : there;
      for (let row = 0; row < part.rows; row++) {
        for (let column = 0; column < part.columns; column++) {
          const at_ = (at.row - from.row + row) * from.columns + at.column - from.column + column;
          whole_S[(part.row + row) * columns + part.column + column] = read_S[at_];
        }
      }
    }
    const out = new Float64Array(r.rows * r.columns);
    for (let i = 0; i < out.length; i++) {
      out[i] = whole_S[(r.row + Math.floor(i / r.columns)) * columns + r.column + (i % r.columns)];
    }
    return out;
  }

  async pulse(plan: PulsePlan, options: { id: UpdateId; signal?: AbortSignal }): Promise<PulseReport> {
    this.requireOpen();
    const { info } = this;
    const { id, signal = this.options.signal?.() } = options;
    checkPlan(info, plan, id);
    this.requireUninterrupted();
    const report = { applied: false, potentiationPulses: 0, depressionPulses: 0, energy_J: 0 };
    if (id <= this.lastUpdate || signal?.aborted) return report;
    const plans = this.parts.map((part) => ({ on: part.on, plan: this.planOn(part, plan) }));
    // whole or not at all, however many arrays it is on
    for (const { on, plan: own } of plans) {
      for (const [entry, count] of own.counts.entries()) on.requireLeft(own.indices[entry], Math.abs(count));
    }
    this.lastUpdate = id;
    for (const { on, plan: own } of together(plans)) {
      if (own.counts.length === 0) continue;
      on.lookAgain();
      // Before the first of them: where the line goes meanwhile, cells have had no more than was counted.
      for (const [entry, count] of own.counts.entries()) {
        const direction = count > 0 ? 'potentiation' : 'depression';
        const { width_s = 0 } = own[direction] ?? info.nominalPulse?.[direction] ?? {};
        on.note(own.indices[entry], Math.abs(count), width_s);
      }
      const done = await on.array.pulse(own, {
        id: on.nextId(),
        ...(signal === undefined ? {} : { signal }),
      });
      this.options.pulsed?.(done.potentiationPulses + done.depressionPulses);
      report.potentiationPulses += done.potentiationPulses;
      report.depressionPulses += done.depressionPulses;
      report.energy_J += done.energy_J;
    }
    this.requireUninterrupted();
    return { ...report, applied: true };
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    const { rows, columns } = this.group;
    const ids = Object.fromEntries(this.parts.map(({ on }, n) => [`on${n}`, on.array.info.lastUpdate]));
    const values = { rows, columns, ...ids };
    if (this.options.hostOnly?.()) return { format: FORMAT, arrays: {}, values };
    const read_S = await this.read(undefined, { averages: AVERAGES });
    return { format: FORMAT, arrays: { read_S }, values: { ...values, averages: AVERAGES } };
  }

  /**
   * Reads back, and programs what differs by more than reads do. A state without conductances is of what the host keeps: cells are
   * left as they are.
   */
  async restore({ format, arrays, values }: DeviceState): Promise<void> {
    this.requireOpen();
    const { rows, columns, name } = this.info;
    if (format !== FORMAT || values.rows !== rows || values.columns !== columns) {
      throw inputError(
        'cells.restore',
        `${name}: cannot restore ${format} of ${values.rows} × ${values.columns} cells`,
      );
    }
    const { read_S } = arrays;
    if (read_S === undefined) {
      for (const [n, { on }] of this.parts.entries()) on.goOnAfter(Number(values[`on${n}`]));
      return;
    }
    const targets_S = await this.differing(Float64Array.from(read_S));
    const differ = targets_S.filter((g) => !Number.isNaN(g)).length;
    if (differ === 0) return;
    const { program } = this.options;
    if (program === undefined) {
      throw runError(
        'cells.restore',
        `${name}: ${differ} of ${rows * columns} cells are not where they were left, and nothing was said that may move them`,
      );
    }
    await program(this, targets_S);
  }

  /** Where cells stand elsewhere than in a state, their places there, S; NaN where not. Reads only. */
  async differing(read_S: Float64Array): Promise<Float64Array> {
    const { readTolerance, g_min_S, g_max_S } = this.info;
    const now_S = await this.read(undefined, { averages: AVERAGES });
    const slack_S = readTolerance * g_max_S;
    return read_S.map((g, cell) =>
      Math.abs(now_S[cell] - g) > slack_S ? Math.min(g_max_S, Math.max(g_min_S, g)) : Number.NaN,
    );
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.options.closed?.();
  }

  /** What a plan asks of one rectangle's array, in its numbers. */
  private planOn({ on, part, at }: PartOnArray, plan: PulsePlan): PulsePlan & { indices: Uint32Array } {
    const { columns } = this.group;
    const { counts, indices, amplitudes_V, ...shapes } = plan;
    const entries: number[] = [];
    const cells: number[] = [];
    for (const [entry, count] of counts.entries()) {
      if (count === 0) continue;
      const cell = indices?.[entry] ?? entry;
      const [row, column] = [Math.floor(cell / columns) - part.row, (cell % columns) - part.column];
      if (row < 0 || column < 0 || row >= part.rows || column >= part.columns) continue;
      entries.push(entry);
      cells.push((at.row + row) * on.array.info.columns + at.column + column);
    }
    return {
      ...shapes,
      counts: Int16Array.from(entries, (entry) => counts[entry]),
      indices: Uint32Array.from(cells),
      ...(amplitudes_V === undefined
        ? {}
        : { amplitudes_V: Float32Array.from(entries, (entry) => amplitudes_V[entry]) }),
    };
  }

  private requireUninterrupted(): void {
    if (!this.options.signal?.()?.aborted) return;
    throw runError('cells.interrupted', `${this.info.name}: was interrupted while its cells were programmed`);
  }

  private requireOpen(): void {
    if (this.closed) throw runError('cells.closed', `${this.info.name}: used after close()`);
  }
}

type OnePlan = { readonly on: SharedArray; readonly plan: PulsePlan & { readonly indices: Uint32Array } };

/** Plans for one array as one plan, which is one update of it. */
function together(plans: readonly OnePlan[]): OnePlan[] {
  const of = new Map<SharedArray, OnePlan>();
  for (const one of plans) {
    const before = of.get(one.on);
    if (before === undefined) {
      of.set(one.on, one);
      continue;
    }
    const [a, b] = [before.plan, one.plan];
    const amplitudes_V =
      a.amplitudes_V === undefined || b.amplitudes_V === undefined
        ? {}
        : { amplitudes_V: Float32Array.of(...a.amplitudes_V, ...b.amplitudes_V) };
    of.set(one.on, {
      on: one.on,
      plan: {
        ...a,
        counts: Int16Array.of(...a.counts, ...b.counts),
        indices: Uint32Array.of(...a.indices, ...b.indices),
        ...amplitudes_V,
      },
    });
  }
  return [...of.values()];
}
