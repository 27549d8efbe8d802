import { formatQuantity, inputError, readCellPlace } from '../../core/index.js';
import { type CellStoreOptions, program, type StoreGroup } from '../../devices/cells/index.js';
import {
  checkPlacement,
  type NeededGroup,
  PlacedCells,
  type PlacedPart,
  placeGroups,
  SharedArray,
} from '../../devices/cells/placed/index.js';
import type { PulseModel } from '../../devices/cells/pulse/index.js';
import type { CellArray, DeviceState } from '../../devices/contract/index.js';
import { checkPulse, checkRead, type Permit, requireCurrentLimit } from '../../devices/limits/index.js';
import { readInstrumentAddress } from '../../drivers/instruments/index.js';
import type { CellsConfig, LayoutEntry } from '../schema/index.js';
import type { ArrayTiming, InstrumentArray } from './array-port.js';
import type { Hardware, HardwareDifference, Opening } from './hardware.js';
import { openInstrumentArray } from './instrument-array.js';
import { SpokenEvents } from './spoken-events.js';
import { unopenedArray } from './unopened-arrays.js';

/** Cells that differ from a state by no more than so much of their range, rms, have drifted; others hold something else. */
const DRIFTED = 0.1;
/** Reads by which it is found out what a single one takes. */
const TIMED_READS = 8;

/** How often somebody who waits for cells to be programmed hears of it, ms. */
const TOLD_EVERY_ms = 5000;

/** What a run needs of the arrays that its cells are in. */
export interface ArraysAsked {
  readonly config: CellsConfig;
  readonly model: PulseModel;
  readonly permit: Permit;
  readonly groups: readonly StoreGroup[];
  /** The policy keeps a second array beside each. */
  readonly fast: boolean;
  readonly opening: Opening;
}

interface OpenArray {
  readonly address: string;
  readonly array: InstrumentArray;
  readonly shared: SharedArray;
  /** As it was measured. */
  timing?: ArrayTiming;
}

/**
 * The arrays behind instruments that a run's cells are in: opened, the groups of the network laid out on them. Opening tells the
 * instruments nothing but what a read needs.
 */
export class RunArrays {
  private readonly events: SpokenEvents;
  private readonly cells = new Map<string, PlacedCells>();
  private hostAlone = false;
  private open_ = 0;
  private signal: AbortSignal | undefined;
  private programmed: { pulses: number; told_ms: number; readonly of: number } | undefined;

  private constructor(
    private readonly asked: ArraysAsked,
    private readonly arrays: readonly OpenArray[],
    readonly layout: readonly PlacedPart[],
    events: SpokenEvents,
  ) {
    this.events = events;
    for (const group of groupsOf(asked)) this.cells.set(group.name, this.placed(group));
    this.open_ = this.cells.size;
  }

  /** @throws OhmpropError `limits.*` before anything is opened; `cells.layout`, `line.*` */
  static async open(asked: ArraysAsked): Promise<RunArrays> {
    const { config, model, permit, opening } = asked;
    const { pulse } = model;
    if (pulse === undefined) {
      throw inputError(
        'cells.pulse',
        `cells.like: ${model.name} says no pulses; say what pulses move the cells: --pulse +1.2V,1us,-1.3V,1us, for instance`,
      );
    }
    for (const direction of ['potentiation', 'depression'] as const)
      checkPulse(permit, pulse[direction], `${direction} by a pulse`);
    if (config.read_V !== undefined) checkRead(permit, config.read_V);
    const addresses = [
      ...new Set([config.model, ...(config.layout ?? []).map(({ array }) => array ?? config.model)]),
    ];
    for (const address of addresses) {
      const { unlimited } = unopenedArray(address);
      if (unlimited !== undefined) requireCurrentLimit(address, unlimited, permit);
    }
    const events = new SpokenEvents();
    const arrays: OpenArray[] = [];
    try {
      for (const text of addresses) {
        const address = readInstrumentAddress(text);
        if (arrays.some((one) => one.address === address.text)) continue;
        const array = await (opening.openArray ?? openInstrumentArray)({
          address,
          permit,
          window: [model.g_min_S, model.g_max_S],
          nominalPulse: pulse,
          lineLog: opening.lineLog,
          tell: events.say,
          ...(config.read_V === undefined ? {} : { read_V: config.read_V }),
        });
        const { endurance, reads } = config;
        const shared = new SharedArray(array.cells, {
          ...(reads === undefined ? {} : { averages: reads }),
          ...(endurance === undefined ? {} : { endurance }),
          ...(array.given === undefined ? {} : { given: array.given }),
        });
        arrays.push({ address: address.text, array, shared });
      }
      const layout = layoutOf(asked, arrays);
      const all = new RunArrays(asked, arrays, layout, events);
      if (opening.run !== undefined) await all.keepIn(opening.run);
      return all;
    } catch (error) {
      for (const { array } of arrays) await array.cells.close().catch(() => {});
      throw error;
    }
  }

