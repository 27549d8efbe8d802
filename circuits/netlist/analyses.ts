import type { Measure } from './measures.js';

/** One value that a DC sweep moves. */
export interface DcRange {
  /** Name of a voltage or current source, or of a resistor. */
  readonly source: string;
  /** V, A or Ω. */
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** A DC sweep: the first range is the innermost loop. */
export interface DcAnalysis {
  readonly ranges: readonly DcRange[];
}

/** A run in time. */
export interface TransientAnalysis {
  readonly step_s: number;
  readonly stop_s: number;
  readonly start_s: number;
  readonly maxStep_s: number | undefined;
  /** Start from the initial conditions of the elements instead of from an operating point. */
  readonly useInitial: boolean;
  /** IC= of capacitors and inductors holds while the operating point is sought: LTspice, PSpice and Xyce do so, ngspice does not. */
  readonly holdInitial?: boolean;
  /** Where a file asks for it: `file:line:column`. */
  readonly place?: string;
}

/** Tolerances of a transient by their SPICE names; those that a file does not set are absent. */
export interface TransientTolerances {
  /** Share of a value. */
  reltol?: number;
  /** V */
  vntol?: number;
  /** A */
  abstol?: number;
  /** C */
  chgtol?: number;
}

/** Something that takes several values: all analyses are carried out for each. */
export interface StepAxis {
  /** A parameter, a source, R, C or L, `temp`, or `model(parameter)`. */
  readonly label: string;
  readonly values: readonly number[];
  /** `file:line:column` */
  readonly place: string;
}

/** What is asked of a circuit, as data: a file's cards, or a caller's own. */
export interface Analyses {
  op: boolean;
  readonly dc: DcAnalysis[];
  readonly transient: TransientAnalysis[];
  readonly tolerances: TransientTolerances;
  /** What is stepped: the first is the innermost loop. The circuit is that of the first values, unless it was read for others. */
  readonly steps: StepAxis[];
  /** Numbers read off the transients. */
  readonly measures: Measure[];
  /** Of all elements that do not have their own, °C. */
  temperature_C: number;
  /** Node voltages at which a transient starts, V. */
  readonly initialVoltages_V: Map<string, number>;
}

/** Nothing asked yet, at SPICE's 27 °C. */
export function noAnalyses(): Analyses {
  return {
    ...{ op: false, dc: [], transient: [], temperature_C: 27, tolerances: {}, measures: [], steps: [] },
    initialVoltages_V: new Map(),
  };
}

/** How many steps lead from start to stop, both included; a step that ends within a millionth of stop counts. */
export function pointCount({ start, stop, step }: DcRange): number {
  return Math.floor((stop - start) / step + 1e-6) + 1;
}
