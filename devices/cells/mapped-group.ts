import type { DeviceState } from '../../core/index.js';
import { inputError } from '../../core/index.js';
import { type CellKernel, type KernelMemory, paddedCells } from '../../kernels/index.js';
import type { Floats, PulseReport } from '../contract/index.js';
import type { ConductanceMap } from './conductance-map.js';
import { BLOCK_ROWS, type ContrastArea } from './contrast-area.js';
import type { GroupCells } from './group-cells.js';
import { keepRising, refreshPairs } from './one-sided-pairs.js';
import type { PairUse } from './pair-update.js';
import { PulseEnergy } from './pulse-energy.js';
import { findSymmetryPoints, restPoint } from './rest-point.js';
import type { WantedChanges } from './wanted-changes.js';

const FORMAT = 'mapped-group/1';
/** So much wider are windows than what cells reach, relative: float32 rounding of an end stays inside. */
const ROUNDING = 1e-6;

/** Is told of the pulses of an update: signed counts of the group's (`sign` −1: second) cells, or of the fast array beside them. */
export type OnPulses = (sign: 1 | -1, counts: Int16Array, update: number, fast: boolean) => void;

/** How the pairs of a group are used. */
export interface GroupPairs {
  readonly use: PairUse;
  /** Second cells stand at the symmetry points of the first. */
  readonly reference: boolean;
  /** Updates from refresh to refresh; undefined: never. */
  readonly refreshEvery: number | undefined;
}

/** One group of conductances: its cells (one array, or two for differential pairs) behind its map. */
export class MappedGroup {
  readonly pulses: PulseEnergy;
  /** What the network sees, in units of `unit_S`; float32 in the kernel's memory. */
  private readonly network: Float32Array;
  private unit_S = 1;
  /** `changes` of the cells when `network` was read; −1: never. */
  private sensedAt = -1;
  /** Room for what an array is read at. */
  private readonly reads: Float32Array[];
  private readonly entries: number;
  /** Second cells have been put at measured symmetry points, and stay there. */
  private referenced = false;

  constructor(
    readonly map: ConductanceMap,
    readonly cells: readonly GroupCells[],
    private readonly area: ContrastArea,
    private readonly kernel: CellKernel,
    memory: KernelMemory,
    private readonly onPulses: OnPulses,
    private readonly pairs: GroupPairs,
  ) {
    this.entries = cells[0].counts.length;
    const padded = paddedCells(this.entries);
    this.reads = cells.map(() => memory.float32(padded));
    this.network = memory.float32(padded);
    this.pulses = new PulseEnergy(cells[0].model);
  }

  /** Between what values the network may see this group, S: what its arrays say that a read can give. */
  window(): { g_min_S: number; g_max_S: number } {
    const { scale } = this.map;
    const [only, second] = this.cells.map((c) => c.readRange);
    if (second !== undefined) {
      const lowest = scale * (only.low - second.high) * (1 + ROUNDING);
      return {
        g_min_S: this.isSigned ? lowest : 0,
        g_max_S: scale * (only.high - second.low) * (1 + ROUNDING),
      };
    }
    return { g_min_S: scale * only.low * (1 - ROUNDING), g_max_S: scale * only.high * (1 + ROUNDING) };
  }

  /** The group as the network sees it, in units of `unit_S`. */
  async sense(unit_S: number): Promise<Float32Array> {
    // where reads vary each look deserves its own
    const varies = this.cells.some((c) => c.array.info.readsVary);
    if (varies || unit_S !== this.unit_S || this.changes !== this.sensedAt) await this.refresh(unit_S);
    return this.network.subarray(0, this.entries);
  }

  /** Plans an update: no cell is pulsed before all groups have planned. Cells that are set instead of pulsed are set at once. */
  async plan(wanted: WantedChanges, update: number): Promise<void> {
    // cells whose reads differ from their states are planned on what the last phase saw
    if (this.changes !== this.sensedAt) await this.refresh(this.unit_S);
    const changes = wanted.inKernel?.(this.area) ?? wanted;
    const { use } = this.pairs;
    for (const [n, c] of this.moving.entries()) {
      const sign = n === 0 ? 1 : -1;
      // each cell of a pair takes its share of the change
      const unit_S = sign * (this.isPair ? use.sharing : 1) * this.map.span_S;
      if (c.policy.idealWrite) {
        await this.setCells(c, changes, unit_S, update);
        continue;
      }
      this.forEachBlock(changes, unit_S, (first, count) => c.planBlock(first, count, update));
      if (this.isPair && use.risesOnly) keepRising(c.counts);
      c.planned = true;
    }
  }

  /** Carries out what was planned. */
  async carryOut(update: number): Promise<void> {
    for (const c of this.moving) if (c.planned) await this.pulseCells(c, update);
    const { refreshEvery } = this.pairs;
    if (this.isPair && refreshEvery !== undefined && update % refreshEvery === 0) {
      const [first, second] = this.cells;
      await refreshPairs(first, second, (report) => this.pulses.add(report));
    }
  }

  /** What a new run does to its cells before anything is written: nothing, or what its policy needs to know of them. */
  async initialise(): Promise<void> {
    const [first, second] = this.cells;
    for (const c of this.cells) await c.initialise((report) => this.pulses.add(report));
    if (!this.pairs.reference || second === undefined) return;
    const points_S = await findSymmetryPoints(first.array, first.model, (report) => this.pulses.add(report));
    first.changes++;
    await second.write(points_S, (report) => this.pulses.add(report));
    this.referenced = true;
  }

