import type { DeviceState } from '../../core/index.js';
import { inputError } from '../../core/index.js';
import { type CellKernel, type KernelMemory, paddedCells } from '../../kernels/index.js';
import type { Floats } from '../contract/index.js';
import type { ConductanceMap } from './conductance-map.js';
import { BLOCK_ROWS, type ContrastArea } from './contrast-area.js';
import type { GroupCells } from './group-cells.js';
import { PulseEnergy } from './pulse-energy.js';
import type { WantedChanges } from './wanted-changes.js';

const FORMAT = 'mapped-group/1';
/** So much wider are windows than what cells reach, relative: float32 rounding of an end stays inside. */
const ROUNDING = 1e-6;

/** Is told of the pulses of an update: signed counts of the group's (`sign` −1: second) cells. */
export type OnPulses = (sign: 1 | -1, counts: Int16Array, update: number) => void;

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

  constructor(
    readonly map: ConductanceMap,
    readonly cells: readonly GroupCells[],
    private readonly area: ContrastArea,
    private readonly kernel: CellKernel,
    memory: KernelMemory,
    private readonly onPulses: OnPulses,
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

  async adapt(wanted: WantedChanges, update: number): Promise<void> {
    // cells whose reads differ from their states are planned on what the last phase saw
    if (this.changes !== this.sensedAt) await this.refresh(this.unit_S);
    const changes = wanted.inKernel?.(this.area) ?? wanted;
    for (const [n, c] of this.cells.entries()) {
      const sign = n === 0 ? 1 : -1;
      // each cell of a pair takes its share of the change
      const unit_S = sign * this.cells.length * this.map.span_S;
      if (c.policy.idealWrite) await this.setCells(c, changes, unit_S, update);
      else await this.pulseCells(c, changes, unit_S, update);
    }
  }

  /** @param byPulses as in `GroupCells.write` */
  async write(conductances_S: Floats, byPulses = false): Promise<void> {
    if (conductances_S.length !== this.entries) {
      throw inputError('cells.write', `needs ${this.entries} conductances, got ${conductances_S.length}`);
    }
    const { scale, pairing } = this.map;
    const { g_min_S, g_max_S } = this.cells[0].model;
    // pairs stand around the middle of their range, so that both cells can give way
    const middle = 0.5 * (g_min_S + g_max_S);
    for (const [n, c] of this.cells.entries()) {
      const wanted_S = Float64Array.from(conductances_S, (g) =>
        pairing === 'single' ? g / scale : middle + (n === 0 ? 0.5 : -0.5) * (g / scale),
      );
      await c.write(wanted_S, (report) => this.pulses.add(report), byPulses);
    }
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
    return { format: FORMAT, arrays: {}, values: this.pulses.values(), parts };
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

  private async pulseCells(
    c: GroupCells,
    changes: WantedChanges,
    unit_S: number,
    update: number,
  ): Promise<void> {
    this.forEachBlock(changes, unit_S, (first, count) => c.planBlock(first, count, update));
    const n = this.cells.indexOf(c);
    for (let round = 0; round < c.policy.rounds; round++) {
      if (round > 0) {
        await c.read(this.reads[n], 1);
        if (c.replan() === 0) break;
      }
      this.pulses.add(await c.pulse(update, round));
      this.onPulses(n === 0 ? 1 : -1, c.counts, update);
    }
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
