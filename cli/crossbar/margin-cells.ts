import type { CrossbarCells } from '../../circuits/crossbar/index.js';
import { formatQuantity, inputError, readQuantity } from '../../core/index.js';
import { cellCurrents_A, type MarginCells } from '../../solver/crossbar/index.js';
import type { Io } from '../io.js';
import type { MarginOptions } from './margin-options.js';
import { readModelCells } from './model-cells.js';
import { readCells } from './read-matrix.js';

/** What cells may hold, for whatever size of an array; `fixed` where a file says the size. */
export interface ReadMarginCells {
  readonly fixed?: { readonly rows: number; readonly columns: number };
  readonly of: (rows: number, columns: number) => MarginCells;
  readonly levels: number;
  readonly text: string;
}

/** Levels of the cells. @throws OhmpropError `crossbar.usage`, `crossbar.states`, and whatever files say */
export async function readMarginCells(io: Io, given: MarginOptions): Promise<ReadMarginCells> {
  const { conductances, cells, on, ratio } = given;
  requireGoes(given);
  if (conductances !== undefined) {
    const { count, rows, columns, values } = await readCells(io, conductances, 'conductances', 1e-3);
    if (count < 2) {
      throw inputError(
        'crossbar.usage',
        `--conductances: ${conductances} has one array; two or more are needed, [levels x rows x columns]: all cells off first, all on last`,
      );
    }
    const level = (k: number) => values.subarray(k * rows * columns, (k + 1) * rows * columns);
    const levels_S = Array.from({ length: count }, (_, k) => level(k));
    return {
      fixed: { rows, columns },
      of: () => ({ levels_S }),
      levels: count,
      text: `${count} levels of ${conductances}`,
    };
  }
  if (cells !== undefined) return modelLevels(given, cells);
  const on_S = 1 / (on ?? 1e3);
  const off_S = on_S / (ratio ?? 100);
  return {
    of: (rows, columns) => ({
      levels_S: [off_S, on_S].map((g) => new Float64Array(rows * columns).fill(g)),
    }),
    levels: 2,
    text: `${formatQuantity(1 / on_S, 'ohm')} on, ${formatQuantity(1 / off_S, 'ohm')} off`,
  };
}

async function modelLevels(given: MarginOptions, name: string): Promise<ReadMarginCells> {
  const { cells } = await readModelCells({ ...given, cells: name, random: [1, 1], asMade: true });
  const { states: _, ...kind } = cells;
  const { state } = kind.model;
  if (state === undefined) {
    throw inputError(
      'crossbar.usage',
      `--cells: ${kind.model.name} has no state, and so nothing to tell apart`,
    );
  }
  const carried = (x: number) => {
    if (!(x >= state.low && x <= state.high)) {
      throw inputError(
        'crossbar.states',
        `--off-state, --on-state: got ${x}; the state ${state.name} of ${kind.model.name} lies between ${state.low} and ${state.high}`,
      );
    }
    const one: CrossbarCells = { ...kind, states: Float64Array.of(x) };
    const gates_V = given.gate === undefined ? {} : { gates_V: Float64Array.of(given.gate) };
    const drive = { count: 1, rows_V: Float64Array.of(given.voltage), ...gates_V };
    return Math.abs(cellCurrents_A(one, { rows: 1, columns: 1 }, drive, 0)[0]);
  };
  const rising = carried(state.high) >= carried(state.low);
  const said = (text: string | undefined, flag: string) =>
    text === undefined ? undefined : readQuantity(text, state.unit, flag).value;
  const off = said(given.offState, '--off-state') ?? (rising ? state.low : state.high);
  const on = said(given.onState, '--on-state') ?? (rising ? state.high : state.low);
  const [off_A, on_A] = [carried(off), carried(on)];
  if (!(on_A > off_A)) {
    throw inputError(
      'crossbar.states',
      `--off-state ${off}, --on-state ${on}: at ${given.voltage} V a cell carries ${off_A} A off and ${on_A} A on; the one that is on must carry more`,
    );
  }
  const count = given.levels ?? 2;
  const states = Array.from({ length: count }, (_, k) => off + ((on - off) * k) / (count - 1));
  return {
    of: (rows, columns) => ({
      models: { cells: kind, levels: states.map((x) => new Float64Array(rows * columns).fill(x)) },
    }),
    levels: count,
    text: `${kind.model.name} at ${state.name} = ${off} off, ${on} on`,
  };
}

/** What only goes together. */
function requireGoes(given: MarginOptions): void {
  const { conductances, cells } = given;
  const refuse = (flag: string, why: string) => inputError('crossbar.usage', `${flag}: ${why}`);
  if (conductances !== undefined && cells !== undefined) {
    throw refuse('--cells', '--conductances says what each cell may be; leave one of them out');
  }
  const spread = (['on', 'ratio'] as const).find((name) => given[name] !== undefined);
  if (spread !== undefined && (conductances ?? cells) !== undefined) {
    throw refuse(`--${spread}`, 'of linear cells without a file; cells of a file or model are what they are');
  }
  const size = (
    [
      ['size', '--size'],
      ['bitLines', '--bit-lines'],
      ['atLeast', '--at-least'],
    ] as const
  ).find(([name]) => given[name] !== undefined);
  if (size !== undefined && conductances !== undefined) {
    throw refuse(size[1], 'the file of --conductances says how many cells there are');
  }
  if (cells !== undefined) return;
  const flag = (
    [
      ['offState', '--off-state'],
      ['onState', '--on-state'],
      ['levels', '--levels'],
      ['selector', '--selector'],
      ['transistor', '--transistor'],
      ['gate', '--gate'],
    ] as const
  ).find(([name]) => given[name] !== undefined);
  const repeated =
    given.set.length > 0 ? '--set' : given.selectorSet.length > 0 ? '--selector-set' : flag?.[1];
  if (repeated !== undefined) throw refuse(repeated, 'goes with --cells MODEL');
}
