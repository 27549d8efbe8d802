import type { ColumnRole, MeasuredColumn, SeriesKind } from '../measured/index.js';
import { shapeOf } from './column-shapes.js';
import type { RawFile, RawTable } from './raw-table.js';
import { recordKind } from './record-kind.js';

/** What stands around a series: names often say what was measured. */
export interface KindContext {
  readonly file: RawFile;
  readonly table: RawTable;
  readonly fileName: string;
  readonly direction?: 'up' | 'down';
}

/** Fewer points are no curve, and fewer that jump no train. */
const FEWEST_ROWS = 4;
const FEWEST_PULSES = 7;

/** What a series was measured for, by its columns, their shapes, and names. */
export function seriesKind(columns: readonly MeasuredColumn[], context: KindContext): SeriesKind {
  const find = (role: ColumnRole) => columns.find((column) => column.role === role);
  const has = (role: ColumnRole): boolean => find(role) !== undefined;
  const words = () => `${context.fileName} ${context.table.name} ${wordsOf(context.file)}`;
  const state = has('current_A') || has('resistance_Ohm') || has('conductance_S');
  if (has('step_S')) return 'step-table';
  const threshold = has('setVoltage_V') || has('resetVoltage_V');
  const states = has('lowResistanceCurrent_A') || has('highResistanceCurrent_A');
  if ((threshold || (states && !has('cycle'))) && resultsOf(context.table) !== undefined) return 'unknown';
  if (threshold || states) return 'endurance';
  const amplitude = find('amplitude_V');
  if (amplitude !== undefined && state && !shapeOf(amplitude.values).constant && climbs(amplitude.values))
    return 'amplitude-ramp';
  if (has('pulse') && state) return 'train';
  if ((has('direction') || has('polarity')) && state && !has('voltage_V')) return 'train';
  if (context.direction !== undefined && state && !has('voltage_V')) return 'train';
  if (amplitude !== undefined && state) return 'train';
  const voltage = find('voltage_V') ?? find('appliedVoltage_V');
  if (voltage !== undefined && state) {
    const shape = shapeOf(voltage.values);
    if (shape.ramps) return 'sweep';
    if (shape.count < FEWEST_ROWS && context.file.siUnits !== true) return 'unknown';
    if (!shape.held && shape.distinct >= 2) {
      if (shape.count < FEWEST_PULSES) return 'sweep';
      return shape.distinct <= 4 || has('time_s') ? 'train' : 'sweep';
    }
    return recordKind(columns, words()) ?? 'retention';
  }
  if (state && has('time_s')) return recordKind(columns, words()) ?? 'retention';
  if (state && has('cycle')) return 'endurance';
  if (state) return recordKind(columns, words()) ?? 'unknown';
  if (voltage !== undefined && has('time_s')) return 'waveform';
  return 'unknown';
}

/** Of the rows, so many have a name of their own in a table of results. */
const OWN_NAMES = 0.9;

/** A column of files names what each row is of, though some rows come of one file. */
const ofFiles = /file ?name|^files?$|path$|^key$/i;
const FILES_NAMED = 0.3;

/** The column that names a file or a device in every row: a table of results, whose rows are no cycles of one cell. */
export function resultsOf({ columns, lines }: RawTable): string | undefined {
  if (lines.length < FEWEST_ROWS) return undefined;
  return columns.find(({ heading, texts }) => {
    if (texts === undefined || /time|date|comment|note|error/i.test(heading)) return false;
    const named = texts.filter((text) => text !== '');
    const different = new Set(named).size;
    const own = ofFiles.test(heading) ? FILES_NAMED : OWN_NAMES;
    return named.length >= OWN_NAMES * lines.length && different >= own * lines.length;
  })?.heading;
}

/** Characters of what stands beside tables that are looked through for words. */
const MOST_CHARACTERS = 20_000;
const wordsByFile = new WeakMap<RawFile, string>();

/** What stands beside the tables of a file: joined once, as a file may have thousands of them. */
function wordsOf(file: RawFile): string {
  const known = wordsByFile.get(file);
  if (known !== undefined) return known;
  const words = file.entries
    .map(({ key, values }) => [key, ...values].join(' '))
    .join(' ')
    .slice(0, MOST_CHARACTERS);
  wordsByFile.set(file, words);
  return words;
}

/** Rises or falls from pulse to pulse, with resets to its start at most. */
function climbs(values: Float64Array): boolean {
  let up = 0;
  let down = 0;
  for (let r = 1; r < values.length; r++) {
    if (Math.abs(values[r]) > Math.abs(values[r - 1])) up++;
    else if (Math.abs(values[r]) < Math.abs(values[r - 1])) down++;
  }
  return Math.max(up, down) >= 3 && (values.length < 12 || Math.max(up, down) > values.length / 12);
}
