import { shapeOf } from './column-shapes.js';
import { type Curve, isState } from './curve.js';
import type { RawTable } from './raw-table.js';
import type { NamedColumn } from './table-columns.js';
import { isDevice } from './whose-curves.js';

/** What the name of a train says of it. */
export interface TrainName {
  readonly direction: 'up' | 'down';
  readonly cycle?: number;
  /** What is left of the name: its cell; empty where nothing is. */
  readonly rest: string;
}

const up = /(?<![a-z])(?:ltp|potentiat\w*|pot)(?![a-z])/gi;
const down = /(?<![a-z])(?:ltd|depress\w*|dep)(?![a-z])/gi;
const repetition =
  /(?<![a-z])(?:cycle|cyc|rep(?:eat|etition)?|run|trial|round|no|nr)\.?[ #_.:-]*(\d{1,6})(?!\d)/i;
/** Words beside it that name nothing. */
const empty = /(?<![a-z])(?:trains?|pulses?|curves?|data|raw|sheet|block|cycles?|of|by)(?![a-z])/gi;

/** Takes a name apart: `LTP cycle 2`, `D1_LTD`, `Potentiation #3`. Undefined where it says no way, or both. */
function trainNamed(text: string): TrainName | undefined {
  const ways = [up, down].map((way) => [...text.matchAll(way)].length > 0);
  if (ways[0] === ways[1]) return undefined;
  const bare = text.replace(up, ' ').replace(down, ' ');
  const counted = repetition.exec(bare) ?? /^[\s#_.:-]*(\d{1,6})[\s_.:-]*$/.exec(bare);
  const rest = (counted === null ? bare : bare.replace(counted[0], ' '))
    .replace(empty, ' ')
    .replace(/^[\s_.:,;#()[\]-]+|[\s_.:,;#()[\]-]+$/g, '')
    .replace(/\s+/g, ' ');
  return {
    direction: ways[0] ? 'up' : 'down',
    ...(counted === null ? {} : { cycle: Number(counted[1]) }),
    rest,
  };
}

/** Lines above a table that could name it, and the letters that such a line has at most. */
const MOST_ABOVE = 3;
const MOST_LETTERS = 40;
/** Files that are called after a way, and are no train. */
const notTrains = /retention|relax|decay|noise|endurance|stdp|ppf|ppd|psc|(?:^|[^a-z])i[-_ ]?v(?:[^a-z]|$)/i;
/** Columns that say themselves which way the pulses drive, or that this is no train. */
const otherwise = new Set(['direction', 'polarity', 'amplitude_V', 'time_s', 'appliedVoltage_V', 'step_S']);

/**
 * A curve of a state over a count of pulses, under a line, in a sheet or in a file that is called LTP or LTD: a train of that way,
 * of the repetition that the name says. A first column of 1, 2, 3 … without a name that is known counts its pulses.
 * @param columns all of its table
 */
export function namedTrain(
  curve: Curve,
  table: RawTable,
  columns: readonly NamedColumn[],
  fileName: string,
): Curve {
  const state = curve.columns.filter(isState);
  if (state.length !== 1 || curve.columns.some(({ role = '' }) => otherwise.has(role))) return curve;
  if (curve.columns.some(({ role, values }) => role === 'voltage_V' && !shapeOf(values).held)) return curve;
  const counted = curve.columns.some(({ role }) => role === 'pulse') ? undefined : countIn(columns);
  const known = counted !== undefined || curve.columns.some(({ role }) => role === 'pulse');
  const found =
    curve.direction === undefined
      ? (nameAbove(table) ?? (known ? nameOfFile(fileName, state[0].values) : undefined))
      : undefined;
  const direction = curve.direction ?? found?.direction;
  if (direction === undefined) return curve;
  return {
    ...(found?.cycle === undefined ? {} : { cycle: found.cycle }),
    ...(found === undefined || found.rest === '' || table.cell !== undefined ? {} : { cell: found.rest }),
    ...curve,
    direction,
    columns: counted === undefined ? curve.columns : [{ ...counted, role: 'pulse' }, ...curve.columns],
  };
}

/** A first column of whole numbers from 0 or 1, without a unit and a name that says what it is. */
function countIn(columns: readonly NamedColumn[]): NamedColumn | undefined {
  const [first] = columns;
  if (first === undefined || first.role !== undefined || first.unused || first.given !== undefined)
    return undefined;
  const { counts, low } = shapeOf(first.values);
  return counts && (low === 0 || low === 1) ? first : undefined;
}

/** The name of a train in the lines above a table, or of its sheet. Lines that speak of both ways are of the whole file. */
function nameAbove({ entries, name }: RawTable): TrainName | undefined {
  const lines = entries.slice(-MOST_ABOVE).map(({ key, values }) => [key, ...values].join(' ').trim());
  const found = lines.flatMap((text) => {
    const one = text.length > MOST_LETTERS ? undefined : trainNamed(text);
    return one !== undefined && (one.rest === '' || isDevice(one.rest)) ? [one] : [];
  });
  const [last] = found.slice(-1);
  if (last !== undefined)
    return found.every(({ direction }) => direction === last.direction) ? last : undefined;
  return /^sheet /.test(name) ? trainNamed(name.replace(/^sheet /, '')) : undefined;
}

/** The way that the name of a file says, of a state that goes one way: a file called LTP may hold both. The cell stays the file's. */
function nameOfFile(fileName: string, values: Float64Array): TrainName | undefined {
  const bare = fileName.replace(/\.[^.]*$/, '');
  const found = notTrains.test(bare) ? undefined : trainNamed(bare);
  if (found === undefined || !goesOneWay(values)) return undefined;
  return { direction: found.direction, rest: '' };
}

/** Of the range of tenths of a curve, the share that lies between its first and its last tenth where it goes one way. */
const ONE_WAY = 0.7;

function goesOneWay(values: Float64Array): boolean {
  const known = values.filter((x) => !Number.isNaN(x));
  const tenth = Math.max(1, Math.round(known.length / 10));
  const means: number[] = [];
  for (let at = 0; at + tenth <= known.length; at += tenth) {
    means.push(known.subarray(at, at + tenth).reduce((sum, x) => sum + x, 0) / tenth);
  }
  const range = Math.max(...means) - Math.min(...means);
  return means.length > 3 && Math.abs(means[means.length - 1] - means[0]) >= ONE_WAY * range;
}
