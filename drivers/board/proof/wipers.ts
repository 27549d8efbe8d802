import { type BoardFault, type WiperProof, wiperFault } from './board-fault.js';
import type { ProofBench } from './proof-bench.js';
import { blockedSide, followTap } from './reactions.js';

/** Where every wiper is looked at: far enough from both ends that one that is off by 48 is still on its way. */
const provingTaps = [64, 128, 192];
/** Where the pot stands against which another is measured: also one that is off by 48 leaves something to measure against. */
const heldTap = 64;

/**
 * Proves every wiper of a board with one diode a hidden node and nudge resistors: its resistance at three taps, against
 * another pot or the nudge resistor. Each node is brought to the side where its diode blocks; what the diode leaks falls out,
 * since it lowers the reading with and without the other pot alike.
 */
export async function proveWipers(
  bench: ProofBench,
  sound: ReadonlySet<number>,
  lost: ReadonlySet<number>,
  zero_V: readonly number[],
): Promise<WiperProof> {
  const { profile } = bench;
  const { sources, hidden, outputs, pots } = profile;
  const faults: BoardFault[] = [];
  const proven = new Set<number>();
  const inputs = sources - 2;
  await bench.setTaps(new Map(Array.from({ length: pots }, (_, e) => [e, followTap])));
  const prove = async (own: readonly number[], resistances: () => Promise<ReadonlyMap<number, number>>) => {
    const seen = new Map<number, number[]>(own.map((e) => [e, []]));
    for (const tap of provingTaps) {
      await bench.setTaps(new Map(own.map((e) => [e, tap])));
      for (const [e, resistance] of await resistances()) seen.get(e)?.push(resistance);
    }
    await bench.setTaps(new Map(own.map((e) => [e, followTap])));
    for (const [e, resistance] of seen) {
      proven.add(e);
      const fault = wiperFault(profile, e, provingTaps, resistance);
      if (fault !== undefined) faults.push(fault);
    }
  };

  /** Another pot into the same node, which can be driven apart from `source`; none that is known to be faulty. */
  const companion = (source: number, node: number): number | undefined => {
    const faulty = new Set(faults.flatMap(({ of }) => of));
    // Beside a rail all of them are driven at once, each input to one side.
    for (let c = 0; c < inputs; c += source < inputs ? 1 : 2) {
      const e = bench.pot(c, node);
      if (c >> 1 !== source >> 1 && e !== undefined && !faulty.has(e) && sound.has(e)) return e;
    }
    return undefined;
  };

  for (let s = 0; s < sources; s++) {
    if (lost.has(s)) continue;
    for (const side of [1, -1] as const) {
      const ways: { pot: number; other: number; node: number }[] = [];
      for (let j = 0; j < hidden; j++) {
        const pot = bench.pot(s, sources + j);
        const other = companion(s, sources + j);
        if (pot === undefined || other === undefined || !sound.has(pot)) continue;
        if (blockedSide(bench, j) === side) ways.push({ pot, other, node: j });
      }
      if (ways.length === 0) continue;
      const own = ways.map(({ pot }) => pot);
      const others = ways.map(({ other }) => other);
      const bias_V = s < inputs ? undefined : s % 2 === 0 ? profile.bias_V : -profile.bias_V;
      if (bias_V === undefined || Math.sign(bias_V) === side) {
        const drive = bias_V === undefined ? { [s]: side * profile.inputLimit_V } : {};
        await bench.setTaps(new Map(others.map((e) => [e, heldTap])));
        const alone0 = await bench.read(others);
        await prove(own, async () => {
          const alone = await bench.read(own, drive);
          const divided = await bench.read([...own, ...others], drive);
          return new Map(
            ways.map(({ pot, node }) => [
              pot,
              (alone[node] - divided[node]) / (divided[node] - alone0[node]),
            ]),
          );
        });
        await bench.setTaps(new Map(others.map((e) => [e, followTap])));
      } else {
        // A rail of the other side: the other pot holds the node where its diode blocks.
        const drives: Record<number, number> = {};
        for (const e of others) drives[profile.from(e)] = side * profile.inputLimit_V;
        const held = await bench.read(others, drives);
        await prove(own, async () => {
          const divided = await bench.read([...own, ...others], drives);
          return new Map(
            ways.map(({ pot, node }) => [
              pot,
              (divided[node] - zero_V[node] - bias_V) / (held[node] - divided[node]),
            ]),
          );
        });
      }
    }
  }

  const outputsOf = (from: number) =>
    Array.from({ length: outputs }, (_, k) => bench.pot(from, sources + hidden + k)).filter(
      (e): e is number => e !== undefined && sound.has(e),
    );
  for (let j = 0; j < hidden; j++) {
    const feed = companion(-1, sources + j);
    const own = outputsOf(sources + j);
    if (feed === undefined || own.length === 0) continue;
    const drive = { [profile.from(feed)]: blockedSide(bench, j) * profile.inputLimit_V };
    await prove(own, async () => {
      const off = await bench.read([feed, ...own]);
      const on = await bench.read([feed, ...own], drive);
      return new Map(
        own.map((e) => {
          const n = profile.to(e) - sources;
          const out = on[n] - off[n];
          return [e, (on[j] - off[j] - out) / out];
        }),
      );
    });
  }
  for (const s of [inputs, inputs + 1]) {
    const own = lost.has(s) ? [] : outputsOf(s);
    if (own.length === 0) continue;
    const bias_V = s % 2 === 0 ? profile.bias_V : -profile.bias_V;
    const off = await bench.read([]);
    await prove(own, async () => {
      const on = await bench.read(own);
      return new Map(
        own.map((e) => {
          const out = on[profile.to(e) - sources] - off[profile.to(e) - sources];
          return [e, (bias_V - out) / out];
        }),
      );
    });
  }
  return { faults, proven };
}
