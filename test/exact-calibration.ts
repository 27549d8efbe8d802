import { boardFile, type MeasuredBoard, type PartEstimate } from '../calibration/boards/index.js';
import type { BoardParts, ConverterParts } from '../devices/boards/index.js';

/** The file of a calibration that has found a board's parts exactly. */
export function exactCalibration(parts: BoardParts, serial: string, date: Date) {
  const { profile } = parts;
  const exact = (value: number): PartEstimate => ({ value, low: value, high: value, identified: true });
  const converter = ({ gain, offset_V, bow_V }: ConverterParts) => ({
    gain: exact(gain),
    offset_V: exact(offset_V),
    bow_V: exact(bow_V),
  });
  const taps = [profile.tapMin, profile.tapMax + 1] as const;
  const found: MeasuredBoard = {
    profile,
    parts,
    sources: parts.sources.map((c, s) => ({
      ...converter(c),
      switch_ohm: exact(parts.sourceResistance_ohm[s]),
    })),
    nudges: parts.nudges.map((c, k) => ({
      ...converter(c),
      conductance_S: exact(parts.nudgeConductance_S[k]),
      load_S: exact(parts.nudgeLoad_S[k]),
    })),
    readers: parts.readers.map(converter),
    diodes: parts.diodes.map((group) =>
      group.map(({ IS, N, RS }) => ({ IS_A: exact(IS), N: exact(N), RS_ohm: exact(RS) })),
    ),
    leakage_A: parts.leakage_A.map(exact),
    pots: parts.calibration.resistance_ohm.map((table) => ({
      resistance_ohm: [...table.slice(...taps)],
      sigma: [...table.slice(...taps).fill(1e-4)],
    })),
    scaleSigma: 0,
    settle: { timeConstant_s: null, sigma_s: null, settled_s: null },
    noise_V: parts.noise_V,
    reads: 8,
    misfit: 1,
    heldOut: { tapSets: 1, readings: 1, rms_V: 1e-4, largest_V: 1e-4 },
    readings: 1,
    circuits: 1,
    wiperSteps: 0,
    notIdentified: [],
  };
  return boardFile(found, { serial, date });
}
