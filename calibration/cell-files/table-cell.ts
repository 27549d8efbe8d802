import { formatQuantity, inputError } from '../../core/index.js';
import {
  type EndPointRule,
  fitLabel,
  type MeasuredSteps,
  measuredSteps,
} from '../../devices/cells/pulse/index.js';
import type { CellDirection, CellParts } from './schema.js';

/** Conductances after each pulse up, and after each pulse down, with the line of the file that each stands in. */
export interface TableTrains {
  readonly up_S: ArrayLike<number>;
  readonly down_S: ArrayLike<number>;
  readonly lines: readonly number[];
  /** Pulses before each, rising; one a row where left out. */
  readonly upPulses?: ArrayLike<number>;
  readonly downPulses?: ArrayLike<number>;
}

/** Rows that are named one by one; of more their number is told. */
const MAX_NAMED = 10;

/**
 * The part `pulse` of a cell from a table of its trains: steps and labels of the data themselves, as many pulses as rows say, the
 * window of both trains together. Values that are no conductance (≤ 0) are left out, each named.
 * @returns the parts, and what a person should know
 * @throws `pulse-table.window` where the trains are not one cycle of one cell; `pulse.table` where they are too short or turned
 */
export function cellOfTrains(
  name: string,
  trains: TableTrains,
): { parts: CellParts; remarks: readonly string[] } {
  const dropped: string[] = [];
  const up = positive(trains.up_S, trains.lines, 'up', dropped, trains.upPulses);
  const down = positive(trains.down_S, trains.lines, 'down', dropped, trains.downPulses);
  const remarks = [...namedRows(dropped)];
  const closed = closes(up.states_S, down.states_S);
  const rises = stepsOf(`${name}: potentiation`, up, down, true);
  const falls = stepsOf(`${name}: depression`, down, up, false);
  requireOneCycle(name, up, down, rises, falls, remarks);
  if (jumps(up, down)) remarks.push(firstPulse('potentiation', up, down));
  if (jumps(down, up)) remarks.push(firstPulse('depression', down, up));
  return {
    parts: {
      name,
      pulse: {
        g_min_S: Math.min(rises.range_S[0], falls.range_S[0]),
        g_max_S: Math.max(rises.range_S[1], falls.range_S[1]),
        window: 'measured',
        potentiation: direction(up, rises, closed),
        depression: direction(down, falls, closed),
      },
    },
    remarks,
  };
}

interface Train {
  readonly states_S: Float64Array;
  /** Row of each, from 0. */
  readonly pulses: Float64Array;
  readonly rows: number;
}

function positive(
  states_S: ArrayLike<number>,
  lines: readonly number[],
  column: string,
  dropped: string[],
  pulses?: ArrayLike<number>,
): Train {
  const pulseOf = (i: number) => (pulses === undefined ? i : pulses[i] - pulses[0]);
  const kept: [number, number][] = [];
  for (let i = 0; i < states_S.length; i++) {
    if (states_S[i] > 0) kept.push([states_S[i], pulseOf(i)]);
    else dropped.push(`line ${lines[i]}, ${column}: ${formatQuantity(states_S[i], 'S')}`);
  }
  return {
    states_S: Float64Array.from(kept, ([g]) => g),
    pulses: Float64Array.from(kept, ([, i]) => i),
    rows: Math.round(pulseOf(states_S.length - 1)) + 1,
  };
}

