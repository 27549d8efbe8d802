/**
 * What a column holds; the name says the unit. `voltage_V` is the voltage measured at the device where a file tells it apart
 * from what was applied (`appliedVoltage_V`), and the applied one where it does not. `pulse` counts pulses and may be a fraction
 * (digitised curves). `direction` is 1 where a word says up, -1 down; `polarity` the sign of a pulse. `step_S` is a change of conductance by one pulse.
 */
export type ColumnRole =
  | 'time_s'
  | 'voltage_V'
  | 'appliedVoltage_V'
  | 'current_A'
  | 'conductance_S'
  | 'resistance_Ohm'
  | 'pulse'
  | 'amplitude_V'
  | 'width_s'
  | 'cycle'
  | 'direction'
  | 'polarity'
  | 'step_S'
  | 'probability'
  | 'setVoltage_V'
  | 'resetVoltage_V'
  | 'lowResistanceCurrent_A'
  | 'highResistanceCurrent_A'
  | 'resetCurrent_A'
  | 'level';

/** A column of numbers with what it was taken for. */
export interface MeasuredColumn {
  /** As the file calls it, trimmed; `column 3` where it says nothing. */
  readonly name: string;
  /** What it was taken for; absent for columns that nothing uses. */
  readonly role?: ColumnRole;
  /** SI unit of `values`: V, A, S, Ω, s, or 1; '' where nobody knows it. */
  readonly unit: string;
  /** `[rows]`; NaN where the file has no number or an overrange mark (9.9e37). */
  readonly values: Float64Array;
}

/** What a series was measured for. `unknown` always comes with a question or a remark. */
export type SeriesKind =
  | 'sweep'
  | 'train'
  | 'amplitude-ramp'
  | 'retention'
  | 'noise'
  | 'endurance'
  | 'step-table'
  | 'waveform'
  | 'curve'
  | 'unknown';

/** A range of the ammeter, as the file writes it (`100 nA`), and the row of the series, counted from 1, from which it holds. */
export interface CurrentRange {
  readonly row: number;
  readonly range: string;
}

/** One curve or table of a file: columns of equal length, in the order measured. */
export interface MeasuredSeries {
  /** Unique within the file: `sheet Data`, `cycle 2`, `up`. */
  readonly name: string;
  readonly kind: SeriesKind;
  readonly columns: readonly MeasuredColumn[];
  /** Lines of the file (counted from 1) or rows of its sheet that the first and last row stand in. */
  readonly lines: readonly [first: number, last: number];
  /** Points at the instrument's compliance, `[rows]`, 1 where censored: neither to be fitted nor dropped. */
  readonly censored?: Uint8Array;
  /** The ranges of the ammeter in turn, where a column tells them: at a change the current may step, and not the cell. */
  readonly currentRanges?: readonly CurrentRange[];
  /** Of a train: which way its pulses drive the cell. Rows are in the order in which the pulses came. */
  readonly direction?: 'up' | 'down';
  /** Which cell or device, and which repetition, where the file tells. */
  readonly cell?: string;
  readonly cycle?: number;
}

/** What can be set while measuring; the name says the unit. */
export type SettingName =
  | 'readVoltage_V'
  | 'compliance_A'
  | 'temperature_K'
  | 'area_m2'
  | 'thickness_m'
  | 'amplitude_V'
  | 'width_s'
  | 'rate_Hz'
  | 'frequency_Hz'
  | 'seriesResistance_Ohm';

/** What was set when it was measured, and who says so. */
export interface MeasuredSetting {
  readonly name: SettingName;
  readonly value: number;
  readonly from: 'file' | 'file name' | 'answers' | 'flag';
}

/** What the file cannot tell. `key` is the name in `calibrate.yaml`; `flag` the flag that answers. */
export interface Question {
  readonly key: string;
  readonly text: string;
  /** The answers that go, where they can be listed. */
  readonly choices?: readonly string[];
  readonly flag: string;
  /** Without an answer nothing can be said of the series; else some numbers only are missing. */
  readonly blocks: boolean;
}

/** A file of measurements, read: what is in it, what was set, and what nobody can know from it. */
export interface MeasuredFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The format in words: `Keithley 4200 Clarius run`, `text, tabs, decimal commas`. */
  readonly format: string;
  readonly series: readonly MeasuredSeries[];
  readonly settings: readonly MeasuredSetting[];
  /** What the file's own name says by the pattern that was given: files of one cell are its cycles. */
  readonly inName?: { readonly cell: string; readonly cycle?: number };
  readonly questions: readonly Question[];
  /** What a reader should know: rows left out and why, ranges that changed, columns not used. */
  readonly remarks: readonly string[];
}