  /** Cells of a group of the network, as a `CellStore` opens them. */
  readonly openGroup: NonNullable<CellStoreOptions['open']> = ({ name }, sign) =>
    this.cells.get(nameOf(name, sign)) as CellArray;

  /** Of the second array that some policies keep. */
  readonly openFast: NonNullable<CellStoreOptions['open']> = ({ name }, sign) =>
    this.cells.get(`${nameOf(name, sign)}.fast`) as CellArray;

  /** From now on what cells are given is written down in a run's directory, or where the configuration says. */
  async keepIn(run: string): Promise<void> {
    const { journal } = this.asked.config;
    for (const [n, { array }] of this.arrays.entries()) {
      const name = journal ?? `${run}/pulses.jsonl`;
      await array.keepJournal?.(n === 0 ? name : name.replace(/(\.[^./\\]*)?$/, `-${n + 1}$1`));
    }
  }

  /** States hold nothing but what the host keeps, and no cell is read for them, while something is done. */
  async hostOnly<T>(work: () => Promise<T>): Promise<T> {
    this.hostAlone = true;
    try {
      return await work();
    } finally {
      this.hostAlone = false;
    }
  }

  /**
   * Something that only programs cells, which may be broken off between two pulses, and is told of as it goes.
   * @param of pulses that it will take, about
   * @throws OhmpropError `cells.interrupted`
   */
  async programming<T>(of: number, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    this.signal = signal;
    this.programmed = { pulses: 0, told_ms: performance.now(), of };
    try {
      return await work();
    } finally {
      this.signal = undefined;
      this.programmed = undefined;
    }
  }

  private readonly pulsed = (pulses: number): void => {
    const { programmed } = this;
    if (programmed === undefined) return;
    programmed.pulses += pulses;
    const now_ms = performance.now();
    if (now_ms - programmed.told_ms < TOLD_EVERY_ms) return;
    programmed.told_ms = now_ms;
    const of = programmed.pulses < programmed.of ? ` of about ${programmed.of}` : '';
    this.events.say(`cells are brought to their start: ${programmed.pulses}${of} pulses`);
  };

  /** What is seen from now on is read anew. */
  lookAgain(): void {
    for (const { shared } of this.arrays) shared.lookAgain();
  }

  /** Finds out what looks and single reads take; reads, and nothing else. */
  async measureTiming(): Promise<void> {
    for (const one of this.arrays) {
      const { array, shared } = one;
      const { area } = shared;
      shared.lookAgain();
      // what comes first may have to begin the session
      await array.cells.read({ ...area, rows: 1, columns: 1 });
      const began = array.now_s();
      for (let n = 0; n < TIMED_READS; n++) await array.cells.read({ ...area, rows: 1, columns: 1 });
      const single_s = (array.now_s() - began) / TIMED_READS;
      const before = array.now_s();
      await shared.look();
      const look_s = (array.now_s() - before) / shared.averages;
      const { nominal } = array;
      one.timing = {
        look_s: (cells) => (cells === area.rows * area.columns ? look_s : cells * single_s),
        pulse_s: (single_s * nominal.pulse_s) / nominal.look_s(1),
      };
    }
  }

  /** Size of an array, and what work on it takes: measured where it was. */
  known(address: string): { rows: number; columns: number; timing: ArrayTiming } {
    const { array, timing = array.nominal } = this.arrays.find((one) => one.address === address) as OpenArray;
    const { rows, columns } = array.cells.info;
    return { rows, columns, timing };
  }

  /** What all that was asked of the arrays so far takes, s. */
  workSeconds(): number {
    return this.arrays.reduce((sum, { array, shared, timing = array.nominal }) => {
      const { looks, cellReads, pulses, pulses_s } = shared.work;
      const inArea = shared.area.rows * shared.area.columns;
      const singles = cellReads - looks * inArea;
      return (
        sum +
        looks * timing.look_s(inArea) +
        (singles > 0 ? timing.look_s(1) * singles : 0) +
        pulses * timing.pulse_s +
        pulses_s
      );
    }, 0);
  }

