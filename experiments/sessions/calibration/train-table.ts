import type { AnalysedFile } from '../../../calibration/batch/index.js';
import type { LabelPair } from '../../../calibration/trains/index.js';
import { csvText, type TableCell } from '../../../records/tables/index.js';

/** `trains.csv`: one row a pulse train, labels by both rules, with and without outliers; empty where there is none. */
export function trainsCsv(files: readonly AnalysedFile[]): string {
  const columns = [
    'file',
    'cell',
    'direction',
    'repeat',
    'series',
    'unit',
    'read_V',
    'points',
    'pulses',
    'first',
    'last',
    'low',
    'high',
    ...['', '_all_points'].flatMap((ending) =>
      ['NL_fixed', 'R2_fixed', 'NL_free', 'R2_free', 'rmse_free'].map((name) => `${name}${ending}`),
    ),
    'outliers',
    'residual_lag1',
    'window_low',
    'window_high',
    'on_off',
    'warnings',
  ];
  const labels = ({ fixed, free }: LabelPair): TableCell[] => [
    fixed?.label ?? '',
    fixed?.r2 ?? '',
    free.label,
    free.r2,
    free.rmse,
  ];
  const names = new Map(files.map(({ path, name }) => [path, name]));
  const rows = files.flatMap(({ name, trains }) =>
    (trains?.cells ?? []).flatMap((cell) =>
      (['up', 'down'] as const).flatMap((way) =>
        cell[way].map((one, n): TableCell[] => [
          names.get(one.train.name.split(', ')[0]) ?? name,
          cell.cell.split(', ').slice(1).join(', '),
          way,
          one.train.cycle ?? n + 1,
          one.train.name.split(', ').slice(1).join(', '),
          one.train.unit,
          one.train.readVoltage_V ?? '',
          one.points,
          one.pulses,
          one.first,
          one.last,
          one.low,
          one.high,
          ...labels(one.withoutOutliers ?? one.labels),
          ...labels(one.labels),
          one.outliers.at.length,
          one.residuals.lag1,
          cell.window?.low ?? '',
          cell.window?.high ?? '',
          cell.window?.onOff ?? '',
          one.warnings.join('; '),
        ]),
      ),
    ),
  );
  return csvText(
    columns,
    rows.map((row) => row.map((cell) => (typeof cell === 'number' && !Number.isFinite(cell) ? '' : cell))),
  );
}

/** Whether there is a train to list. */
export const hasTrains = (files: readonly AnalysedFile[]): boolean =>
  files.some(({ trains }) => (trains?.cells.length ?? 0) > 0);
