import type {
  ColumnRole,
  MeasuredColumn,
  MeasuredFile,
  MeasuredSeries,
  SettingName,
} from './measured-file.js';

/** The first column of that role, or undefined. */
export const columnOf = (series: MeasuredSeries, role: ColumnRole): MeasuredColumn | undefined =>
  series.columns.find((column) => column.role === role);

/** What was set, in the unit of the name, or undefined. */
export const settingOf = (file: MeasuredFile, name: SettingName): number | undefined =>
  file.settings.find((setting) => setting.name === name)?.value;