  /** Most pulses that any cell has had. */
  get busiest(): number {
    let most = 0;
    for (const { on, part, at } of this.parts()) {
      const { columns } = on.array.info;
      for (let row = 0; row < part.rows; row++) {
        for (let column = 0; column < part.columns; column++)
          most = Math.max(most, on.given((at.row + row) * columns + at.column + column));
      }
    }
    return most;
  }

  /** One line: which cells, what they may get. */
  get text(): string {
    const { model, permit } = this.asked;
    const used = this.layout.reduce((sum, { part }) => sum + part.rows * part.columns, 0);
    const there = this.arrays.reduce(
      (sum, { array }) => sum + array.cells.info.rows * array.cells.info.columns,
      0,
    );
    const shown = (direction: 'potentiation' | 'depression') => {
      const { amplitude_V, width_s } = model.pulse?.[direction] ?? { amplitude_V: 0, width_s: 0 };
      return `${amplitude_V > 0 ? '+' : ''}${amplitude_V} V, ${formatQuantity(width_s, 's')}`;
    };
    const { series_ohm, compliance_A } = permit.limits;
    const current =
      series_ohm === undefined
        ? `compliance ${formatQuantity(compliance_A, 'A')}${permit.noCurrentLimit ? ' where the instrument sets one' : ''}`
        : `through ${formatQuantity(series_ohm, 'ohm')}`;
    return `${this.arrays.map(({ address }) => address).join(', ')}: ${used} of ${there} cells are moved by pulses of ${shown('potentiation')} and ${shown('depression')}, ${current}`;
  }

  /** As the rest of a run knows what stands on a bench. */
  get hardware(): Hardware {
    return {
      lifetime: 'persistent',
      identity: {
        line: this.arrays.map(({ address }) => address).join(', '),
        instrument: this.arrays.map(({ array }) => array.identity).join(', '),
        cells: this.asked.model.name,
        layout: this.layout
          .map(
            ({ group, array, part, at }) =>
              `${group}[${part.row},${part.column}] ${part.rows}x${part.columns} at ${array > 0 ? `${this.arrays[array].address} ` : ''}${at.row},${at.column}`,
          )
          .join('; '),
      },
      compare: (state) => this.compare(state),
      onEvent: (listener) => this.events.listen(listener),
    };
  }

  /** How cells stand against a state; reads only. A state of the host alone says nothing of them. */
  async compare(state: DeviceState): Promise<HardwareDifference> {
    let [of, differ, squares] = [0, 0, 0];
    const { g_min_S, g_max_S } = this.asked.model;
    this.lookAgain();
    for (const [name, read_S] of statesOf(state)) {
      const cells = this.cells.get(name);
      if (cells === undefined || read_S === undefined) continue;
      const targets_S = await cells.differing(read_S);
      const now_S = await cells.read();
      of += read_S.length;
      for (const [cell, target_S] of targets_S.entries()) {
        if (!Number.isNaN(target_S)) differ++;
        squares += ((now_S[cell] - read_S[cell]) / (g_max_S - g_min_S)) ** 2;
      }
    }
    const rms = of === 0 ? 0 : Math.sqrt(squares / of);
    return {
      equal: rms <= DRIFTED,
      wipers: differ,
      of,
      text: `${differ} of ${of} cells read elsewhere than they were left, all of them by ${(100 * rms).toPrecision(2)} % of the range rms`,
    };
  }

  private placed(group: NeededGroup): PlacedCells {
    const { model } = this.asked;
    const parts = this.layout
      .filter((one) => one.group === group.name)
      .map(({ array, part, at }) => ({ on: this.arrays[array].shared, part, at }));
    return new PlacedCells(group, parts, {
      hostOnly: () => this.hostAlone,
      signal: () => this.signal,
      pulsed: this.pulsed,
      program: async (array, targets_S) => {
        const counts = new Int16Array(targets_S.length);
        const differ = targets_S.filter((g) => !Number.isNaN(g)).length;
        this.events.say(
          `${array.info.name}: ${differ} of ${targets_S.length} cells are brought to where they were left`,
        );
        await program(array, model, targets_S, counts, async () => {
          await array.pulse({ counts }, { id: array.info.lastUpdate + 1 });
        });
      },
      closed: async () => {
        this.open_--;
        if (this.open_ === 0) await this.close();
      },
    });
  }

