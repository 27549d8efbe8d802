import { RandomStream, runError } from '../../core/index.js';
import { type BoardProfile, nominalParts, readingUnit_V } from '../../devices/boards/index.js';
import { type CalibratedBoard, type Circuit, CircuitBench, type Observation } from './circuits.js';
import { jointDesign, nextDesign, randomDrive } from './designs.js';
import { estimatesOf } from './found-parts.js';
import { identify } from './identify.js';
import { climbLadder } from './ladder.js';
import { ladderLength } from './ladder-plan.js';
import { type HeldOut, type MeasuredBoard, partsOfEstimates } from './measured-board.js';
import { Sensitivities } from './sensitivities.js';
import { measureSettleTime } from './settle-time.js';
import { Unknowns } from './unknowns.js';
import { type WhichBoard, whichBoard } from './which-board.js';

/** How a board is calibrated. */
export interface CalibrateOptions {
  /** Conversions that a reading is made of, as the board is set. */
  readonly reads: number;
  /** Of the circuits that are drawn. Default 1. */
  readonly seed?: number;
  /** Sets how long the board waits before it reads, µs; where it is left out the settle time is not measured. */
  readonly wait?: (settle_us: number) => Promise<void>;
  /** Hears what is being done and how far all of it has come, 0 … 1. */
  readonly stage?: (what: string, share: number) => void;
  /** A first look: a quarter of the circuits and every sixteenth tap, those between by what steps are like; two conversions a reading do. */
  readonly quick?: boolean;
  /** Weighs every tap in one circuit, in two fifths of the time: at low taps what readings are foretold by is known half as well. */
  readonly once?: boolean;
}

/** Usual numbers of circuits. */
const FIRST = 110;
const NEXT = 180;
const HELD_OUT = 24;
const HELD_OUT_DRIVES = 4;
const NOISE_REPEATS = 24;
/** Misfit from which the circuit is not the board's. */
const NOT_THIS_BOARD = 30;

const countsOf = (quick: boolean) => ({
  first: quick ? FIRST >> 1 : FIRST,
  next: quick ? NEXT >> 2 : NEXT,
});

/** How many circuits a calibration of such a board sets up. */
export function calibrationCircuits(profile: BoardProfile, quick: boolean, once = quick): number {
  const { first, next } = countsOf(quick);
  return first + next + ladderLength(new Unknowns(profile), quick ? 16 : 1, once) + HELD_OUT + 11;
}

/**
 * Finds all parts of a board from what its nodes read: first every part together from circuits of few pots, drawn and then
 * chosen, then every tap of every pot against those, then tap sets that were not used to see how well readings are foretold.
 * Wipers move and pots open at rest alone. Where they were is the caller's to restore.
 * @throws OhmpropError `board.calibration` where readings are not those of such a board
 */
export async function calibrateBoard(
  board: CalibratedBoard,
  options: CalibrateOptions,
): Promise<MeasuredBoard & { readonly which: WhichBoard }> {
  const { reads, seed = 1, wait, stage = () => {}, quick = false, once = quick } = options;
  const every = quick ? 16 : 1;
  const random = (name: string) => new RandomStream(seed, `board-calibration/${name}`);
  const counts = countsOf(quick);
  let what = 'noise';
  const all = calibrationCircuits(board.profile, quick, once);
  const bench = new CircuitBench(board, (await board.readTaps()).taps, (n) =>
    stage(what, Math.min(1, n / all)),
  );
  await bench.rest();
  const which = await whichBoard(bench, board.profile);
  const { profile } = which;
  const unknowns = new Unknowns(profile);
  const noise_V = await noiseOf(bench, unknowns, reads, random('noise'));

  what = 'parts';
  const observations: Observation[] = [];
  for (const circuit of jointDesign(unknowns, counts.first, random('design'))) {
    observations.push(inRange(profile.middle_V, await bench.observe(circuit)));
  }
  const begun = identify(unknowns, observations, noise_V);
  for (const circuit of await nextDesign(unknowns, begun, noise_V, counts.next, random('next'))) {
    observations.push(inRange(profile.middle_V, await bench.observe(circuit)));
  }
  const joint = identify(unknowns, observations, noise_V, begun.x);
  if (!joint.converged || joint.misfit > NOT_THIS_BOARD) {
    throw runError(
      'board.calibration',
      `readings do not fit the circuit of a ${profile.name} board: off by ${joint.misfit.toFixed(1)} times their noise${joint.converged ? '' : ', the fit does not converge'}; prove its parts first: ohmprop board selftest`,
    );
  }

  what = 'taps';
  const tables = await climbLadder(bench, unknowns, joint, noise_V, seed, every, once);
  const oneNoise_V = Math.sqrt(Math.max(0, noise_V ** 2 - readingUnit_V ** 2 / 12) * reads);
  const found = estimatesOf(unknowns, joint, tables, oneNoise_V);
  const parts = partsOfEstimates(nominalParts(profile), 'calibrated', found);

  what = 'held-out taps';
  const heldOut = await hold(
    bench,
    new Sensitivities(unknowns, parts, () => -1),
    unknowns,
    random('held-out'),
  );
  what = 'settle time';
  const settle =
    wait === undefined
      ? { timeConstant_s: null, sigma_s: null, settled_s: null }
      : await measureSettleTime(bench, profile, wait, noise_V);
  await bench.rest();
  return {
    ...found,
    ...{ profile, parts, which, reads, heldOut, settle, misfit: joint.misfit },
    readings: joint.readings,
    circuits: bench.circuits,
    wiperSteps: bench.steps,
  };
}