  /** @param byPulses as in `GroupCells.write` */
  async write(conductances_S: Floats, byPulses = false): Promise<void> {
    if (conductances_S.length !== this.entries) {
      throw inputError('cells.write', `needs ${this.entries} conductances, got ${conductances_S.length}`);
    }
    const { scale } = this.map;
    const [first, second] = this.cells;
    const pulsed = (report: PulseReport) => this.pulses.add(report);
    if (second === undefined) {
      await first.write(
        Float64Array.from(conductances_S, (g) => g / scale),
        pulsed,
        byPulses,
      );
      return;
    }
    if (this.pairs.reference) {
      const zero_S = await this.zeros();
      if (!this.referenced) await second.write(zero_S, pulsed, byPulses);
      await first.write(
        zero_S.map((zero, e) => zero + conductances_S[e] / scale),
        pulsed,
        byPulses,
      );
      return;
    }
    const { use } = this.pairs;
    const put = (n: 0 | 1) =>
      Float64Array.from(conductances_S, (g) => use.place(g / scale, first.model, this.isSigned)[n]);
    await first.write(put(0), pulsed, byPulses);
    await second.write(put(1), pulsed, byPulses);
  }

  /** Lets time pass. False where some cells know only real time. */
  async elapse(seconds: number): Promise<boolean> {
    let simulated = true;
    for (const c of this.cells) simulated = (await c.elapse(seconds)) && simulated;
    return simulated;
  }

  async snapshot(): Promise<DeviceState> {
    const parts: Record<string, DeviceState> = {};
    for (const [n, c] of this.cells.entries()) parts[n] = await c.snapshot();
    const values = { ...this.pulses.values(), ...(this.referenced ? { referenced: true } : {}) };
    return { format: FORMAT, arrays: {}, values, parts };
  }

  async restore({ format, values, parts = {} }: DeviceState): Promise<void> {
    if (format !== FORMAT || Object.keys(parts).length !== this.cells.length) {
      throw inputError(
        'cells.restore',
        `conductances in ${this.map.pairing} cells: cannot restore ${format} of ${Object.keys(parts).length} arrays`,
      );
    }
    for (const [n, c] of this.cells.entries()) await c.restore(parts[n]);
    this.pulses.restore(values);
    this.referenced = values.referenced === true;
  }

  /** Carries out what is left of an update that was planned when the state restored was written. */
  async finish(): Promise<void> {
    for (const c of this.cells) if (c.planned) this.pulses.add(await c.finish());
  }

  private async setCells(
    c: GroupCells,
    changes: WantedChanges,
    unit_S: number,
    update: number,
  ): Promise<void> {
    const write = c.idealWrite(update);
    this.forEachBlock(changes, unit_S, (first, count) => write.block(first, count, this.area.change));
    await write.done();
  }

  private async pulseCells(c: GroupCells, update: number): Promise<void> {
    const n = this.cells.indexOf(c);
    const sign = n === 0 ? 1 : -1;
    const fast = await c.pulseFast();
    if (fast !== undefined) {
      this.pulses.add(fast.report);
      this.onPulses(sign, fast.counts, update, true);
    }
    for (let round = 0; round < c.policy.rounds; round++) {
      if (round > 0) {
        await c.read(this.reads[n], 1);
        if (c.replan() === 0) break;
      }
      this.pulses.add(await c.pulse(update, round));
      this.onPulses(sign, c.counts, update, false);
    }
  }

  /** Cells that updates move. */
  private get moving(): readonly GroupCells[] {
    return this.isPair && !this.pairs.use.secondMoves ? this.cells.slice(0, 1) : this.cells;
  }

  /** Works out the changes of some rows after others, in `area.change`. */
  private forEachBlock(
    changes: WantedChanges,
    unit_S: number,
    use: (first: number, count: number) => void,
  ): void {
    const { change, rows, columns } = this.area;
    for (let row = 0; row < rows; row += BLOCK_ROWS) {
      const first = row * columns;
      const count = Math.min(BLOCK_ROWS, rows - row) * columns;
      changes.block(first, count, change, unit_S);
      use(first, count);
    }
  }

  /** Where second cells stand: measured as far as they have been put there, else the nominal symmetry point. */
  private async zeros(): Promise<Float64Array> {
    const [, second] = this.cells;
    if (this.referenced)
      return second.array.read(undefined, { averages: second.array.info.readsVary ? 16 : 1 });
    const { g_min_S, g_max_S } = second.model;
    const zero_S = g_min_S + restPoint(second.model).state * (g_max_S - g_min_S);
    return new Float64Array(this.entries).fill(zero_S);
  }

  private get isPair(): boolean {
    return this.cells.length === 2;
  }

  private get isSigned(): boolean {
    return this.map.g_min_S < 0;
  }

  private get changes(): number {
    return this.cells.reduce((sum, c) => sum + c.changes, 0);
  }

  private async refresh(unit_S: number): Promise<void> {
    const scale = this.map.scale / unit_S;
    const [only, second] = this.cells;
    this.unit_S = unit_S;
    this.sensedAt = this.changes;
    if (second === undefined) {
      await only.read(this.network, scale);
      return;
    }
    const [plus, minus] = this.reads;
    await only.read(plus, scale);
    await second.read(minus, scale);
    if (this.isSigned) {
      for (let e = 0; e < this.entries; e++) this.network[e] = plus[e] - minus[e];
      return;
    }
    const out = this.network.byteOffset;
    this.kernel.differenceOfCells(this.entries, plus.byteOffset, minus.byteOffset, out);
  }
}