function namedRows(dropped: readonly string[]): string[] {
  if (dropped.length === 0) return [];
  const more = dropped.length - MAX_NAMED;
  const list = [...dropped.slice(0, MAX_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return [
    `${dropped.length === 1 ? 'one row is' : `${dropped.length} rows are`} no conductance, not above 0, and left out: ${list}. Is an offset of the current to be taken away?`,
  ];
}

/** Both trains begin where the other ended: their first rows are states before the first pulse. */
function closes(up: Float64Array, down: Float64Array): boolean {
  const same = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.abs(a);
  return same(up[0], down[down.length - 1]) && same(down[0], up[up.length - 1]);
}

/** Of the range: how far beyond the end of potentiation depression may begin, where there is noise. */
const MOST_GAP = 0.5;

function requireOneCycle(
  name: string,
  up: Train,
  down: Train,
  rises: MeasuredSteps,
  falls: MeasuredSteps,
  remarks: readonly string[],
): void {
  const end = lastOf(up);
  const start = down.states_S[0];
  const smaller = Math.min(rises.range_S[1] - rises.range_S[0], falls.range_S[1] - falls.range_S[0]);
  const overlap = Math.min(rises.range_S[1], falls.range_S[1]) - Math.max(rises.range_S[0], falls.range_S[0]);
  if (overlap > 0 && start - end <= MOST_GAP * smaller) return;
  const range = ([low, high]: readonly [number, number]) =>
    `${formatQuantity(low, 'S')} to ${formatQuantity(high, 'S')}`;
  const labels = (['fixed', 'free'] as const)
    .map(
      (rule) =>
        `${fitted(up, rule).label.toFixed(2)} and ${fitted(down, rule).label.toFixed(2)} (ends ${rule})`,
    )
    .join(', ');
  const ratio = Math.max(start / end, end / start);
  throw inputError(
    'pulse-table.window',
    `${name}: not one cycle of one cell: potentiation goes from ${range(rises.range_S)}, depression from ${range(falls.range_S)}, ${ratio.toPrecision(3)} times apart where one ends and the other begins; trains of one cell must overlap and meet there. ` +
      `Each by itself has NL ${labels}. Are both in the unit of their column, read at the same voltage, and of the same cell?${remarks.length === 0 ? '' : ` Also: ${remarks.join('; ')}`}`,
  );
}

/** Of what the train before went over: a first pulse that takes more is kept as a pulse of its own, which is legal, and told. */
const LARGE_FIRST = 0.25;

/** Whether the first pulse of a train goes a large part of the way from where the train before it ended. */
function jumps({ states_S }: Train, before: Train): boolean {
  const end = lastOf(before);
  const rising = lastOf(before) < before.states_S[0];
  const way = rising ? states_S[0] - end : end - states_S[0];
  return way > LARGE_FIRST * Math.abs(end - before.states_S[0]);
}

/** The steps of a train, of a large first pulse too. */
function stepsOf(what: string, train: Train, before: Train, rising: boolean): MeasuredSteps {
  if (train.states_S.length < 2 || !jumps(train, before))
    return measuredSteps(what, train.states_S, rising, train.pulses);
  const states_S = [lastOf(before), ...train.states_S];
  return measuredSteps(what, states_S, rising, [train.pulses[0] - 1, ...train.pulses]);
}

function firstPulse(direction: string, train: Train, before: Train): string {
  const [from, to] = [lastOf(before), train.states_S[0]].map((g) => formatQuantity(g, 'S'));
  return `the first pulse of ${direction} takes the cell from ${from} to ${to}; labels are of the pulses after it`;
}

const lastOf = ({ states_S }: Train): number => states_S[states_S.length - 1];

function direction(train: Train, steps: MeasuredSteps, closed: boolean): CellDirection {
  const [fixed, free] = (['fixed', 'free'] as const).map((rule) => {
    const { label, r2 } = fitted(train, rule);
    return { label, r2 };
  });
  return {
    law: { kind: 'table', conductance_S: [...steps.conductance_S], step_S: [...steps.step_S] },
    pulses: closed ? train.rows - 1 : train.rows,
    range_S: [...steps.range_S],
    nonlinearity: { fixed, free },
    train: {
      pulse: Array.from(train.pulses, (n) => (closed ? n : n + 1)),
      conductance_S: [...train.states_S],
    },
  };
}

function fitted({ states_S, pulses }: Train, rule: EndPointRule) {
  return fitLabel(states_S, rule, pulses);
}
