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

/** Samples from which a record of a state has a spectrum: fewer are looked at as a state over time. */
export const FEWEST_OF_NOISE = 64;
