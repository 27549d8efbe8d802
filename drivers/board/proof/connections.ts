import { type BoardFault, potName, terminalName } from './board-fault.js';
import type { ProofBench } from './proof-bench.js';

/** Of all pots while connections are looked at: some 6 kΩ, so that a node follows its source. */
export const followTap = 16;
/** A node that moves by less has not moved, V. */
const moved_V = 0.08;

/** What closing one pot did: nodes that moved, with their sign against what was expected there. */
interface Reaction {
  readonly pot: number;
  /** Its own node went where its source drives it. */
  readonly good: boolean;
  /** Nodes that moved, rising. */
  readonly moved: readonly number[];
  /** Its own node went the other way. */
  readonly mirrored: boolean;
}

export interface Connections {
  readonly faults: readonly BoardFault[];
  /** Pots that do join what they should. */
  readonly sound: ReadonlySet<number>;
}

/** Closes every pot alone and looks which node follows: lost sources and nodes, open pots, and what is swapped with what. */
export async function proveConnections(bench: ProofBench): Promise<Connections> {
  const { profile } = bench;
  await bench.setTaps(new Map(Array.from({ length: profile.pots }, (_, e) => [e, followTap])));
  const reactions = new Map<number, Reaction>();
  const hiddenPots = pots(bench).filter((e) => profile.from(e) < profile.sources);
  for (const e of hiddenPots) reactions.set(e, await react(bench, e, e, []));
  for (const e of pots(bench).filter((x) => !reactions.has(x))) {
    reactions.set(e, await react(bench, e, e, feedsOf(bench, profile.from(e), reactions)));
  }
  const bad = [...reactions.values()].filter(({ good }) => !good);
  const sound = new Set([...reactions.values()].filter(({ good }) => good).map(({ pot }) => pot));
  if (bad.length === 0) return { faults: [], sound };
  return { faults: await explain(bench, reactions, bad), sound };
}

function pots({ profile }: ProofBench): number[] {
  return Array.from({ length: profile.pots }, (_, e) => e);
}

/** A sound pot that leads into a hidden node, as a list. */
function feedsOf(bench: ProofBench, terminal: number, reactions: ReadonlyMap<number, Reaction>): number[] {
  const { profile } = bench;
  const into = pots(bench).filter((e) => profile.to(e) === terminal && profile.from(e) < profile.sources - 2);
  return [into.find((e) => reactions.get(e)?.good) ?? into[0]];
}

/**
 * Closes `closed` and drives what should move the node behind `as`.
 * @param feeds closed as well, where `as` begins at a hidden node
 */
async function react(
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
  const on = await bench.read([closed, ...feeds], isBias ? {} : { [source]: sign * level_V });
  const change = Array.from(on, (v, n) => v - off[n]);
  const moved = [...change.keys()].filter(
    (n) => Math.abs(change[n]) > moved_V && !(fed && n === hidden && n !== own),
  );
  const mirrored = moved.includes(own) && Math.sign(change[own]) !== sign;
  // A rail in place of an input goes further than that was told to.
  const follows = profile.binaryInputs || isBias || fed || Math.abs(change[own] - sign * level_V) < 0.3;
  const good = moved.length === 1 && moved[0] === own && !mirrored && follows;
  return { pot: closed, good, moved, mirrored };
}

/** To which side a hidden node can go, its diode blocking; +1 where it has one either way. */
export function blockedSide({ profile }: ProofBench, hidden: number): 1 | -1 {
  const diodes = hidden < profile.hidden ? profile.diodes(hidden) : [];
  return diodes.length === 1 && diodes[0] > 0 ? -1 : 1;
}

