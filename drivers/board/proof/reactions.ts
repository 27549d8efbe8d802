import { restInput_mV } from '../../../devices/boards/index.js';
import type { ProofBench } from './proof-bench.js';

/** Of all pots while connections are looked at: some 6 kΩ, so that a node follows its source. */
export const followTap = 16;
/** A node that moves by less has not moved, V. */
const moved_V = 0.08;

/** What closing one pot did: nodes that moved, with their sign against what was expected there. */
export interface Reaction {
  readonly pot: number;
  /** Its own node went where its source drives it. */
  readonly good: boolean;
  /** Nodes that moved, rising. */
  readonly moved: readonly number[];
  /** Its own node went the other way. */
  readonly mirrored: boolean;
}

/** All pots, by number. */
export function pots({ profile }: ProofBench): number[] {
  return Array.from({ length: profile.pots }, (_, e) => e);
}

/** A sound pot that leads into a hidden node, as a list. */
export function feedsOf(
  bench: ProofBench,
  terminal: number,
  reactions: ReadonlyMap<number, Reaction>,
): number[] {
  const { profile } = bench;
  const into = pots(bench).filter((e) => profile.to(e) === terminal && profile.from(e) < profile.sources - 2);
  return [into.find((e) => reactions.get(e)?.good) ?? into[0]];
}

/**
 * Closes `closed` and drives what should move the node behind `as`. What does not do as it should is looked at once more: a node
 * that nothing holds may still be on its way from where it was before.
 * @param feeds closed as well, where `as` begins at a hidden node
 */
export async function react(
  bench: ProofBench,
  closed: number,
  as: number,
  feeds: readonly number[],
): Promise<Reaction> {
  const reaction = await reactOnce(bench, closed, as, feeds);
  return reaction.good ? reaction : reactOnce(bench, closed, as, feeds);
}

async function reactOnce(
  bench: ProofBench,
  closed: number,
  as: number,
  feeds: readonly number[],
): Promise<Reaction> {
  const { profile } = bench;
  const fed = feeds.length > 0 && feeds[0] !== undefined;
  const source = profile.from(fed ? feeds[0] : as);
  const own = profile.to(as) - profile.sources;
  const hidden = fed ? profile.to(feeds[0]) - profile.sources : own;
  const isBias = source >= profile.sources - 2;
  const sign = isBias ? Math.sign(profile.bias_V) * (source % 2 === 0 ? 1 : -1) : blockedSide(bench, hidden);
  const level_V = profile.binaryInputs ? profile.inputLimit_V : 1;
  // Against all but the feed open for what cannot be switched off; else against the other side, or no drive.
  const off = isBias
    ? await bench.read([...feeds])
    : await bench.read([closed, ...feeds], profile.binaryInputs ? { [source]: -sign * level_V } : {});
  /** @param drive of sources while the node should be where its own drives it */
  const judged = async (drive: Readonly<Record<number, number>>): Promise<Reaction> => {
    const on = await bench.read([closed, ...feeds], drive);
    const change = Array.from(on, (v, n) => v - off[n]);
    const moved = [...change.keys()].filter(
      (n) => Math.abs(change[n]) > moved_V && !(fed && n === hidden && n !== own),
    );
    const mirrored = moved.includes(own) && Math.sign(change[own]) !== sign;
    // A rail in place of an input goes further than that was told to.
    const follows = profile.binaryInputs || isBias || fed || Math.abs(change[own] - sign * level_V) < 0.3;
    const good = moved.length === 1 && moved[0] === own && !mirrored && follows;
    return { pot: closed, good, moved, mirrored };
  };
  if (!isBias) return judged({ [source]: sign * level_V });
  const atRest = await judged({});
  if (!atRest.good || !profile.binaryInputs) return atRest;
  // A switched input at rest stands where a rail does: only with all of them at their other side is it the rail that is seen.
  const other_V = -restInput_mV(profile) / 1000;
  return judged(Object.fromEntries(Array.from({ length: profile.inputs }, (_, i) => [2 * i, other_V])));
}

/** To which side a hidden node can go, its diode blocking; +1 where it has one either way. */
export function blockedSide({ profile }: ProofBench, hidden: number): 1 | -1 {
  const diodes = hidden < profile.hidden ? profile.diodes(hidden) : [];
  return diodes.length === 1 && diodes[0] > 0 ? -1 : 1;
}
