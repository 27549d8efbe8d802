import type { BoardProfile } from '../../../devices/boards/index.js';
import { type BoardFault, potName, terminalName } from './board-fault.js';
import type { ProofBench } from './proof-bench.js';
import { feedsOf, followTap, pots, type Reaction, react } from './reactions.js';

export interface Connections {
  readonly faults: readonly BoardFault[];
  /** Pots that do join what they should. */
  readonly sound: ReadonlySet<number>;
}

/** Two things that stand in each other's place. */
interface Exchange {
  readonly among: 'node' | 'source' | 'pot';
  readonly pair: readonly [number, number];
}

/**
 * Closes every pot alone and looks which node follows: lost sources and nodes, open pots, and what is swapped with what. Once two
 * things are known to be swapped the bench calls them what they should be, and what failed is looked at again: consequences of
 * a swap are no faults of their own, and faults beside it show.
 */
export async function proveConnections(bench: ProofBench): Promise<Connections> {
  const { profile } = bench;
  await bench.setTaps(new Map(pots(bench).map((e) => [e, followTap])));
  const reactions = new Map<number, Reaction>();
  const look = async (which: (e: number) => boolean) => {
    const first = (e: number) => profile.from(e) < profile.sources;
    const chosen = pots(bench).filter(which);
    for (const e of chosen.filter(first)) reactions.set(e, await react(bench, e, e, []));
    for (const e of chosen.filter((x) => !first(x))) {
      reactions.set(e, await react(bench, e, e, feedsOf(bench, profile.from(e), reactions)));
    }
  };
  const bad = () => [...reactions.values()].filter(({ good }) => !good);
  await look(() => true);
  const faults: BoardFault[] = [];
  const tried = new Set<string>();
  while (bad().length > 0) {
    const exchange = await findExchange(bench, reactions, tried);
    if (exchange === undefined) break;
    const { among, pair } = exchange;
    tried.add(nameOf(exchange));
    const failed = bad();
    const before = new Map(reactions);
    bench.exchange(among, ...pair);
    const touched = new Set(among === 'node' ? pair.map((n) => profile.sources + n) : []);
    await look((e) => !before.get(e)?.good || touched.has(profile.from(e)) || touched.has(profile.to(e)));
    if (bad().length < failed.length) {
      faults.push(swapFault(profile, exchange));
      continue;
    }
    // It explains nothing: they are called as before.
    bench.exchange(among, ...pair);
    for (const [e, reaction] of before) reactions.set(e, reaction);
  }
  const sound = new Set([...reactions.values()].filter(({ good }) => good).map(({ pot }) => pot));
  faults.push(...explain(bench, reactions));
  return { faults, sound };
}

function nameOf({ among, pair }: Exchange): string {
  return `${among} ${pair.join()}`;
}

/** What the reactions of pots that lead to a node, and of those that begin at a source, say of it. */
const moves = (bench: ProofBench, reactions: ReadonlyMap<number, Reaction>) => {
  const { profile } = bench;
  const isBad = (e: number) => reactions.get(e)?.good === false;
  const into = (n: number) => pots(bench).filter((e) => profile.to(e) === profile.sources + n);
  const from = (s: number) => pots(bench).filter((e) => profile.from(e) === s);
  /** Nodes that move where `n` should: undefined where some pot that leads to it does what it should. */
  const seenFor = (n: number) =>
    into(n).every(isBad) ? into(n).map((e) => reactions.get(e)?.moved ?? []) : undefined;
  return { isBad, into, from, seenFor };
};

