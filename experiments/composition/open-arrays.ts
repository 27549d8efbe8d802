import { inputError } from '../../core/index.js';
import { SharedArray } from '../../devices/cells/placed/index.js';
import type { PulseModel } from '../../devices/cells/pulse/index.js';
import { checkPulse, checkRead, type Permit, requireCurrentLimit } from '../../devices/limits/index.js';
import { readInstrumentAddress } from '../../drivers/instruments/index.js';
import { readMatrixFile } from '../../drivers/instruments/switch-matrix/index.js';
import type { CellsConfig } from '../schema/index.js';
import type { ArrayTiming, InstrumentArray } from './array-port.js';
import type { Opening } from './hardware.js';
import { openInstrumentArray } from './instrument-array.js';
import { unopenedArray } from './unopened-arrays.js';

/** Reads by which it is found out what a single one takes. */
const TIMED_READS = 8;

/** An array that is open: shared by the groups on it, and what work on it takes. */
export class OpenArray {
  /** As it was measured; before that, as it is taken to be. */
  timing: ArrayTiming;

  constructor(
    readonly address: string,
    readonly array: InstrumentArray,
    readonly shared: SharedArray,
  ) {
    this.timing = array.nominal;
  }

  get size(): { readonly name: string; readonly rows: number; readonly columns: number } {
    const { rows, columns } = this.array.cells.info;
    return { name: this.address, rows, columns };
  }

  /** Finds out what looks and single reads take; reads, and nothing else. */
  async measureTiming(): Promise<void> {
    const { array, shared } = this;
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
    this.timing = {
      look_s: (cells) => (cells === area.rows * area.columns ? look_s : cells * single_s),
      pulse_s: (single_s * nominal.pulse_s) / nominal.look_s(1),
    };
  }

  /** What all that was asked of it so far takes, s. */
  workSeconds(): number {
    const { shared, timing } = this;
    const { looks, cellReads, pulses, pulses_s } = shared.work;
    const inArea = shared.area.rows * shared.area.columns;
    const singles = cellReads - looks * inArea;
    return (
      looks * timing.look_s(inArea) +
      (singles > 0 ? timing.look_s(1) * singles : 0) +
      pulses * timing.pulse_s +
      pulses_s
    );
  }
}

/** What arrays are opened for. */
export interface OpenArraysAsked {
  readonly config: CellsConfig;
  readonly model: PulseModel;
  readonly permit: Permit;
  readonly opening: Opening;
}

/**
 * Opens every array that cells are in, once; closes them all where one fails. Tells the instruments nothing but what a read needs.
 * @param tell what happens to a line, for people
 * @throws OhmpropError `limits.*`, `cells.pulse`, `matrix.*` before anything is opened; `line.*`
 */
export async function openArrays(asked: OpenArraysAsked, tell: (text: string) => void): Promise<OpenArray[]> {
  const { config, model, permit, opening } = asked;
  const pulse = checkedPulse(asked);
  const addresses = [
    ...new Set([config.model, ...(config.layout ?? []).map(({ array }) => array ?? config.model)]),
  ];
  for (const address of addresses) {
    const { unlimited } = unopenedArray(address);
    if (unlimited !== undefined) requireCurrentLimit(address, unlimited, permit);
  }
  const first = readInstrumentAddress(config.model);
  const matrix = config.matrix === undefined ? undefined : await readMatrixFile(first, config.matrix);
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
        tell,
        ...(matrix === undefined || address.text !== first.text ? {} : { matrix }),
        ...(config.read_V === undefined ? {} : { read_V: config.read_V }),
      });
      const { endurance, reads } = config;
      const shared = new SharedArray(array.cells, {
        ...(reads === undefined ? {} : { averages: reads }),
        ...(endurance === undefined ? {} : { endurance }),
        ...(array.given === undefined ? {} : { given: array.given }),
      });
      arrays.push(new OpenArray(address.text, array, shared));
    }
    return arrays;
  } catch (error) {
    await closeArrays(arrays).catch(() => {});
    throw error;
  }
}

/** All of them, whatever fails. */
export async function closeArrays(arrays: readonly OpenArray[]): Promise<void> {
  let failed: unknown;
  for (const { array } of arrays) {
    await array.cells.close().catch((error) => {
      failed ??= error;
    });
  }
  if (failed !== undefined) throw failed;
}

/** The pulses that move the cells, within the limits. */
function checkedPulse({ config, model, permit }: OpenArraysAsked): NonNullable<PulseModel['pulse']> {
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
  return pulse;
}
