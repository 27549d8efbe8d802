/**
 * One train of identical pulses on one cell, read after each: rows in the order in which the pulses came.
 * All arrays have one length.
 */
export interface MeasuredTrain {
  /** Where it comes from, as a reader would find it: file and series. */
  readonly name: string;
  readonly direction: 'up' | 'down';
  /** Pulses before each read; rising; fractions where a curve was digitised. */
  readonly pulses: Float64Array;
  /** Conductances in S; currents in A at a read voltage that nobody told, where `unit` is A; numbers of no unit where it is ''. */
  readonly states: Float64Array;
  readonly unit: 'S' | 'A' | '';
  /** Row of its series, from 0, that each point was in. */
  readonly rows: Uint32Array;
  /** It was listed from its end, as NeuroSim's depression trains are. */
  readonly reversed: boolean;
  /** Its pulse numbers are the file's; else its rows were counted. */
  readonly counted: boolean;
  readonly cell?: string;
  readonly cycle?: number;
  readonly readVoltage_V?: number;
  /** Of its pulses, where the file tells. */
  readonly amplitude_V?: number;
  readonly width_s?: number;
}

/** Points with the rows of their series, as a train is made of. */
export interface TrainPoints {
  readonly pulses: Float64Array;
  readonly states: Float64Array;
  readonly rows: Uint32Array;
}

/** Those points that `keep` says. */
export function somePoints(
  { pulses, states, rows }: TrainPoints,
  keep: (at: number) => boolean,
): TrainPoints {
  return {
    pulses: pulses.filter((_, at) => keep(at)),
    states: states.filter((_, at) => keep(at)),
    rows: rows.filter((_, at) => keep(at)),
  };
}
