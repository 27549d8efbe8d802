/** What is asked of an instrument in one line, and answered in one. */
export interface SmuQuery<T> {
  /** Without its line feed. */
  readonly text: string;
  /** What its answer looks like: anything else that comes is the answer to something else. */
  readonly form: RegExp;
  readonly read: (answer: string) => T;
  /** The longest answer, bytes; 64 where left out. */
  readonly bytes?: number;
}

/** What an instrument is set to, as it says itself. */
export interface SmuState {
  readonly output: boolean;
  readonly sources: 'voltage' | 'current' | 'something else';
  readonly level_V: number;
  readonly compliance_A: number;
  readonly remoteSense: boolean;
}

/** An entry of an instrument's error queue. */
export interface SmuErrorEntry {
  readonly code: number;
  readonly text: string;
}

/** One point of a run as it was measured. */
export interface SmuReading {
  /** Since the first point of the run, s. */
  readonly time_s: number;
  readonly voltage_V: number;
  readonly current_A: number;
  /** The current stood at its limit: what was measured is the limit, not the cell. */
  readonly limited: boolean;
}

/** Levels that an instrument goes through by itself, each for the same time. */
export interface SmuRun {
  readonly levels_V: readonly number[];
  /** Before each is measured, s. */
  readonly delay_s: number;
  /** Power-line cycles of a measurement. */
  readonly nplc: number;
  /** The range is found anew for each point, which takes its time; else it is that of the compliance. */
  readonly autorange: boolean;
  readonly compliance_A: number;
}

/** What an instrument says that a run will be. */
export interface ToldRun {
  readonly levels_V: readonly number[];
  readonly delay_s: number;
  readonly nplc: number;
  readonly compliance_A: number;
}

/** What an instrument measured in the last run, as far as that came. */
export interface SmuMeasured {
  readonly readings: readonly SmuReading[];
  /** Entries that wait in its error queue; undefined where it has to be asked by itself. */
  readonly errors?: number;
}

/** How a family of source-measure units is spoken to. A table of texts: what they are sent for is the client's affair. */
export interface SmuDialect {
  readonly name: string;
  /** Of an instrument that may have two. */
  readonly channel?: 'a' | 'b';
  /** For people. */
  readonly language: string;
  /** Breaks off what is under way, at once: `^X`, or a word on a line of its own. */
  readonly breakOff: string;
  /** Whether a line is answered: adapters that have to fetch answers ask. */
  asks(line: string): boolean;
  readonly state: SmuQuery<SmuState>;
  /** The oldest entry of the error queue, which it takes out; undefined where there is none. */
  readonly error: SmuQuery<SmuErrorEntry | undefined>;
  /** Voltage source at 0 V with its range and its compliance; the output is not touched. */
  prepare(most_V: number, compliance_A: number): readonly string[];
  readonly outputOn: readonly string[];
  readonly outputOff: readonly string[];
  level(level_V: number): string;
  /**
   * A run: what it is set up with, what it then says that it was told, and what starts it. A line without check sums may lose a
   * byte, and a level without its point is ten times as high: nothing starts before it has said what it is about to do.
   * @param before the run that it went through just before, down to 0 V and without a doubt: what is the same is not told again
   */
  run(
    run: SmuRun,
    before?: SmuRun,
  ): {
    readonly settings: readonly string[];
    readonly told: SmuQuery<ToldRun>;
    readonly start: readonly string[];
  };
  /** Points that the last run has come to: asked right behind it, it is answered when the run is over. */
  readonly reached: SmuQuery<number>;
  /** Levels of the last run, after which nobody has changed them; NaN where it knows of none. */
  readonly lastLevels: SmuQuery<number>;
  /** Asking changes nothing. */
  readings(count: number): SmuQuery<SmuMeasured>;
  /** Readings may be asked for right behind a run, however far that comes: it answers also where there are none. */
  readonly readingsAtOnce: boolean;
  /** What a point takes besides delay and integration at most, s. */
  readonly overhead_s: number;
  readonly nplc: readonly [least: number, most: number];
  /** Most levels of a run. */
  readonly maxLevels: number;
}

/** A number as instruments send it: `+1.000000E-01`. @returns NaN for 9.91E37, which says that there is none */
export function instrumentNumber(text: string): number {
  const value = Number(text.trim());
  if (value === 9.91e37) return Number.NaN;
  // ± 9.9E37 is an overflow.
  return Math.abs(value) >= 9.9e37 ? Math.sign(value) * Number.POSITIVE_INFINITY : value;
}

/** `value1,value2,…` in groups. */
export function grouped(text: string, size: number): number[][] {
  const values = text.split(/[,\t]/).map(instrumentNumber);
  return Array.from({ length: Math.floor(values.length / size) }, (_, k) =>
    values.slice(k * size, (k + 1) * size),
  );
}

/** As instruments read numbers: decimal, with a power of ten where that is shorter. */
export function sent(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/** Levels are sent in whole µV, towards 0. */
const MICRO = 1e6;

/**
 * A level as it is sent: so many digits that without its point it is beyond any range, and refused; and any other lost byte makes it
 * smaller, or no number.
 */
export function sentLevel(level_V: number): string {
  const microvolts = Math.trunc(level_V * MICRO + Math.sign(level_V) * 1e-3);
  return microvolts === 0 ? '0' : (microvolts / MICRO).toFixed(9);
}
