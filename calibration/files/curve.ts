import type { NamedColumn } from './table-columns.js';

/** Columns of one table that belong together: one curve. */
export interface Curve {
  readonly name: string;
  readonly columns: readonly NamedColumn[];
  readonly direction?: 'up' | 'down';
  readonly cell?: string;
  /** Which repetition on one cell, where its heading says so. */
  readonly cycle?: number;
  /** Nothing says whether the other curves of its table are of other cells, or of this one again. */
  readonly doubtful?: boolean;
  /** A current of one terminal over the voltage of another: of a transistor, no curve of a cell. */
  readonly transfer?: boolean;
}

const states = new Set(['current_A', 'resistance_Ohm', 'conductance_S']);

/** Whether a column is what is measured of a state. */
export const isState = ({ role = '' }: { readonly role?: string }): boolean => states.has(role);

/** Roles of what it is measured over. */
export const axes = new Set([
  'time_s',
  'voltage_V',
  'appliedVoltage_V',
  'pulse',
  'amplitude_V',
  'width_s',
  'cycle',
  'direction',
  'polarity',
  'level',
]);

/** The names of columns, for a remark. */
export const labels = (columns: readonly NamedColumn[]): string =>
  columns.map(({ label }) => label).join(', ');
