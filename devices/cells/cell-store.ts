import { inputError } from '../../core/errors.js';
import type { DeviceState, StateArray } from '../../core/state.js';
import { cellKernel, KernelMemory, paddedCells } from '../../kernels/index.js';
import type { CellArray } from '../contract/cell-array.js';
import type { Floats } from '../contract/drive.js';
import type { ConductanceMap } from './conductance-map.js';
import type { ConductanceStore, StoreReport } from './conductance-store.js';
import { ContrastArea } from './contrast-area.js';
import { GroupCells } from './group-cells.js';
import { MappedGroup } from './mapped-group.js';
import type { Nonidealities } from './nonidealities/index.js';
import type { UpdatePolicy } from './policies/update-policy.js';
import { largestStep, type PulseModel } from './pulse/index.js';
import { SimulatedCells } from './simulated-cells.js';
import type { WantedChanges } from './wanted-changes.js';

/** One group of a network's conductances and how its cells carry them. */
export interface StoreGroup {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly map: ConductanceMap;
}

export interface CellStoreOptions {
  readonly groups: readonly StoreGroup[];
  readonly model: PulseModel;
  readonly policy: UpdatePolicy;
  readonly seed: number;
  /** Of simulated cells. */
  readonly nonidealities?: Partial<Nonidealities>;
  /** Cells behind an instrument instead of simulated ones; `sign` is −1 for the second cells of differential pairs. */
  readonly open?: (group: StoreGroup, sign: 1 | -1) => CellArray;
  readonly listener?: PulseListener;
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

const FORMAT = 'cell-store/1';

/** The conductances of a network in arrays of cells, simulated or behind an instrument, under one update policy. */
export class CellStore implements ConductanceStore {
  readonly noisy: boolean;
  readonly resolution: number;
  readonly groups: ReadonlyMap<string, MappedGroup>;
  private readonly listener: PulseListener | undefined;
  private readonly update_s: number;

  constructor(options: CellStoreOptions) {
    const { groups, model, policy, seed } = options;
    const memory = new KernelMemory(
      groups.reduce((sum, { rows, columns, map }) => {
        const arrays = map.pairing === 'differential' ? 2 : 1;
        const each = GroupCells.bytes(rows, columns, policy, model) + 4 * paddedCells(rows * columns);
        return sum + ContrastArea.bytes(rows, columns) + arrays * each + 4 * paddedCells(rows * columns);
      }, 65536),
    );
    const kernel = cellKernel(memory);
    const built = new Map<string, MappedGroup>();
    for (const [g, group] of groups.entries()) {
      const { rows, columns, map, name } = group;
      const block = new ContrastArea(rows, columns, kernel, memory);
      const signs: (1 | -1)[] = map.pairing === 'differential' ? [1, -1] : [1];
      const cells = signs.map((sign, n) => {
        const number = 2 * g + n;
        const array =
          options.open?.(group, sign) ??
          new SimulatedCells({
            rows,
            columns,
            model,
            seed,
            group: number,
            memory,
            ...(options.nonidealities === undefined ? {} : { nonidealities: options.nonidealities }),
          });
        if (policy.idealWrite && !(array instanceof SimulatedCells)) {
          throw inputError(
            'policy.needs-simulation',
            `policy ${policy.name} sets cells, which ${array.info.name} cannot do; choose one that pulses`,
          );
        }
        return new GroupCells(array, model, policy, memory, block.change.byteOffset, seed, number);
      });
      built.set(
        name,
        new MappedGroup(group.map, cells, block, kernel, memory, (sign, counts, id) =>
          options.listener?.pulsed(group, sign, counts, id),
        ),
      );
    }
    this.groups = built;
    this.listener = options.listener;
    this.update_s = options.update_s ?? 0;
    if (!(this.update_s >= 0 && Number.isFinite(this.update_s))) {
      throw inputError(
        'cells.wait',
        `update_s: the time from update to update must be ≥ 0 s, got ${this.update_s}`,
      );
    }
    // a step of the range; the largest entry of a fresh group is about a third of the range
    this.resolution = policy.idealWrite ? 1e-6 : 1e-6 + 4 * largestStep(model);
    this.noisy = [...built.values()].some((group) => group.cells.some((c) => c.readsVary));
  }

  window(group: string): { g_min_S: number; g_max_S: number } {
    return this.group(group).window();
  }

  async sense(group: string, unit_S = 1): Promise<Floats> {
    return this.group(group).sense(unit_S);
  }

  async adapt(wanted: Readonly<Record<string, WantedChanges>>, id: number): Promise<void> {
    for (const [name, changes] of Object.entries(wanted)) await this.group(name).adapt(changes, id);
    if (Object.keys(wanted).length > 0) this.elapse(this.update_s);
  }

  /** Lets time pass for the cells. */
  private elapse(seconds: number): void {
    if (seconds === 0) return;
    for (const group of this.groups.values()) group.wait(seconds);
  }

  async write(group: string, conductances_S: Floats): Promise<void> {
    await this.group(group).write(conductances_S);
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
        edge += group.saturatedFraction(c) * c.counts.length;
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
        for (const [b, n] of group.histogram(c, bins).entries()) all[b] += n;
      }
    }
    return all;
  }

  async snapshot(): Promise<DeviceState> {
    const arrays: Record<string, StateArray> = {};
    const values: Record<string, number | string | boolean> = {};
    for (const [name, group] of this.groups) {
      for (const [n, c] of group.cells.entries()) {
        const prefix = `${name}.${n}.`;
        const state = await c.array.snapshot();
        values[`${prefix}format`] = state.format;
        for (const [key, value] of Object.entries(state.values)) values[`${prefix}cells.${key}`] = value;
        for (const [key, array] of Object.entries(state.arrays)) arrays[`${prefix}cells.${key}`] = array;
        for (const [key, array] of Object.entries(c.snapshot())) arrays[`${prefix}policy.${key}`] = array;
      }
      for (const [key, value] of Object.entries(group.pulses.values())) values[`${name}.${key}`] = value;
    }
    return { format: FORMAT, arrays, values };
  }

  async restore(state: DeviceState): Promise<void> {
    if (state.format !== FORMAT) {
      throw inputError('cells.restore', `conductances in cells: cannot restore ${state.format}`);
    }
    for (const [name, group] of this.groups) {
      for (const [n, c] of group.cells.entries()) {
        const prefix = `${name}.${n}.`;
        await c.array.restore({
          format: String(state.values[`${prefix}format`]),
          arrays: under(state.arrays, `${prefix}cells.`),
          values: under(state.values, `${prefix}cells.`),
        });
        c.restore(under(state.arrays, `${prefix}policy.`));
      }
      group.pulses.restore(under(state.values, `${name}.`));
      group.changed();
    }
    // earlier versions let the time of the last update pass only when cells were next looked at
    this.elapse(Number(state.values.pending_s ?? 0));
  }

  async close(): Promise<void> {
    for (const group of this.groups.values()) {
      for (const c of group.cells) await c.array.close();
    }
    this.listener?.close?.();
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

function under<T>(record: Readonly<Record<string, T>>, prefix: string): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}
