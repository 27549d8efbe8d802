import type { DeviceState } from '../../core/index.js';
import { inputError } from '../../core/index.js';
import { KernelMemory } from '../../kernels/index.js';
import type { Floats } from '../contract/index.js';
import type { ConductanceStore, StoreReport } from './conductance-store.js';
import { maskStuckCells } from './find-stuck.js';
import type { MappedGroup } from './mapped-group.js';
import { bytesOf, openGroup } from './open-group.js';
import { checkPairs } from './policy-checks.js';
import { largestStep } from './pulse/index.js';
import type { CellStoreOptions, PulseListener } from './store-options.js';
import { FORMAT, stateTree } from './store-state.js';
import type { WantedChanges } from './wanted-changes.js';

/** The conductances of a network in arrays of cells, simulated or behind an instrument, under one update policy. */
export class CellStore implements ConductanceStore {
  readonly noisy: boolean;
  readonly resolution: number;
  readonly readTolerance: number;
  readonly groups: ReadonlyMap<string, MappedGroup>;
  waits = 0;
  /** Writes are made of reads and pulses, as on a bench, where simulated cells could as well be set. */
  programs = false;
  private readonly listener: PulseListener | undefined;
  private readonly maskStuck: boolean;
  private readonly update_s: number;
  /** Other cells than simulated ones, which may stand elsewhere than a state says once that is restored. */
  private readonly foreign: boolean;
  /** Told once an update is planned, before its first pulse: a snapshot taken then holds what is going to be given. */
  beforePulses: (() => Promise<void>) | undefined;

  constructor(options: CellStoreOptions) {
    const { groups, model, policy } = options;
    checkPairs(options);
    const memory = new KernelMemory(bytesOf(options));
    this.groups = new Map(groups.map((group, g) => [group.name, openGroup(options, group, g, memory)]));
    this.listener = options.listener;
    this.maskStuck = options.maskStuck ?? false;
    this.update_s = options.update_s ?? 0;
    if (!(this.update_s >= 0 && Number.isFinite(this.update_s))) {
      throw inputError(
        'cells.wait',
        `update_s: the time from update to update must be ≥ 0 s, got ${this.update_s}`,
      );
    }
    this.foreign = options.open !== undefined;
    const infos = [...this.groups.values()].flatMap(({ cells }) => cells.map((c) => c.array.info));
    this.noisy = infos.some((info) => info.readsVary);
    // the largest entry of a fresh group is about a third of the range
    this.readTolerance = 4 * Math.max(...infos.map((info) => info.readTolerance));
    const step = policy.idealWrite ? 0 : 4 * largestStep(model);
    this.resolution = 1e-6 + step + this.readTolerance;
  }

  window(group: string): { g_min_S: number; g_max_S: number } {
    return this.group(group).window();
  }

  async sense(group: string, unit_S = 1): Promise<Floats> {
    return this.group(group).sense(unit_S);
  }

  async adapt(wanted: Readonly<Record<string, WantedChanges>>, id: number): Promise<void> {
    for (const [name, changes] of Object.entries(wanted)) await this.group(name).plan(changes, id);
    await this.beforePulses?.();
    for (const name of Object.keys(wanted)) await this.group(name).carryOut(id);
    if (Object.keys(wanted).length > 0) await this.elapse(this.update_s);
  }

  /**
   * Lets time pass outside an update, s; 0 only has whoever sensed the conductances look again, as after a restore into cells
   * that are read otherwise. @throws `cells.wait`
   */
  async wait(seconds: number): Promise<void> {
    this.waits++;
    await this.elapse(seconds);
  }

  async initialise(): Promise<void> {
    if (this.maskStuck) await maskStuckCells(this);
    for (const group of this.groups.values()) await group.initialise();
  }

  async write(group: string, conductances_S: Floats): Promise<void> {
    await this.group(group).write(conductances_S, this.programs);
  }

  pulses(): number {
    let sum = 0;
    for (const { pulses } of this.groups.values()) sum += pulses.potentiationPulses + pulses.depressionPulses;
    return sum;
  }

  report(): StoreReport {
    const total = { potentiationPulses: 0, depressionPulses: 0, energy_J: 0, masked: 0 };
    let edge = 0;
    let cells = 0;
    let cutCounts = 0;
    for (const group of this.groups.values()) {
      total.potentiationPulses += group.pulses.potentiationPulses;
      total.depressionPulses += group.pulses.depressionPulses;
      total.energy_J += group.pulses.energy_J;
      for (const c of group.cells) {
        total.masked += c.maskedCells;
        cutCounts += c.cutCounts;
        edge += c.statistics.saturatedFraction() * c.counts.length;
        cells += c.counts.length;
      }
    }
    return { ...total, saturatedFraction: edge / cells, ...(cutCounts > 0 ? { cutCounts } : {}) };
  }

  /** How many cells of all groups stand in each of `bins` equal parts of the range, as last read. */
  histogram(bins = 20): Uint32Array {
    const all = new Uint32Array(bins);
    for (const group of this.groups.values()) {
      for (const c of group.cells) {
        for (const [b, n] of c.statistics.histogram(bins).entries()) all[b] += n;
      }
    }
    return all;
  }

  async snapshot(): Promise<DeviceState> {
    const parts: Record<string, DeviceState> = {};
    for (const [name, group] of this.groups) parts[name] = await group.snapshot();
    return { format: FORMAT, arrays: {}, values: {}, parts };
  }

  async restore(state: DeviceState): Promise<void> {
    const { values, parts = {} } = stateTree(state, [...this.groups.keys()]);
    for (const [name, group] of this.groups) {
      if (parts[name] === undefined) {
        throw inputError('cells.restore', `conductances in cells: the state has no group ${name}`);
      }
      await group.restore(parts[name]);
    }
    for (const group of this.groups.values()) await group.finish();
    if (this.foreign) this.waits++;
    // versions before 0.2 let the time of the last update pass only when cells were next looked at
    await this.elapse(Number(values.pending_s ?? 0));
  }

  async close(): Promise<void> {
    for (const group of this.groups.values()) {
      for (const c of group.cells) await c.close();
    }
    this.listener?.close?.();
  }

  /** The same plans on the same state give the same conductances. */
  get deterministic(): boolean {
    for (const { cells } of this.groups.values()) {
      if (cells.some(({ array }) => !array.info.deterministic)) return false;
    }
    return true;
  }

  /** Lets time pass for every cell: simulated time where there is such, else real time. */
  private async elapse(seconds: number): Promise<void> {
    if (seconds === 0) return;
    let simulated = true;
    for (const group of this.groups.values()) simulated = (await group.elapse(seconds)) && simulated;
    if (!simulated) await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  }

  private group(name: string): MappedGroup {
    const group = this.groups.get(name);
    if (group === undefined) {
      throw inputError(
        'cells.group',
        `no cells hold group ${name}; known: ${[...this.groups.keys()].join(', ')}`,
      );
    }
    return group;
  }
}