  /** All of them, whatever fails. */
  async close(): Promise<void> {
    let failed: unknown;
    for (const { array } of this.arrays) await array.cells.close().catch((error) => (failed ??= error));
    if (failed !== undefined) throw failed;
  }

  private parts() {
    return this.layout.map(({ array, part, at }) => ({ on: this.arrays[array].shared, part, at }));
  }
}

/** Every group of cells that a network has on arrays, each by its own name. */
function groupsOf({ groups, fast }: Pick<ArraysAsked, 'groups' | 'fast'>): NeededGroup[] {
  return groups.flatMap(({ name, rows, columns, map }) => {
    const signs = map.pairing === 'differential' ? ([1, -1] as const) : ([1] as const);
    const own = signs.map((sign) => ({ name: nameOf(name, sign), rows, columns }));
    return fast ? own.flatMap((one) => [one, { ...one, name: `${one.name}.fast` }]) : own;
  });
}

/** `g1`, and `g1-` of second cells. */
function nameOf(group: string, sign: 1 | -1): string {
  return sign === 1 ? group : `${group}-`;
}

function layoutOf(asked: ArraysAsked, arrays: readonly OpenArray[]): readonly PlacedPart[] {
  const groups = groupsOf(asked);
  const sizes = arrays.map(({ address, array }) => {
    const { rows, columns } = array.cells.info;
    return { name: address, rows, columns };
  });
  const { layout, model } = asked.config;
  if (layout === undefined) return placeGroups(groups, sizes);
  const parts = layout.map((entry, n) => partOf(entry, n, groups, arrays, model));
  checkPlacement(parts, groups, sizes);
  return parts;
}

function partOf(
  { group, array, from = '0,0', size, at }: LayoutEntry,
  entry: number,
  groups: readonly NeededGroup[],
  arrays: readonly OpenArray[],
  model: string,
): PlacedPart {
  const { text } = readInstrumentAddress(array ?? model);
  const first = readCellPlace(from);
  const known = groups.find(({ name }) => name === group);
  if (known === undefined) {
    throw inputError(
      'cells.layout',
      `cells.layout[${entry}]: there is no group ${group}; this network has ${groups.map(({ name }) => name).join(', ')}`,
    );
  }
  const [rows, columns] = size?.split(/[x×]/).map(Number) ?? [
    known.rows - first.row,
    known.columns - first.column,
  ];
  if (!(rows > 0 && columns > 0)) {
    throw inputError(
      'cells.layout',
      `cells.layout[${entry}]: ${group} has ${known.rows} × ${known.columns} cells, there is none at ${from}`,
    );
  }
  const number = arrays.findIndex((one) => one.address === text);
  return { group, array: number, part: { ...first, rows, columns }, at: readCellPlace(at) };
}

/** What each group's arrays were read at, by name, in the state of a device in cells. */
function* statesOf(state: DeviceState): Generator<[string, Float64Array | undefined]> {
  for (const [group, { parts = {} }] of Object.entries(state.parts?.cells?.parts ?? {})) {
    for (const [n, { parts: inner = {} }] of Object.entries(parts)) {
      const sign = n === '0' ? 1 : -1;
      const name = nameOf(group, sign);
      for (const [kind, own] of [
        [name, inner.array],
        [`${name}.fast`, inner.fast],
      ] as const) {
        const read_S = own?.arrays.read_S;
        if (own !== undefined) yield [kind, read_S === undefined ? undefined : Float64Array.from(read_S)];
      }
    }
  }
}

/**
 * What of a device's state the host keeps: cells are left as they stand when that is restored.
 * @param looking nothing is to be carried out that was only planned
 */
export function hostPart(state: DeviceState, looking = false): DeviceState {
  const { parts, arrays } = state;
  const kept = Object.entries(arrays).filter(
    ([name]) =>
      !(name === 'read_S' && state.format.startsWith('placed-cells/')) && !(looking && name === 'planned'),
  );
  return {
    ...state,
    arrays: Object.fromEntries(kept),
    ...(parts === undefined
      ? {}
      : {
          parts: Object.fromEntries(
            Object.entries(parts).map(([name, part]) => [name, hostPart(part, looking)]),
          ),
        }),
  };
}