/** Two things that answer to each other's number, of those that were not tried: nodes first, then sources, then pots. */
async function findExchange(
  bench: ProofBench,
  reactions: ReadonlyMap<number, Reaction>,
  tried: ReadonlySet<string>,
): Promise<Exchange | undefined> {
  const { profile } = bench;
  const { isBad, from, seenFor } = moves(bench, reactions);
  const fresh = (exchange: Exchange) => (tried.has(nameOf(exchange)) ? undefined : exchange);
  const ordered = (a: number, b: number): [number, number] => (a < b ? [a, b] : [b, a]);
  for (let n = 0; n < profile.hidden + profile.outputs; n++) {
    const seen = seenFor(n);
    const other = seen?.[0].length === 1 ? seen[0][0] : n;
    if (seen === undefined || other === n || !seen.every((m) => m.join() === `${other}`)) continue;
    const found = fresh({ among: 'node', pair: ordered(n, other) });
    if (found !== undefined) return found;
  }
  // Biases are no inputs, which can be driven the other way round.
  for (let s = 0; s < profile.sources - 2; s += 2) {
    const both = [...from(s), ...from(s + 1)];
    if (!both.every((e) => isBad(e) && reactions.get(e)?.mirrored)) continue;
    const found = fresh({ among: 'source', pair: [s, s + 1] });
    if (found !== undefined) return found;
  }
  const { explained } = lostThings(bench, reactions);
  const left = pots(bench).filter((e) => isBad(e) && !explained.has(e));
  for (const p of left) {
    for (const q of left) {
      const found = q > p ? fresh({ among: 'pot', pair: [p, q] }) : undefined;
      if (found === undefined) continue;
      const feeds = profile.from(q) < profile.sources ? [] : feedsOf(bench, profile.from(q), reactions);
      if ((await react(bench, p, q, feeds)).good) return found;
    }
  }
  return undefined;
}

function swapFault(profile: BoardProfile, { among, pair }: Exchange): BoardFault {
  const [a, b] = pair.map((x) =>
    among === 'pot' ? potName(profile, x) : terminalName(profile, among === 'node' ? profile.sources + x : x),
  );
  const text = {
    node: `readings of ${a} and ${b} are swapped`,
    source: `sources ${a} and ${b} are swapped`,
    pot: `${a} and ${b} are swapped: each answers to the other's number`,
  }[among];
  return { kind: `swapped-${among}s`, of: pair, among, text };
}

/** Names what is still wrong once what was swapped is called as it should be. */
function explain(bench: ProofBench, reactions: ReadonlyMap<number, Reaction>): BoardFault[] {
  const { profile } = bench;
  const { faults, explained } = lostThings(bench, reactions);
  const open = pots(bench).filter((e) => reactions.get(e)?.good === false && !explained.has(e));
  return [
    ...faults,
    ...open.map(
      (pot): BoardFault => ({
        kind: 'open-pot',
        of: [pot],
        among: 'pot',
        text: `${potName(profile, pot)}: open, or its wiper is not told anything; its node does not follow`,
      }),
    ),
  ];
}

/** Nodes that are not read and sources that do not drive, and pots that fail because of them. */
function lostThings(
  bench: ProofBench,
  reactions: ReadonlyMap<number, Reaction>,
): { faults: BoardFault[]; explained: ReadonlySet<number> } {
  const { profile } = bench;
  const { isBad, into, from, seenFor } = moves(bench, reactions);
  const faults: BoardFault[] = [];
  const explained = new Set<number>();

  // A node that is not read: whatever leads to it fails.
  const unread = new Set<number>();
  for (let n = 0; n < profile.hidden + profile.outputs; n++) {
    const seen = seenFor(n);
    if (seen === undefined || !seen.every((m) => !m.includes(n))) continue;
    const others = new Set(seen.flat());
    if (others.size > 1) continue;
    const name = terminalName(profile, profile.sources + n);
    const inPlace = [...others].map(
      (x) => `; that of ${terminalName(profile, profile.sources + x)} does instead`,
    );
    faults.push({
      kind: 'lost-node',
      of: [n],
      among: 'node',
      text: `${name}: its reading never moves${inPlace.join('')}`,
    });
    unread.add(profile.sources + n);
    for (const e of into(n)) explained.add(e);
  }
  for (const e of pots(bench)) if (unread.has(profile.from(e))) explained.add(e);

  // Sources: all pots that begin there fail.
  const lost: number[] = [];
  for (let s = 0; s < profile.sources; s++) {
    const own = from(s).filter((e) => !explained.has(e));
    if (own.length < 2 || !own.every(isBad)) continue;
    for (const e of own) explained.add(e);
    if (!own.every((e) => reactions.get(e)?.mirrored)) lost.push(s);
    else if (s % 2 === 0) faults.push(swapFault(profile, { among: 'source', pair: [s, s + 1] }));
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
  return { faults, explained };
}
