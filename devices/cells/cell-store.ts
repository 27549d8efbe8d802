import type { DeviceState } from '../../core/index.js';
import { inputError } from '../../core/index.js';
import { cellKernel, KernelMemory, paddedCells } from '../../kernels/index.js';
import type { CellArray, Floats } from '../contract/index.js';
import type { ConductanceMap } from './conductance-map.js';
import type { ConductanceStore, StoreReport } from './conductance-store.js';
import { ContrastArea } from './contrast-area.js';
import { maskStuckCells } from './find-stuck.js';
import { type CellPlace, checkPolicy, GroupCells } from './group-cells.js';
import { MappedGroup } from './mapped-group.js';
import type { Nonidealities } from './nonidealities/index.js';
import type { UpdatePolicy } from './policies/index.js';
import { largestStep, type PulseModel } from './pulse/index.js';
import { SimulatedCells } from './simulated-cells.js';
import { FORMAT, stateTree } from './store-state.js';
import type { WantedChanges } from './wanted-changes.js';

/** One group of a network's conductances and how its cells carry them. */
export interface StoreGroup {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly map: ConductanceMap;
}

/**
 * What a `CellStore` is made of: groups of conductances, the cells that carry them, and the policy that turns wanted changes
 * into pulses.
 */
export interface CellStoreOptions {
  readonly groups: readonly StoreGroup[];
  readonly model: PulseModel;
  readonly policy: UpdatePolicy;
  readonly seed: number;
  /** Of simulated cells. */
  readonly nonidealities?: Partial<Nonidealities>;
  /**
   * Other cells than simulated ones of `model` and `nonidealities`: behind an instrument, for instance. `sign` is −1 for the
   * second cells of differential pairs. What is laid in `place.memory` can be offered as a `kernelView`.
   */
  readonly open?: (group: StoreGroup, sign: 1 | -1, place: Omit<CellPlace, 'change'>) => CellArray;
  readonly listener?: PulseListener;
  /** Whether a new run tests every cell by pulses and leaves those alone that do not move. The mask is part of a snapshot. */
  readonly maskStuck?: boolean;
  /** Time from one update to the next, s: simulated cells drift, relax and switch meanwhile. Default 0. */
  readonly update_s?: number;
}

/** Is told of every pulse. */
export interface PulseListener {
  /** After an update of a group's cells: signed counts of its (`sign` −1: second) cells, row-major. */
  pulsed(group: StoreGroup, sign: 1 | -1, counts: Int16Array, id: number): void;
  /** When the store is closed. */
  close?(): void;
}

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

  constructor(options: CellStoreOptions) {
    const { groups, model, policy } = options;
    const memory = new KernelMemory(bytesOf(groups, policy, model));
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
    for (const [name, changes] of Object.entries(wanted)) await this.group(name).adapt(changes, id);
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
    for (const group of this.groups.values()) {
      total.potentiationPulses += group.pulses.potentiationPulses;
      total.depressionPulses += group.pulses.depressionPulses;
      total.energy_J += group.pulses.energy_J;
      for (const c of group.cells) {
        total.masked += c.maskedCells;
        edge += c.saturatedFraction() * c.counts.length;
        cells += c.counts.length;
      }
    }
    return { ...total, saturatedFraction: edge / cells };
  }

  /** How many cells of all groups stand in each of `bins` equal parts of the range, as last read. */
  histogram(bins = 20): Uint32Array {
    const all = new Uint32Array(bins);
    for (const group of this.groups.values()) {
      for (const c of group.cells) {
        for (const [b, n] of c.histogram(bins).entries()) all[b] += n;
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
    // versions before 0.2 let the time of the last update pass only when cells were next looked at
    await this.elapse(Number(values.pending_s ?? 0));
  }

  async close(): Promise<void> {
    for (const group of this.groups.values()) {
      for (const c of group.cells) await c.array.close();
    }
    this.listener?.close?.();
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

/** The arrays of one group, each under the policy. @param g number of the group in the network */
function openGroup(
  options: CellStoreOptions,
  group: StoreGroup,
  g: number,
  memory: KernelMemory,
): MappedGroup {
  const { model, policy, seed, listener, open = simulated(options) } = options;
  const { rows, columns, map } = group;
  const kernel = cellKernel(memory);
  const area = new ContrastArea(rows, columns, kernel, memory);
  const signs: (1 | -1)[] = map.pairing === 'differential' ? [1, -1] : [1];
  const cells = signs.map((sign, n) => {
    const place = { memory, seed, number: 2 * g + n };
    const array = open(group, sign, place);
    checkSize(array, group);
    checkPolicy(policy, array);
    return new GroupCells(array, model, policy, { ...place, change: area.change });
  });
  return new MappedGroup(map, cells, area, kernel, memory, (sign, counts, update) =>
    listener?.pulsed(group, sign, counts, update),
  );
}

function simulated({ model, nonidealities = {} }: CellStoreOptions): Required<CellStoreOptions>['open'] {
  return ({ rows, columns }, _, { memory, seed, number }) =>
    new SimulatedCells({ rows, columns, model, seed, group: number, memory, nonidealities });
}

function checkSize({ info }: CellArray, { name, rows, columns }: StoreGroup): void {
  if (info.rows === rows && info.columns === columns) return;
  throw inputError(
    'cells.size',
    `${info.name} has ${info.rows} × ${info.columns} cells; group ${name} needs ${rows} × ${columns}`,
  );
}

/** What a store needs of a kernel memory, with room for simulated arrays. */
function bytesOf(groups: readonly StoreGroup[], policy: UpdatePolicy, model: PulseModel): number {
  return groups.reduce((sum, { rows, columns, map }) => {
    const arrays = map.pairing === 'differential' ? 2 : 1;
    const read = 4 * paddedCells(rows * columns);
    const each =
      GroupCells.bytes(rows, columns, policy, model) + SimulatedCells.bytes(rows, columns, model) + read;
    return sum + ContrastArea.bytes(rows, columns) + arrays * each + read;
  }, 65536);
}