/** Noise of one reading, 1 σ, from repeats: conversions, steps of the converter, and the unit of readings. */
async function noiseOf(
  bench: CircuitBench,
  { profile }: Unknowns,
  reads: number,
  random: RandomStream,
): Promise<number> {
  const drive = randomDrive(profile, random);
  const circuit: Circuit = {
    closed: Array.from({ length: profile.pots }, (_, e) => e),
    taps: Uint8Array.from({ length: profile.pots }, () => profile.tapMin + 20 + random.integer(200)),
    drives: new Array(NOISE_REPEATS).fill(drive),
  };
  const { readings_V } = await bench.observe(circuit);
  const nodes = profile.hidden + profile.outputs;
  let sum = 0;
  for (let n = 0; n < nodes; n++) {
    const own = Array.from({ length: NOISE_REPEATS }, (_, d) => readings_V[d * nodes + n]);
    const mean = own.reduce((a, b) => a + b, 0) / own.length;
    sum += own.reduce((a, b) => a + (b - mean) ** 2, 0) / (own.length - 1);
  }
  const seen_V = Math.sqrt(sum / nodes);
  // Without noise a reading keeps its place inside a step; with it the mean of several forgets it.
  const step_V = profile.reader.step_V / Math.sqrt(12);
  return Math.hypot(
    seen_V,
    seen_V * Math.sqrt(reads) < step_V ? step_V : 0,
    readingUnit_V / Math.sqrt(12) / 2,
  );
}

/** Readings at the end of a converter say no more than that; they count as what nobody foretells. */
function inRange(middle_V: number, observation: Observation): Observation {
  const most_V = 0.97 * Math.min(middle_V, 4.09);
  return {
    ...observation,
    readings_V: observation.readings_V.map((v) => (Math.abs(v) > most_V ? Number.NaN : v)),
  };
}

/** Reads tap sets that were not used, and compares. */
async function hold(
  bench: CircuitBench,
  model: Sensitivities,
  { profile }: Unknowns,
  random: RandomStream,
): Promise<HeldOut> {
  const { tapMin, tapMax, pots } = profile;
  let [sum, count, largest_V] = [0, 0, 0];
  for (let c = 0; c < HELD_OUT; c++) {
    const circuit: Circuit = {
      closed: Array.from({ length: pots }, (_, e) => e),
      taps: Uint8Array.from({ length: pots }, () => tapMin + random.integer(tapMax - tapMin + 1)),
      drives: Array.from({ length: HELD_OUT_DRIVES }, () => randomDrive(profile, random)),
    };
    const expected = model.readings(circuit);
    const { readings_V } = await bench.observe(circuit);
    for (let i = 0; i < expected.length; i++) {
      const off_V = Math.abs(readings_V[i] - expected[i]);
      sum += off_V ** 2;
      largest_V = Math.max(largest_V, off_V);
      count++;
    }
  }
  return { tapSets: HELD_OUT, readings: count, rms_V: Math.sqrt(sum / count), largest_V };
}
