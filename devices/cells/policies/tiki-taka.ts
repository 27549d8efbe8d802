import type { StateArray } from '../../../core/index.js';
import { inputError } from '../../../core/index.js';
import { streamKeys } from '../stream-keys.js';
import {
  type FastArea,
  MAX_PULSES,
  MIN_STEP,
  type PolicyArea,
  type PolicyRun,
  type UpdatePolicy,
} from './update-policy.js';

/** Numbers of both forms. */
export interface TikiTakaOptions {
  /** Updates in which the whole fast array is read once, some rows at each. */
  readonly transferEvery?: number;
  /** Share of what a read finds that goes into the digital sum. */
  readonly transferRate?: number;
  /** By how much more the fast cells are moved than an update wants: so strong a gradient that asymmetry makes them forget. */
  readonly fastGain?: number;
  readonly mostPulses?: number;
}

/**
 * Tiki-Taka with a digital sum (TTv2: Gokmen, Front. Artif. Intell. 4:699148 (2021), after Gokmen & Haensch, Front. Neurosci.
 * 14:103 (2020)). A fast array takes what updates want by coincidences, blind to its states, and asymmetry pulls it back to its
 * symmetry point; some of its rows are read at each update, what they hold beyond their symmetry points adds up in a digital
 * sum, and the cells that the network sees are pulsed by the whole nominal steps of that. A new run measures the symmetry points.
 */
export function tikiTakaPolicy(options: TikiTakaOptions = {}): UpdatePolicy {
  return policyOf('tiki-taka', options, undefined);
}

/**
 * Its chopped form (c-TTv2: Rasch, Carta, Fagbohungbe & Gokmen, arXiv:2303.04721): the sign under which a row of the
 * fast array gathers changes from time to time, and what is read is multiplied by it, so that a symmetry point that is known
 * wrongly cancels. The nominal one is taken and nothing is measured.
 */
export function chopped(options: TikiTakaOptions & { readonly chopEvery?: number } = {}): UpdatePolicy {
  const { chopEvery = 10 } = options;
  requireCount('chopEvery', chopEvery);
  return policyOf('tiki-taka-chopped', options, chopEvery);
}

function policyOf(name: string, options: TikiTakaOptions, chopEvery: number | undefined): UpdatePolicy {
  const { transferEvery = 10, transferRate = 0.03, fastGain = 30, mostPulses = MAX_PULSES } = options;
  requireCount('transferEvery', transferEvery);
  for (const [field, value] of Object.entries({ transferRate, fastGain })) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw inputError('policy.tiki-taka', `${field} must be above 0, got ${value}`);
  }
  return {
    name,
    idealWrite: false,
    rounds: 1,
    arraysPerCell: 0,
    fastArray: true,
    attach(a) {
      if (a.fast === undefined) {
        throw inputError(
          'policy.needs-second-array',
          `policy ${name} needs a second array of cells beside each`,
        );
      }
      return new TikiTakaRun(a, a.fast, { transferEvery, transferRate, fastGain, mostPulses, chopEvery });
    },
  };
}

class TikiTakaRun implements PolicyRun {
  /** What was read and not yet handed on, in units of the range. */
  private readonly sum: Float32Array;
  /** Symmetry points of the fast cells, as states. */
  private readonly reference: Float32Array;
  /** ±1 a row. */
  private readonly sign: Int16Array;
  /** Updates so far; rows of the fast array that were read so far, each time counted. */
  private updates = 0;
  private rowsRead = 0;

  constructor(
    private readonly area: PolicyArea,
    private readonly fast: FastArea,
    private readonly options: Required<TikiTakaOptions> & { readonly chopEvery: number | undefined },
  ) {
    this.sum = new Float32Array(area.cells);
    this.reference = new Float32Array(area.cells).fill(fast.nominal.state);
    this.sign = new Int16Array(this.rows).fill(1);
    const least = Math.max(fast.nominal.step, MIN_STEP * area.largestStep);
    fast.plan.set({ key: streamKeys.rounding, least: least / options.fastGain, most: options.mostPulses });
  }

  /** Plans the fast cells, under the signs of their rows; those that the network sees wait for `transfer`. */
  plan(first: number, count: number, event: number): void {
    this.fast.plan.evenCounts(first, count, event);
    const { counts } = this.fast;
    const { columns } = this.area;
    for (let c = first; c < first + count; c++) counts[c] *= this.sign[Math.floor(c / columns)];
  }

  async transfer(): Promise<void> {
    const { counts } = this.area;
    counts.fill(0);
    const { transferEvery } = this.options;
    this.updates++;
    // after `transferEvery` updates every row has been read once more, whatever their number
    const due = Math.floor((this.updates * this.rows) / transferEvery) - this.rowsRead;
    for (let left = due; left > 0; ) {
      const row = this.rowsRead % this.rows;
      const several = Math.min(left, this.rows - row);
      await this.readRows(row, several);
      left -= several;
    }
  }

  async initialise(pulsed: Parameters<FastArea['toSymmetry']>[0]): Promise<void> {
    if (this.options.chopEvery === undefined) this.reference.set(await this.fast.toSymmetry(pulsed));
  }

  reset(): void {
    this.sum.fill(0);
  }

  snapshot(): Record<string, StateArray> {
    const { sum, reference, sign, updates, rowsRead } = this;
    return {
      sum: sum.slice(),
      reference: reference.slice(),
      sign: sign.slice(),
      progress: Float64Array.of(updates, rowsRead),
    };
  }

  restore(arrays: Readonly<Record<string, StateArray>>): void {
    this.sum.set(arrays.sum);
    this.reference.set(arrays.reference);
    this.sign.set(arrays.sign);
    [this.updates, this.rowsRead] = arrays.progress;
  }

  private async readRows(row: number, count: number): Promise<void> {
    const { columns } = this.area;
    const { transferRate, chopEvery } = this.options;
    const read = await this.fast.readRows(row, count);
    const from = row * columns;
    for (let n = 0; n < read.length; n++) {
      const c = from + n;
      const held = this.sign[Math.floor(c / columns)] * (read[n] - this.reference[c]);
      this.sum[c] += transferRate * held;
      this.handOn(c);
    }
    for (let r = row; r < row + count; r++) {
      const reads = Math.floor(this.rowsRead / this.rows) + 1;
      if (chopEvery !== undefined && reads % chopEvery === 0) this.sign[r] *= -1;
      this.rowsRead++;
    }
  }

  /** Pulses a cell by the whole steps that its sum holds, never past the end of the range. */
  private handOn(cell: number): void {
    const { area, sum } = this;
    if (area.mask()?.[cell]) return;
    const w = area.lastRead()[cell];
    const floor = MIN_STEP * area.largestStep;
    const held = Math.min(1 - w + floor, Math.max(-w - floor, sum[cell]));
    const { potentiation, depression } = area.model;
    const step = Math.max(floor, Math.abs((held > 0 ? potentiation : depression).step(w)));
    const pulses = Math.sign(held) * Math.floor(Math.min(this.options.mostPulses, Math.abs(held) / step));
    area.counts[cell] = pulses;
    sum[cell] = held - pulses * step;
  }

  private get rows(): number {
    return this.area.cells / this.area.columns;
  }
}

function requireCount(field: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw inputError('policy.tiki-taka', `${field} must be a whole number ≥ 1, got ${value}`);
}
