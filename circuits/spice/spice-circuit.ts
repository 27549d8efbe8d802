import { type Analyses, Netlist, noAnalyses } from '../netlist/index.js';
import type { SpiceWarning } from './lines.js';

/** Something the file contains that this program does not know how to solve. */
export interface Unsupported {
  readonly place: string;
  readonly card: string;
  readonly message: string;
  /** Whether the ngspice of --engine knows it. */
  readonly ngspice: boolean;
}

/** A netlist as a SPICE file describes it, with what the file asks for. */
export class SpiceCircuit extends Netlist {
  readonly analyses: Analyses = noAnalyses();
  readonly warnings: SpiceWarning[] = [];
  readonly unsupported: Unsupported[] = [];
}
