import type { DcSweep, OperatingPoint } from '../../solver/mna/index.js';

/** The flags of `ohmprop circuit run`. */
export interface RunFlags {
  readonly engine: 'ohmprop' | 'ngspice';
  readonly json?: boolean;
  readonly raw?: string;
  readonly rawText?: boolean;
  readonly csv?: string;
  readonly plot?: string;
}

/** What a file's analyses gave. */
export interface CircuitResults {
  readonly title: string;
  readonly op?: OperatingPoint;
  readonly dc: readonly DcSweep[];
  readonly stats: Readonly<Record<string, number | string>>;
}
