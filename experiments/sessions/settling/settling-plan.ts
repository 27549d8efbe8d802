import type { PhaseEnergy, Within } from '../../../solver/settling/index.js';
import type { TracePart } from '../trace.js';

/** The phases that can be asked for. */
export const settlingPhases = ['free', 'nudged'] as const;

/** What is to settle, and how closely. */
export interface SettlingPlan {
  readonly part: TracePart;
  /** How many samples, from the first on; 20, or all where there are fewer. */
  readonly samples?: number;
  readonly phases: readonly (typeof settlingPhases)[number][];
  readonly within: Within;
  /** At every node, F; a Hopfield network has none. */
  readonly capacitance_F?: number;
  readonly driver_ohm?: number;
  /** The Euler step of a Hopfield network, where it is not its own. */
  readonly epsilon?: number;
  /** Given up after so long, s or time constants; however long it takes where nothing is said. */
  readonly longest?: number;
  readonly signal?: AbortSignal;
  /** Called after every sample with how many are done. */
  readonly progress?: (done: number, of: number) => void;
}

/** Samples that are taken where nobody says how many. */
export const DEFAULT_SAMPLES = 20;

/** One phase of one sample. Times in s, of a Hopfield network in time constants of the leak. */
export interface SettledSamplePhase {
  /** `free`, `nudged +β` or `nudged −β`. */
  readonly name: string;
  readonly beta: number;
  /** Until all nodes and outputs stay within their tolerance of their rest; and until the outputs do. */
  readonly settling: number;
  readonly outputSettling: number;
  /** In the node unit. */
  readonly tolerance: number;
  readonly outputTolerance: number;
  readonly steps: number;
  /** What follows is of networks with capacitances alone: until then, J; at rest, W; how often diodes turned. */
  readonly energy?: PhaseEnergy;
  readonly restPower_W?: number;
  readonly turns?: number;
}

/** All phases of one sample. */
export interface SettledSample {
  readonly sample: number;
  readonly target: string;
  readonly phases: readonly SettledSamplePhase[];
}

/** Node states of one phase over time, for a figure. */
export interface PhaseWaveform {
  readonly name: string;
  readonly times: number[];
  readonly states: Float64Array[];
  /** Where they come to rest; known once the phase is over. */
  rest: Float64Array;
}

/** Something whose samples can be let settle one by one. */
export interface Settler {
  /** Of the parts that settle together: nodes of each layer, in the order of a waveform. */
  readonly layers: readonly { readonly name: string; readonly size: number }[];
  readonly timeUnit: 's' | '1';
  readonly nodeUnit: 'V' | '1';
  /** What it is made of and how it is followed, for people. */
  readonly description: string;
  /** @param waveforms gains the phases as they are followed */
  settle(sample: number, waveforms?: PhaseWaveform[]): Promise<SettledSample>;
}
