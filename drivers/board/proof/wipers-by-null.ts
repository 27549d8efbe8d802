import { type BoardFault, deadWiper, offWiper, type WiperProof, wiperFault } from './board-fault.js';
import type { ProofBench } from './proof-bench.js';

/** Where the pots stand against which another is balanced: the next one where tolerances leave no balance within the stops. */
const heldTaps = [180, 110, 230];
const heldTap = heldTaps[0];
const provingTaps = [64, 128, 192];

/**
 * Proves every wiper of a board whose hidden nodes have diodes either way and whose inputs are switched. A node at 0 V carries
 * no diode's current: the pot is balanced there against two others of the opposite sign, t1 and t3 alone, t2 together. With
 * R = a + b·tap, 1/R(t2) = 1/R(t1) + 1/R(t3), so a/b = √((t1 − t2)(t3 − t2)) − t2 without knowing the others.
 */
export async function proveWipersByNull(
  bench: ProofBench,
  sound: ReadonlySet<number>,
  lost: ReadonlySet<number>,
  zero_V: readonly number[],
): Promise<WiperProof> {
  const { profile } = bench;
  const { sources, hidden, outputs, pots, tapMin, tapMax } = profile;
  const faults: BoardFault[] = [];
  const proven = new Set<number>();
  const dead = new Set<number>();
  await bench.setTaps(new Map(Array.from({ length: pots }, (_, e) => [e, heldTap])));
  const rail_V = profile.inputLimit_V;
  /** A drive in which a source stands at `side`, and what the others then are. */
  const driven = (s: number, side: number) => {
    const drive: Record<number, number> = {};
    for (let i = 0; i < sources - 2; i += 2) drive[i] = -side * rail_V;
    if (s < sources - 2) drive[s & ~1] = s % 2 === 0 ? side * rail_V : -side * rail_V;
    const value = (x: number) =>
      x >= sources - 2
        ? (x % 2 === 0 ? 1 : -1) * profile.bias_V
        : (x % 2 === 0 ? 1 : -1) * (drive[x & ~1] ?? 0);
    return { drive, value };
  };

  for (let s = 0; s < sources; s++) {
    if (lost.has(s)) continue;
    const side = s < sources - 2 ? 1 : Math.sign((s % 2 === 0 ? 1 : -1) * profile.bias_V);
    const { drive, value } = driven(s, side);
    for (let j = 0; j < hidden; j++) {
      const pot = bench.pot(s, sources + j);
      if (pot === undefined || !sound.has(pot)) continue;
      const against: number[] = [];
      for (let c = sources - 1; c >= 0; c--) {
        const e = bench.pot(c, sources + j);
        if (e !== undefined && sound.has(e) && !lost.has(c) && Math.sign(value(c)) === -side) against.push(e);
      }
      if (against.length < 2) continue;
      const balance = (others: readonly number[]) =>
        balanced(bench, pot, others, (node) => side * (node[j] - zero_V[j]), drive, [tapMin, tapMax]);
      const [p, q] = against;
      let [t1, t2, t3]: (number | undefined)[] = [];
      let found = 0;
      for (const held of heldTaps) {
        await bench.setTaps(new Map([p, q].map((e) => [e, held])));
        [t1, t3, t2] = [await balance([p]), await balance([q]), await balance([p, q])];
        const balances = [t1, t2, t3].filter((t) => t !== undefined).length;
        found += balances;
        if (balances === 3) break;
      }
      await bench.setTaps(new Map([pot, p, q].map((e) => [e, heldTap])));
      if (found === 0) {
        dead.add(pot);
        proven.add(pot);
        faults.push(deadWiper(profile, pot));
      } else if (t1 !== undefined && t2 !== undefined && t3 !== undefined && t1 > t2 && t3 > t2) {
        proven.add(pot);
        const fault = offWiper(profile, pot, Math.sqrt((t1 - t2) * (t3 - t2)) - t2);
        if (fault !== undefined) faults.push(fault);
      }
    }
  }

  // Outputs: dividers between two hidden nodes that are held apart; nothing else loads them.
  const feedOf = (j: number, side: number) => {
    for (let s = 0; s < sources; s++) {
      const e = bench.pot(s, sources + j);
      if (
        e !== undefined &&
        sound.has(e) &&
        !dead.has(e) &&
        !lost.has(s) &&
        Math.sign(driven(0, 1).value(s)) === side
      )
        return e;
    }
    return undefined;
  };
  for (let k = 0; k < outputs; k++) {
    for (let j = 0; j < hidden; j++) {
      const other = (j + 1) % hidden;
      const [pot, held] = [j, other].map((x) => bench.pot(sources + x, sources + hidden + k));
      const [high, low] = [feedOf(j, 1), feedOf(other, -1)];
      if (pot === undefined || held === undefined || high === undefined || low === undefined) continue;
      if (!sound.has(pot) || !sound.has(held)) continue;
      const resistance: number[] = [];
      for (const tap of provingTaps) {
        await bench.setTaps(new Map([[pot, tap]]));
        const seen = await bench.read([high, low, pot, held], driven(0, 1).drive);
        const at = (n: number) => seen[n] - zero_V[n];
        resistance.push((at(j) - at(hidden + k)) / (at(hidden + k) - at(other)));
      }
      await bench.setTaps(new Map([[pot, heldTap]]));
      proven.add(pot);
      const fault = wiperFault(profile, pot, provingTaps, resistance);
      if (fault !== undefined) faults.push(fault);
    }
  }
  return { faults, proven };
}

/** The tap, between whole ones, at which `excess` of the nodes crosses 0; it falls with the tap. Undefined if it does not within the stops. */
async function balanced(
  bench: ProofBench,
  pot: number,
  others: readonly number[],
  excess: (nodes: Float64Array) => number,
  drive: Readonly<Record<number, number>>,
  [first, last]: readonly [number, number],
): Promise<number | undefined> {
  const at = async (tap: number) => {
    await bench.setTaps(new Map([[pot, tap]]));
    return excess(await bench.read([pot, ...others], drive));
  };
  let [low, high] = [first, last];
  let [atLow, atHigh] = [await at(low), await at(high)];
  if (atLow < 0 || atHigh > 0) return undefined;
  while (high - low > 4) {
    const middle = (low + high) >> 1;
    const seen = await at(middle);
    if (seen > 0) [low, atLow] = [middle, seen];
    else [high, atHigh] = [middle, seen];
  }
  return low + ((high - low) * atLow) / (atLow - atHigh);
}
