import { inputError } from '../../core/errors.js';
import type { KernelMemory } from '../../kernels/index.js';
import { type CellKernel, paddedCells } from '../../kernels/index.js';
import type { Floats } from '../contract/drive.js';
import type { ConductanceMap } from './conductance-map.js';
import { BLOCK_ROWS, type ContrastArea } from './contrast-area.js';
import type { GroupCells } from './group-cells.js';
import { PulseEnergy } from './pulse-energy.js';
import type { WantedChanges } from './wanted-changes.js';

/** Rounds that every update id is given on the arrays, whatever the policy: 64 per update id. */
const ROUNDS = 64;
/** Most rounds of write and check when conductances are programmed into cells that can only be pulsed. */
const PROGRAM_ROUNDS = 32;

/** One group of conductances: its cells (one array, or two for differential pairs) behind its map. */
export class MappedGroup {
  readonly pulses: PulseEnergy;
  /** What the network sees, in its own unit; float32 in the kernel's memory. */
  private readonly network: Float32Array;
  /** Room for what an array is read at. */
  private readonly read: Float32Array[];
  private readonly entries: number;
  private stale = true;
  private unit_S = 1;

  constructor(
    readonly map: ConductanceMap,
    readonly cells: readonly GroupCells[],
    private readonly area: ContrastArea,
    private readonly kernel: CellKernel,
    memory: KernelMemory,
    private readonly onPulses: (sign: 1 | -1, counts: Int16Array, id: number) => void,
  ) {
    this.entries = cells[0].counts.length;
    const padded = paddedCells(this.entries);
    this.read = cells.map(() => memory.float32(padded));
    this.network = memory.float32(padded);
    this.pulses = new PulseEnergy(cells[0].model);
  }

  /** Between what values the network may see this group: the cells' reach, or any where a read is more than the state. */
  window(): { g_min_S: number; g_max_S: number } {
    const { scale, pairing } = this.map;
    if (!this.cells.every((c) => c.readsPlain)) return { g_min_S: 0, g_max_S: Number.POSITIVE_INFINITY };
    const reach = this.cells.map((c) => {
      const { g_min_S, g_max_S } = c.simulated!.packed.reach();
      return { low: g_min_S, high: g_max_S };
    });
    // one part in 10⁶ wider, so that float32 rounding of an end stays inside
    if (pairing === 'differential') {
      return { g_min_S: 0, g_max_S: scale * (reach[0].high - reach[1].low) * (1 + 1e-6) };
    }
    return { g_min_S: scale * reach[0].low * (1 - 1e-6), g_max_S: scale * reach[0].high * (1 + 1e-6) };
  }

  async sense(unit_S: number): Promise<Float32Array> {
    this.unit_S = unit_S;
    if (this.stale || this.cells.some((c) => c.readsVary)) await this.refresh();
    return this.network.subarray(0, this.entries);
  }

  async adapt(wanted: WantedChanges, id: number): Promise<void> {
    // cells whose reads differ from their states are planned on what the last phase saw
    if (this.stale) await this.refresh();
    const changes = wanted.inKernel?.(this.area) ?? wanted;
    const { change, rows, columns } = this.area;
    for (const [n, c] of this.cells.entries()) {
      const sign = n === 0 ? 1 : -1;
      // each cell of a pair takes its share of the change
      const unit_S = sign * this.cells.length * this.map.span_S;
      const event = id * ROUNDS;
      for (let row = 0; row < rows; row += BLOCK_ROWS) {
        const first = row * columns;
        const count = Math.min(BLOCK_ROWS, rows - row) * columns;
        changes.block(first, count, change, unit_S);
        if (c.policy.idealWrite) c.simulated!.shift(first, count, change.byteOffset, event);
        else c.run.plan(first, count, event);
      }
      if (!c.policy.idealWrite) await this.pulseRounds(c, n, sign, event);
    }
    this.stale = true;
  }

  async write(conductances_S: Floats): Promise<void> {
    if (conductances_S.length !== this.entries) {
      throw inputError('cells.write', `needs ${this.entries} conductances, got ${conductances_S.length}`);
    }
    const { scale, pairing } = this.map;
    const { g_min_S, g_max_S } = this.cells[0].model;
    // pairs stand around the middle of their range, so that both cells can give way
    const middle = 0.5 * (g_min_S + g_max_S);
    for (const [n, c] of this.cells.entries()) {
      const wanted = Float64Array.from(conductances_S, (g) =>
        pairing === 'single' ? g / scale : middle + (n === 0 ? 0.5 : -0.5) * (g / scale),
      );
      if (c.simulated !== undefined) c.simulated.set(wanted);
      else await this.program(c, wanted);
      c.run.reset?.();
    }
    this.stale = true;
  }

  /** Lets time pass for simulated cells. */
  wait(elapsed_s: number): void {
    for (const c of this.cells) c.simulated?.wait(elapsed_s);
    this.stale = true;
  }

  /** To be called when the cells' states were replaced. */
  changed(): void {
    this.stale = true;
  }

  saturatedFraction(c: GroupCells): number {
    if (c.simulated !== undefined) return c.simulated.packed.saturatedFraction();
    return this.kernel.countSaturated(0, this.entries, c.known.byteOffset, 1e-3) / this.entries;
  }

  histogram(c: GroupCells, bins: number): Uint32Array {
    if (c.simulated !== undefined) return c.simulated.packed.histogram(bins);
    const counts = new Uint32Array(bins);
    for (let i = 0; i < this.entries; i++) {
      counts[Math.min(bins - 1, Math.max(0, Math.floor(c.known[i] * bins)))]++;
    }
    return counts;
  }

  private async refresh(): Promise<void> {
    const scale = this.map.scale / this.unit_S;
    const [only, second] = this.cells;
    this.stale = false;
    if (second === undefined) {
      await only.read(this.network, scale);
      return;
    }
    const [plus, minus] = this.read;
    await only.read(plus, scale);
    await second.read(minus, scale);
    const out = this.network.byteOffset;
    this.kernel.differenceOfCells(this.entries, plus.byteOffset, minus.byteOffset, out);
  }

  private async pulseRounds(c: GroupCells, n: number, sign: 1 | -1, event: number): Promise<void> {
    for (let round = 0; round < c.policy.rounds; round++) {
      if (round > 0) {
        await c.read(this.read[n], 1);
        if (c.run.again!(event, round) === 0) break;
      }
      const report = await c.pulse(event + round);
      this.pulses.add(report);
      this.onPulses(sign, c.counts, event / ROUNDS);
    }
  }

  /** Write and check towards conductances of the array, S: for cells that can only be pulsed. */
  private async program(c: GroupCells, wanted_S: Float64Array): Promise<void> {
    const { model, array } = c;
    const span = model.g_max_S - model.g_min_S;
    const { g_min_S, g_max_S } = array.info;
    const reachable_S = wanted_S.map((g) => Math.min(g_max_S, Math.max(g_min_S, g)));
    for (let round = 0; round < PROGRAM_ROUNDS; round++) {
      const now = await array.read();
      let busy = 0;
      c.counts.forEach((_, i) => {
        const w = (now[i] - model.g_min_S) / span;
        const way = (reachable_S[i] - now[i]) / span;
        const step = Math.abs((way > 0 ? model.potentiation : model.depression).step(w));
        const pulses = Math.min(array.info.maxPulses, 100, Math.round(Math.abs(way) / Math.max(step, 1e-6)));
        c.counts[i] = way > 0 ? pulses : -pulses;
        busy += pulses;
      });
      if (busy === 0) break;
      this.pulses.add(await c.pulse(0));
    }
  }
}
