import { formatQuantity } from '../../core/index.js';
import { type CellStoreOptions, program, type StoreGroup } from '../../devices/cells/index.js';
import { type NeededGroup, PlacedCells, type PlacedPart } from '../../devices/cells/placed/index.js';
import type { CellArray, DeviceState } from '../../devices/contract/index.js';
import { groupName, layoutOf, neededGroups } from './array-layout.js';
import type { ArrayTiming } from './array-port.js';
import { statesOf } from './array-state.js';
import type { Hardware, HardwareDifference } from './hardware.js';
import { closeArrays, type OpenArray, type OpenArraysAsked, openArrays } from './open-arrays.js';
import { SpokenEvents } from './spoken-events.js';

/** Cells that differ from a state by no more than so much of their range, rms, have drifted; others hold something else. */
const DRIFTED = 0.1;
/** How often somebody who waits for cells to be programmed hears of it, ms. */
const TOLD_EVERY_ms = 5000;

/** What a run needs of the arrays that its cells are in. */
export interface ArraysAsked extends OpenArraysAsked {
  readonly groups: readonly StoreGroup[];
  /** The policy keeps a second array beside each. */
  readonly fast: boolean;
}

/**
 * The arrays behind instruments that a run's cells are in: opened, the groups of the network laid out on them. Opening tells the
 * instruments nothing but what a read needs.
 */
export class RunArrays {
  private readonly cells = new Map<string, PlacedCells>();
  private hostAlone = false;
  private open_ = 0;
  private signal: AbortSignal | undefined;
  private programmed: { pulses: number; told_ms: number; readonly of: number } | undefined;

  private constructor(
    private readonly asked: ArraysAsked,
    private readonly arrays: readonly OpenArray[],
    readonly layout: readonly PlacedPart[],
    private readonly events: SpokenEvents,
  ) {
    for (const group of neededGroups(asked)) this.cells.set(group.name, this.placed(group));
    this.open_ = this.cells.size;
  }

  /** @throws OhmpropError `limits.*` before anything is opened; `cells.layout`, `line.*` */
  static async open(asked: ArraysAsked): Promise<RunArrays> {
    const events = new SpokenEvents();
    const arrays = await openArrays(asked, events.say);
    try {
      const sizes = arrays.map(({ size }) => size);
      const layout = layoutOf(asked.config, neededGroups(asked), sizes);
      const all = new RunArrays(asked, arrays, layout, events);
      if (asked.opening.run !== undefined) await all.keepIn(asked.opening.run);
      return all;
    } catch (error) {
      await closeArrays(arrays).catch(() => {});
      throw error;
    }
  }

  /** Cells of a group of the network, as a `CellStore` opens them. */
  readonly openGroup: NonNullable<CellStoreOptions['open']> = ({ name }, sign) =>
    this.cells.get(groupName(name, sign)) as CellArray;

  /** Of the second array that some policies keep. */
  readonly openFast: NonNullable<CellStoreOptions['open']> = ({ name }, sign) =>
    this.cells.get(`${groupName(name, sign)}.fast`) as CellArray;

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
    for (const array of this.arrays) await array.measureTiming();
  }

  /** Size of an array, and what work on it takes: measured where it was. */
  known(address: string): { rows: number; columns: number; timing: ArrayTiming } {
    const { size, timing } = this.arrays.find((one) => one.address === address) as OpenArray;
    return { ...size, timing };
  }

  /** What all that was asked of the arrays so far takes, s. */
  workSeconds(): number {
    return this.arrays.reduce((sum, array) => sum + array.workSeconds(), 0);
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
    const there = this.arrays.reduce((sum, { size }) => sum + size.rows * size.columns, 0);
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
    const parts = this.parts(group.name);
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
  close(): Promise<void> {
    return closeArrays(this.arrays);
  }

  /** Rectangles that are in use, of one group or of all. */
  private parts(group?: string) {
    return this.layout
      .filter((one) => group === undefined || one.group === group)
      .map(({ array, part, at }) => ({ on: this.arrays[array].shared, part, at }));
  }
}