async function explain(
  bench: ProofBench,
  reactions: ReadonlyMap<number, Reaction>,
  bad: readonly Reaction[],
): Promise<BoardFault[]> {
  const { profile } = bench;
  const faults: BoardFault[] = [];
  const explained = new Set<number>();
  const take = (chosen: readonly number[], fault: BoardFault) => {
    faults.push(fault);
    for (const e of chosen) explained.add(e);
  };
  const allOf = (has: (e: number) => boolean) => pots(bench).filter(has);
  const isBad = (e: number) => reactions.get(e)?.good === false;

  // Readings that are swapped, or a node that is not read: whatever leads to it fails.
  for (let n = 0; n < profile.hidden + profile.outputs; n++) {
    const into = allOf((e) => profile.to(e) === profile.sources + n);
    if (!into.every(isBad)) continue;
    const seen = into.map((e) => reactions.get(e)?.moved ?? []);
    const other = seen[0].length === 1 && seen.every((m) => m.join() === seen[0].join()) ? seen[0][0] : n;
    const names = [n, other].map((x) => terminalName(profile, profile.sources + x));
    if (other !== n && other < n) for (const e of into) explained.add(e);
    else if (other !== n)
      take(into, {
        kind: 'swapped-nodes',
        of: [n, other],
        among: 'node',
        text: `readings of ${names.join(' and ')} are swapped`,
      });
    else if (seen.every((m) => m.length === 0))
      take(into, {
        kind: 'lost-node',
        of: [n],
        among: 'node',
        text: `${names[0]}: its reading never moves`,
      });
  }
  const fedFrom = (e: number) =>
    faults.some(({ kind, of }) => kind.includes('node') && of.includes(profile.from(e) - profile.sources));
  for (const e of bad.map(({ pot }) => pot)) if (fedFrom(e)) explained.add(e);

  // Sources: all pots that begin there fail.
  const lost: number[] = [];
  for (let s = 0; s < profile.sources; s++) {
    const from = allOf((e) => profile.from(e) === s && !explained.has(e));
    if (from.length < 2 || !from.every(isBad)) continue;
    const mirrored = from.every((e) => reactions.get(e)?.mirrored);
    if (!mirrored) {
      lost.push(s);
      for (const e of from) explained.add(e);
    } else if (s % 2 === 0) {
      const [a, b] = [s, s + 1].map((x) => terminalName(profile, x));
      take(from, {
        kind: 'swapped-sources',
        of: [s, s + 1],
        among: 'source',
        text: `sources ${a} and ${b} are swapped`,
      });
    } else for (const e of from) explained.add(e);
  }
  for (const s of lost) {
    const name = terminalName(profile, s);
    if (s >= profile.sources - 2) {
      faults.push({ kind: 'lost-bias', of: [s], among: 'source', text: `bias ${name}: drives nothing` });
      continue;
    }
    if (s % 2 === 1 && lost.includes(s - 1)) continue;
    const both = lost.includes(s ^ 1);
    faults.push({
      kind: 'lost-input',
      of: both ? [s, s ^ 1] : [s],
      among: 'source',
      text: `input ${s >> 1}: lost; ${both ? 'neither of its sources drives' : `${name} does not drive`} any node`,
    });
  }

  // Pots: two that fail may answer to each other's number.
  const left = bad.map(({ pot }) => pot).filter((e) => !explained.has(e));
  for (const p of left) {
    if (explained.has(p)) continue;
    for (const q of left) {
      if (q <= p || explained.has(q)) continue;
      const feeds = profile.from(q) < profile.sources ? [] : feedsOf(bench, profile.from(q), reactions);
      if (!(await react(bench, p, q, feeds)).good) continue;
      take([p, q], {
        kind: 'swapped-pots',
        of: [p, q],
        among: 'pot',
        text: `${potName(profile, p)} and ${potName(profile, q)} are swapped: each answers to the other's number`,
      });
      break;
    }
    if (explained.has(p)) continue;
    take([p], {
      kind: 'open-pot',
      of: [p],
      among: 'pot',
      text: `${potName(profile, p)}: open, or its wiper is not told anything; its node does not follow`,
    });
  }
  return faults;
}
