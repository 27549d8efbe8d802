import { Netlist } from '../netlist/index.js';
import type { SpiceWarning } from './lines.js';

/** One source that a .dc card moves. */
export interface DcRange {
  /** Name of a voltage or current source, or of a resistor. */
  readonly source: string;
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** A .dc card: the first range is the innermost loop. */
export interface DcAnalysis {
  readonly ranges: readonly DcRange[];
}

/** A .tran card. */
export interface TransientAnalysis {
  readonly step_s: number;
  readonly stop_s: number;
  readonly start_s: number;
  readonly maxStep_s: number | undefined;
  readonly useInitial: boolean;
}

/** What a file asks for besides its elements. */
export interface SpiceAnalyses {
  op: boolean;
  readonly dc: DcAnalysis[];
  readonly transient: TransientAnalysis[];
}

/** Something the file contains that this program does not know how to solve. */
export interface Unsupported {
  readonly place: string;
  readonly card: string;
  readonly message: string;
}

/** A netlist as a SPICE file describes it, with what the file asks for. */
export class SpiceCircuit extends Netlist {
  readonly analyses: SpiceAnalyses = { op: false, dc: [], transient: [] };
  /** Voltages of .ic, V: for a transient. */
  readonly initialVoltages_V = new Map<string, number>();
  readonly warnings: SpiceWarning[] = [];
  readonly unsupported: Unsupported[] = [];
}
