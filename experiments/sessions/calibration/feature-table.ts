import type { AnalysedFile, Batch } from '../../../calibration/batch/index.js';
import { csvText, type TableCell } from '../../../records/tables/index.js';
import type { PageFindings } from './calibration-page.js';
import { type CellRow, kindOf } from './cell-rows.js';
import { cycleQuantities, medianCell } from './feature-summary.js';
import { stuckOf } from './stuck-section.js';

const orNaN = (value: number | undefined): number => value ?? Number.NaN;

/** `features.csv`: one row a cell, skipped files with their reason at the end. */
export function featuresCsv({ analysed, skipped }: Batch, rows: readonly CellRow[]): string {
  const columns = [
    'file',
    'cell',
    'what',
    'switches',
    'because',
    'read_V',
    'cycles',
    'forming_V',
    ...cycleQuantities.flatMap(({ key }) => [key, `${key}_low`, `${key}_high`]),
    'at_compliance',
    'resistance_ohm',
    'NL_up_fixed',
    'NL_up_free',
    'NL_down_fixed',
    'NL_down_free',
    'format',
    'sha256',
    'skipped_because',
  ];
  const none = (count: number): TableCell[] => Array.from({ length: count }, () => Number.NaN);
  const of = (file: AnalysedFile): TableCell[][] => {
    const own = rows.filter((row) => row.file === file);
    const { label, switches } = kindOf(file);
    const tail = [file.format, file.sha256, ''];
    const trains = (file.trains?.cells ?? []).map((cell): TableCell[] => {
      const [up, down] = [cell.up[0], cell.down[0]].map((train) => train?.withoutOutliers ?? train?.labels);
      return [
        file.name,
        cell.cell.split(', ').slice(1).join(', '),
        'pulse trains',
        '',
        cell.apart ?? '',
        orNaN((cell.up[0] ?? cell.down[0])?.train.readVoltage_V),
        ...none(2 + 3 * cycleQuantities.length + 2),
        orNaN(up?.fixed?.label),
        orNaN(up?.free.label),
        orNaN(down?.fixed?.label),
        orNaN(down?.free.label),
        ...tail,
      ];
    });
    const swept = own.map((row): TableCell[] => [
      file.name,
      row.loops.cell,
      row.loops.verdict.name,
      row.loops.verdict.switches ? 'yes' : 'no',
      row.loops.verdict.because,
      row.loops.readVoltage.value_V,
      row.cycles.length,
      orNaN(row.forming?.set?.at_V),
      ...cycleQuantities.flatMap((quantity) => {
        const { value, low, high } = medianCell(row, quantity);
        return [value, orNaN(low), orNaN(high)];
      }),
      row.cycles.filter(({ complianceReached }) => complianceReached).length,
      orNaN(row.loops.verdict.resistance_Ohm?.value),
      ...none(4),
      ...tail,
    ]);
    if (swept.length + trains.length > 0) return [...swept, ...trains];
    return [
      [file.name, '', label, switches ? 'yes' : '', '', ...none(3 + 3 * cycleQuantities.length + 6), ...tail],
    ];
  };
  return tableText(columns, [
    ...analysed.flatMap(of),
    ...skipped.map(({ name, reason }): TableCell[] => [
      name,
      '',
      'skipped',
      '',
      '',
      ...none(3 + 3 * cycleQuantities.length + 6),
      '',
      '',
      reason,
    ]),
  ]);
}

/** `cycles.csv`: one row a cycle of every cell that switches. */
export function cyclesCsv(rows: readonly CellRow[]): string {
  return tableText(
    [
      'file',
      'cell',
      'cycle',
      'forming',
      'series',
      'first_row',
      'last_row',
      'set_after_V',
      'set_V',
      'set_seen',
      'reset_after_V',
      'reset_V',
      'reset_seen',
      ...thresholdColumns.map(({ key }) => key),
      'on_S',
      'off_S',
      'off_is_bound',
      'read_V',
      'window',
      'loop_area_VA',
      'compliance_reached',
      'largest_current_A',
    ],
    rows.flatMap(({ file, loops }) =>
      loops.cycles.map((cycle): TableCell[] => [
        file.name,
        loops.cell,
        cycle.cycle,
        yes(cycle.forming),
        cycle.series,
        cycle.rows[0] + 1,
        cycle.rows[1] + 1,
        orNaN(cycle.set?.after_V),
        orNaN(cycle.set?.at_V),
        cycle.set === undefined ? '' : yes(cycle.set.seen),
        orNaN(cycle.reset?.after_V),
        orNaN(cycle.reset?.at_V),
        cycle.reset === undefined ? '' : yes(cycle.reset.seen),
        ...thresholdColumns.map(({ of }) => of(cycle)),
        cycle.on_S,
        cycle.off_S,
        yes(cycle.offIsBound),
        cycle.readAt_V,
        cycle.window,
        cycle.loopArea_VA,
        yes(cycle.complianceReached),
        cycle.maxCurrent_A,
      ]),
    ),
  );
}

/** Of volatile cells; empty of others. */
const thresholdColumns = cycleQuantities.filter(({ ifThere }) => ifThere === true);

const yes = (is: boolean): string => (is ? 'yes' : 'no');

/**
 * `features.json`: all that was found, cell by cell and over the cells, without points: those of measured curves, fitted curves and spectra
 * are in the figures' CSV.
 */
export function featuresJson({ analysed, skipped, common }: Batch, { fits, spreads }: PageFindings): object {
  const stuck = stuckOf(analysed);
  return {
    kind: 'features',
    format: 1,
    ...(common === undefined ? {} : { comparedAt: common }),
    population: spreads.map((spread) => withoutPoints(spread)),
    ...(stuck === undefined ? {} : { stuckCells: withoutPoints(stuck) }),
    cells: fits.map(({ source, sources, parts, remarks: _remarks, ...fit }) =>
      withoutPoints({
        ...fit,
        ...(parts?.population === undefined ? {} : { population: parts.population }),
        source: source.name,
        ...(sources === undefined ? {} : { sources: sources.map(({ name }) => name) }),
      }),
    ),
    files: analysed.map((file) => {
      const { loops: _loops, records: _records, path: _path, ...rest } = file;
      return withoutPoints({ ...kindOf(file), ...rest });
    }),
    skipped: skipped.map(({ name, reason, code }) => ({
      name,
      reason,
      ...(code === undefined ? {} : { code }),
    })),
  };
}

/** Short arrays that are results: of relaxing groups, at each of their times. */
const RESULTS = new Set(['mean', 'sigma']);

/** An open end of an interval is null. */
function withoutPoints(value: object): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part) => {
      // Cycle by cycle they are in cycles.csv, of tables in the file itself.
      if (key === 'observations') return undefined;
      if (!ArrayBuffer.isView(part)) return part;
      return RESULTS.has(key) && part instanceof Float64Array ? Array.from(part) : undefined;
    }),
  );
}

/** Spreadsheets take an empty cell for no number, and `NaN` for text. */
function tableText(columns: readonly string[], rows: readonly (readonly TableCell[])[]): string {
  return csvText(
    columns,
    rows.map((row) => row.map((cell) => (Number.isNaN(cell) ? '' : cell))),
  );
}
