import { eventLoopTurn, type RandomStream } from '../../core/index.js';
import type { BoardProfile } from '../../devices/boards/index.js';
import type { Circuit, CircuitDrive } from './circuits.js';
import type { Identified } from './identify.js';
import { Sensitivities } from './sensitivities.js';
import type { Unknowns } from './unknowns.js';

/** Shares of the input limit at which sources are looked at. */
const LEVELS = [0, 0.2, 0.45, 0.7, 1];
const DRIVES = 6;

/** Circuits of which the next is chosen. */
const CANDIDATES = 16;

/**
 * Circuits that together tell of all parts: few pots at each node, so that one pot is weighed against another, every pot at every
 * anchor, inputs and nudges over their range, and some with all pots closed.
 */
export function jointDesign(unknowns: Unknowns, count: number, random: RandomStream): Circuit[] {
  const turns = new Map<number, number>();
  return Array.from({ length: count }, (_, c) => drawn(unknowns, random, turns, c));
}

/**
 * Circuits that tell most of what is not known well yet, one after the other, each of several drawn.
 * @param joint what is known @param noise_V of one reading
 */
export async function nextDesign(
  unknowns: Unknowns,
  joint: Identified,
  noise_V: number,
  count: number,
  random: RandomStream,
): Promise<Circuit[]> {
  const { size } = unknowns;
  const covariance = joint.covariance.slice();
  const model = new Sensitivities(unknowns, joint.parts, (pot, tap) => unknowns.pot(pot, tap));
  const turns = new Map<number, number>();
  const rowsOf = (circuit: Circuit) => {
    const rows: { at: Int32Array; by: Float64Array }[] = [];
    model.each(circuit, (_drive, _node, _reading, places, slopes, length) => {
      rows.push({ at: places.slice(0, length), by: slopes.slice(0, length) });
    });
    return rows;
  };
  /** C·s, and s·C·s. */
  const through = ({ at, by }: { at: Int32Array; by: Float64Array }, out: Float64Array): number => {
    out.fill(0);
    for (let a = 0; a < at.length; a++) {
      const row = at[a] * size;
      for (let j = 0; j < size; j++) out[j] += by[a] * covariance[row + j];
    }
    return at.reduce((sum, place, a) => sum + by[a] * out[place], 0);
  };
  const spreadOf = ({ at, by }: { at: Int32Array; by: Float64Array }): number => {
    let sum = 0;
    for (let a = 0; a < at.length; a++) {
      for (let b = 0; b < at.length; b++) sum += by[a] * by[b] * covariance[at[a] * size + at[b]];
    }
    return sum;
  };
  const carried = new Float64Array(size);
  const chosenOnes: Circuit[] = [];
  for (let c = 0; c < count; c++) {
    // A board that is armed hears of its host between.
    await eventLoopTurn();
    let best: { circuit: Circuit; rows: ReturnType<typeof rowsOf>; told: number } | undefined;
    for (let candidate = 0; candidate < CANDIDATES; candidate++) {
      const circuit = drawn(unknowns, random, turns, c);
      const rows = rowsOf(circuit);
      const told = rows.reduce((sum, row) => sum + Math.log(1 + spreadOf(row) / noise_V ** 2), 0);
      if (best === undefined || told > best.told) best = { circuit, rows, told };
    }
    if (best === undefined) throw new Error('no candidates');
    for (const row of best.rows) {
      const spread = through(row, carried) + noise_V ** 2;
      for (let i = 0; i < size; i++) {
        if (carried[i] === 0) continue;
        const by = carried[i] / spread;
        for (let j = 0; j < size; j++) covariance[i * size + j] -= by * carried[j];
      }
    }
    chosenOnes.push(best.circuit);
  }
  return chosenOnes;
}

/** @param turns how often each pot has had one @param c how many circuits came before */
function drawn(unknowns: Unknowns, random: RandomStream, turns: Map<number, number>, c: number): Circuit {
  const { profile, anchors } = unknowns;
  const pots = Array.from({ length: profile.pots }, (_, e) => e);
  const into = (terminal: number) => pots.filter((e) => profile.to(e) === terminal);
  const taps = new Uint8Array(profile.pots);
  const closed = new Set<number>();
  const everything = c % 12 === 11;
  // Where nothing else holds an output, its pots have to.
  const outputsToo = everything || c % 2 === 0 || profile.nudgeLoad_S === 0;
  const nodes = profile.hidden + (outputsToo ? profile.outputs : 0);
  for (let n = 0; n < nodes; n++) {
    const own = into(profile.sources + n);
    for (const e of everything ? own : chosen(random, own, 1 + random.integer(3), turns)) closed.add(e);
  }
  // Pots come to their anchors by turns, not by chance.
  for (const e of closed) {
    const turn = turns.get(e) ?? 0;
    taps[e] = anchors[(turn + e) % anchors.length];
    turns.set(e, turn + 1);
  }
  const drives = Array.from({ length: DRIVES }, (_, d) => randomDrive(profile, random, d % 3 === 2));
  return { closed: [...closed].sort((a, b) => a - b), taps, drives };
}

/** Inputs over their range, and nudges where asked for. */
export function randomDrive(profile: BoardProfile, random: RandomStream, nudged = false): CircuitDrive {
  const limit_mV = Math.round(1000 * profile.inputLimit_V);
  const level = () => {
    const sign = random.integer(2) === 0 ? -1 : 1;
    return (
      sign * (profile.binaryInputs ? limit_mV : Math.round(limit_mV * LEVELS[random.integer(LEVELS.length)]))
    );
  };
  const inputs_mV = Array.from({ length: profile.inputs }, level);
  if (!nudged) return { inputs_mV };
  const most_mV = Math.floor(1000 * nudgeRange_V(profile));
  const nudges_mV = Array.from({ length: profile.outputs }, () =>
    Math.round(random.between(-most_mV, most_mV)),
  );
  return { inputs_mV, nudges_mV };
}

/** How far a nudge goes without carrying an output that nothing else loads out of the converter's range, V. */
function nudgeRange_V({
  nudgeLoads,
  nudgeLoad_S,
  nudgeConductance_S,
  nudgeLimit_V,
  middle_V,
}: BoardProfile): number {
  if (nudgeLoads || nudgeLoad_S === 0) return nudgeLimit_V;
  return Math.min(nudgeLimit_V, (0.6 * middle_V * nudgeLoad_S) / nudgeConductance_S);
}

/** `count` of `pots`, those first that have had fewer turns. */
function chosen(
  random: RandomStream,
  pots: readonly number[],
  count: number,
  turns: ReadonlyMap<number, number>,
): number[] {
  return pots
    .map((e) => ({ e, turn: (turns.get(e) ?? 0) + 2 * random.between(0, 1) }))
    .sort((a, b) => a.turn - b.turn)
    .slice(0, count)
    .map(({ e }) => e);
}
