import {
  type BoardVerdict,
  calibratedSpread,
  dataSheetSpread,
  judgeReadings,
  type KnownParts,
  MIN_SEEN_TAPS,
  type Suspect,
  withCause,
} from '../../calibration/boards/check/index.js';
import type { ReadBoardFile } from '../../calibration/boards/index.js';
import {
  type BoardDrive,
  type BoardProfile,
  type BoardUse,
  checkDrives,
  type HeldBoard,
  nominalParts,
  type Taps,
} from '../../devices/boards/index.js';
import { potName, readDriven, readingNoise_V, terminalName } from '../../drivers/board/index.js';

/** What driving a board and reading its nodes found, no wiper moved. */
export interface BoardCheck extends BoardVerdict {
  /** Sets of inputs and nudges that were held. */
  readonly drives: readonly BoardDrive[];
  /** Where it is not good: a sentence of each node that departs, or that they do so together. */
  readonly departures: readonly string[];
  /** What alone would explain it, where one part would, or each of several: a sentence. */
  readonly causeText?: string;
}

/** How a board is checked. */
export interface CheckOptions {
  /** Also looks for a single part that explains a departure, which takes a second or more. */
  readonly cause?: boolean;
  /** Conversions a reading, where they are not the board's own. */
  readonly reads?: number;
  /** Told how far it has come. */
  readonly told?: (what: string, done: number, of: number) => void;
}

/** A board that can be driven and says where its wipers are told to be. */
export interface CheckedBoard extends HeldBoard {
  readTaps(): Promise<Taps>;
  /** Disarms it while what it read is judged: that may take longer than its watchdog waits. */
  rest?(): Promise<void>;
}

/** What is known of the parts of a board that was calibrated. */
export function partsByCalibration({ parts, file }: Pick<ReadBoardFile, 'parts' | 'file'>): KnownParts {
  return { parts, spread: calibratedSpread, by: `the calibration of ${file.date.slice(0, 10)}` };
}

/** What is known of the parts of a board that nobody has calibrated. */
export function partsByDataSheet(profile: BoardProfile): KnownParts {
  return { parts: nominalParts(profile), spread: dataSheetSpread, by: 'data sheets' };
}

/**
 * Drives a board with a fixed set of inputs and nudges and holds what its nodes read against what its parts and taps let expect.
 * Moves no wiper; inputs and nudges rest between two sets and afterwards.
 */
export async function checkBoard(
  board: CheckedBoard,
  known: KnownParts,
  { cause = false, reads, told = () => {} }: CheckOptions = {},
): Promise<BoardCheck> {
  const { use } = board;
  // What its firmware cannot tell, who calibrated it knows.
  const { profile } = known.parts;
  const drives = checkDrives(profile, use);
  const { taps } = await board.readTaps();
  const readings_V = await readDriven(board, drives, (d) => told('driving', d + 1, drives.length));
  await board.rest?.();
  told('judging', 0, 1);
  const read = { use, taps, drives, readings_V, noise_V: readingNoise_V(profile, reads) };
  const first = await judgeReadings(known, read);
  const verdict =
    first.good || !cause
      ? first
      : await withCause(known, read, first, (tried, of) => told('seeking the cause', tried, of));
  const departures = verdict.nodes
    .filter(({ departs }) => departs)
    .map(
      ({ node, drive, read_V, expected_V, sigma_V }) =>
        `${terminalName(profile, profile.sources + node)} departs by ${mV(read_V - expected_V)}: it reads ${volts(read_V)} where ${volts(expected_V)} ± ${mV(3 * sigma_V)} is expected, at ${driveText(profile, use, drives[drive])}`,
    );
  return {
    ...verdict,
    drives,
    departures: verdict.good || departures.length > 0 ? departures : [together],
    ...causeTexts(verdict.causes ?? [], (suspect) => causeText(profile, suspect, taps)),
  };
}

/** Of nodes none of which departs by itself. */
const together = 'nodes together read what no parts within their tolerance make';

/** Why a wiper's error would not be noticed, for people. */
export function unseenText({ pots }: BoardProfile, { unseen }: Pick<BoardVerdict, 'unseen'>): string {
  if (unseen.length === 0) return `an error of ${MIN_SEEN_TAPS} taps of any wiper would show`;
  return `${unseen.length} of ${pots} wipers would not show an error of ${MIN_SEEN_TAPS} taps at the present taps: pots ${unseen.join(', ')}`;
}

function causeTexts(
  causes: readonly Suspect[],
  textOf: (suspect: Suspect) => string,
): Pick<BoardCheck, 'causeText'> {
  if (causes.length === 0) return {};
  const [first, ...others] = causes.map(textOf);
  return {
    causeText:
      others.length === 0
        ? `one thing alone explains it: ${first}`
        : `any one of these alone explains it, and nothing here tells which: ${[first, ...others].join('; or ')}`,
  };
}

function causeText(profile: BoardProfile, { of, index, what, by }: Suspect, taps: Uint8Array): string {
  if (of === 'pot') {
    const step_ohm = profile.potResistance_ohm / 256;
    const fixed_taps = (profile.wiper_ohm + profile.series_ohm) / step_ohm;
    const off_taps = (taps[index] + fixed_taps) * (Math.exp(by) - 1);
    const where = `${Math.abs(off_taps).toFixed(0)} taps ${off_taps > 0 ? 'above' : 'below'}`;
    return `${potName(profile, index)} standing ${where} where it is told to be (${taps[index]})`;
  }
  const name =
    of === 'nudge'
      ? `nudge ${index}`
      : terminalName(profile, of === 'node' ? profile.sources + index : index);
  if (what === 'gain') {
    return Math.abs(by + 1) < 0.1
      ? `${name} driving nothing`
      : `${name} driving ${((1 + by) * 100).toFixed(0)} % of what it is told`;
  }
  return `${of === 'node' ? `the reading of ${name}` : name} being off by ${mV(by)}`;
}

function driveText(profile: BoardProfile, use: BoardUse, { inputs_mV, nudges_mV }: BoardDrive): string {
  const inputs = inputs_mV.flatMap((v, i) => (v === 0 ? [] : [`x${i} ${volts(v / 1000)}`]));
  const nudges = nudges_mV.flatMap((v, k) => (v === 0 ? [] : [`nudge ${k} ${volts(v / 1000)}`]));
  const all = [...inputs, ...nudges];
  const rest = use.inputs === inputs.length || profile.binaryInputs ? '' : ', the rest 0';
  return all.length === 0 ? 'all inputs 0' : `${all.join(', ')}${rest}`;
}

function volts(value_V: number): string {
  return `${value_V < 0 ? '−' : '+'}${Math.abs(value_V).toFixed(3)} V`;
}

function mV(value_V: number): string {
  return `${value_V < 0 ? '−' : ''}${(1000 * Math.abs(value_V)).toFixed(1)} mV`;
}
