import type { BoardParts, BoardProfile } from '../../devices/boards/index.js';
import type { SettleTime } from './settle-time.js';

/** A number of a part with the interval that holds it in 95 of 100 calibrations; what no reading tells is as the data sheet has it. */
export interface PartEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Readings tell it: it is known at least twice as well as from the data sheet. */
  readonly identified: boolean;
}

/** A converter: what comes out is in · gain + offset_V + bow_V · shape, where shape is 0 at both ends and 1 in the middle. */
export interface ConverterEstimate {
  readonly gain: PartEstimate;
  readonly offset_V: PartEstimate;
  readonly bow_V: PartEstimate;
}

/** Of a source: its converter or rail, and the switch in front of it. */
export interface SourceEstimate extends ConverterEstimate {
  readonly switch_ohm: PartEstimate;
}

/** Of a nudge: its converter, what a volt of it injects, and what it loads its output with. */
export interface NudgeEstimate extends ConverterEstimate {
  readonly conductance_S: PartEstimate;
  readonly load_S: PartEstimate;
}

/** Of a diode: saturation current, emission coefficient, series resistance. */
export interface DiodeEstimate {
  readonly IS_A: PartEstimate;
  readonly N: PartEstimate;
  readonly RS_ohm: PartEstimate;
}

/** Resistances of a pot. */
export interface PotEstimate {
  /** [tapMax − tapMin + 1], Ω, from the least tap on. */
  readonly resistance_ohm: readonly number[];
  /** One standard deviation of each, relative, beside what all pots have in common. */
  readonly sigma: readonly number[];
}

/** How readings came out that were not used to find the parts. */
export interface HeldOut {
  readonly tapSets: number;
  readonly readings: number;
  /** Difference of reading and prediction. */
  readonly rms_V: number;
  readonly largest_V: number;
}

/** All that a calibration has found of a board. */
export interface MeasuredBoard {
  readonly profile: BoardProfile;
  readonly parts: BoardParts;
  readonly sources: readonly SourceEstimate[];
  readonly nudges: readonly NudgeEstimate[];
  /** Of the converter that reads nodes, as each node sees it. */
  readonly readers: readonly ConverterEstimate[];
  readonly diodes: readonly (readonly DiodeEstimate[])[];
  readonly leakage_A: readonly PartEstimate[];
  readonly pots: readonly PotEstimate[];
  /** What all conductances have in common is known as well as the parts that they are weighed against, relative, 1 σ. */
  readonly scaleSigma: number;
  readonly settle: SettleTime;
  /** Of one conversion, V rms. */
  readonly noise_V: number;
  readonly reads: number;
  /** What is left of readings in units of their noise, r.m.s.; about 1 where the circuit is the board's. */
  readonly misfit: number;
  readonly heldOut: HeldOut;
  readonly readings: number;
  readonly circuits: number;
  readonly wiperSteps: number;
  /** Sentences: what cannot be known from a line, and what was not seen on this board. */
  readonly notIdentified: readonly string[];
}

/** Parts of a board as a calibration has found them, for circuits and simulated boards. @param nominal of the same profile */
export function partsOfEstimates(
  nominal: BoardParts,
  name: string,
  found: Pick<MeasuredBoard, 'sources' | 'nudges' | 'readers' | 'diodes' | 'leakage_A' | 'pots' | 'noise_V'>,
): BoardParts {
  const { tapMin } = nominal.profile;
  const converter = ({ gain, offset_V, bow_V }: ConverterEstimate) => ({
    gain: gain.value,
    offset_V: offset_V.value,
    bow_V: bow_V.value,
  });
  return {
    ...nominal,
    name,
    calibration: {
      name,
      resistance_ohm: found.pots.map(({ resistance_ohm }) => withEnds(resistance_ohm, tapMin)),
    },
    sources: found.sources.map(converter),
    sourceResistance_ohm: found.sources.map(({ switch_ohm }) => switch_ohm.value),
    nudges: found.nudges.map(converter),
    nudgeConductance_S: found.nudges.map(({ conductance_S }) => conductance_S.value),
    nudgeLoad_S: found.nudges.map(({ load_S }) => load_S.value),
    diodes: found.diodes.map((group, j) =>
      group.map(({ IS_A, N, RS_ohm }, d) => ({
        ...nominal.diodes[j][d],
        IS: IS_A.value,
        N: N.value,
        RS: RS_ohm.value,
      })),
    ),
    leakage_A: found.leakage_A.map(({ value }) => value),
    readers: found.readers.map(converter),
    noise_V: found.noise_V,
  };
}

/** A table of all 257 taps: beyond the stops, where nobody goes, the mean step goes on. */
function withEnds(resistance_ohm: readonly number[], tapMin: number): Float64Array {
  const last = resistance_ohm.length - 1;
  const step_ohm = (resistance_ohm[last] - resistance_ohm[0]) / last;
  return Float64Array.from({ length: 257 }, (_, tap) => {
    const i = tap - tapMin;
    if (i < 0) return Math.max(1, resistance_ohm[0] + i * step_ohm);
    return i > last ? resistance_ohm[last] + (i - last) * step_ohm : resistance_ohm[i];
  });
}
