import type { MeasuredColumn, Question, SeriesKind } from '../measured/index.js';
import { whatElse } from './column-questions.js';
import { isState } from './curve.js';
import type { RawTable } from './raw-table.js';
import { resultsOf } from './series-kind.js';
import type { NamedColumn } from './table-columns.js';

/** Fewer rows are no curve of anything. */
const FEWEST_ROWS = 4;

/**
 * What a series leaves open once its columns are known: the read voltage of trains of currents, what a state alone was measured for,
 * and the columns of what is nothing yet.
 * @param all columns of its table @param readAt somebody said at which voltage states were read
 */
export function questionOf(
  kind: SeriesKind,
  columns: readonly MeasuredColumn[],
  all: readonly NamedColumn[],
  readAt: boolean,
): Question | undefined {
  if (kind === 'train' && readsWithoutVoltage(columns, readAt)) {
    return {
      key: 'readVoltage',
      text: 'the trains are currents: at which voltage were they read? Without it there are no conductances',
      flag: '--answer readVoltage=0.1V',
      blocks: false,
    };
  }
  if (kind !== 'unknown') return undefined;
  if (stateAlone(columns, all)) {
    return {
      key: 'kind',
      text: `${columns[0].name} is one state after the other: what was measured?`,
      choices: ['retention', 'noise', 'endurance', 'train'],
      flag: '--answer kind=noise',
      blocks: false,
    };
  }
  return whatElse(all);
}

/** Why rows whose columns are known are no curve all the same: no answer helps. */
export function whyNoCurve(columns: readonly MeasuredColumn[], table: RawTable): string | undefined {
  const results = resultsOf(table);
  const said = columns.map(({ role = '' }) => role);
  const ofCycles = said.some((role) => /^(?:set|reset)Voltage|^(?:low|high)Resistance/.test(role));
  const alone = columns.every(isState);
  if (results !== undefined && (ofCycles || alone))
    return `a table of results, one row for each ${results}: its rows are no cycles of one cell`;
  const rows = columns[0]?.values.length ?? 0;
  const ofVoltages = said.some((role) => /voltage_V$/i.test(role));
  if (rows >= FEWEST_ROWS || !columns.some(isState) || !ofVoltages) return undefined;
  return `${rows} rows of ${columns.map(({ name }) => name).join(', ')}: too few for a curve, which takes at least ${FEWEST_ROWS}`;
}

/** Said of a state over time that is taken for a train, as no column counts its pulses. */
export function takenForTrain(kind: SeriesKind, columns: readonly MeasuredColumn[]): string | undefined {
  const time = columns.find(({ role }) => role === 'time_s');
  const told = columns.some(({ role }) =>
    /^(?:pulse|direction|polarity|amplitude|voltage|applied)/.test(role ?? ''),
  );
  const state = columns.find(isState);
  if (kind !== 'train' || time === undefined || state === undefined || told) return undefined;
  return `${state.name} rises and falls over ${time.name}, as no state does that is left alone: taken for pulse trains, one pulse a row; --answer kind=retention says otherwise`;
}

/** Whether a train is of currents, and nothing says at which voltage. */
function readsWithoutVoltage(columns: readonly MeasuredColumn[], readAt: boolean): boolean {
  const has = (wanted: string): boolean => columns.some(({ role }) => role === wanted);
  if (readAt || has('voltage_V') || has('appliedVoltage_V')) return false;
  return has('current_A') && !has('conductance_S') && !has('resistance_Ohm');
}

/** One column of a state, with a number of each row at most: nobody need say what its columns are. */
function stateAlone(columns: readonly MeasuredColumn[], all: readonly NamedColumn[]): boolean {
  const [one, ...more] = columns;
  const others = all.filter(({ role, unused }) => role === undefined && !unused);
  return (
    more.length === 0 && others.length === 0 && /^(?:resistance|conductance|current)_/.test(one?.role ?? '')
  );
}
