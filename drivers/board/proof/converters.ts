import { median } from '../../../core/index.js';
import { type BoardFault, offsetFault, terminalName } from './board-fault.js';
import type { ProofBench } from './proof-bench.js';
import { blockedSide } from './reactions.js';

/** Half of 20 counts, the smallest offset that must be named; ordinary parts stay within 5. */
const offset_counts = 10;
/** Of sources and nudges, whose converters count in millivolts; ordinary ones stay within 4. */
const sourceOffset_V = 10e-3;
/** A level that is further from where it was asked to be is a converter's fault, V: gains of 0.4 % and a diode's leak stay within half. */
const level_V = 40e-3;
/** Shares of the input limit at which converters are looked at, either sign. */
const levels = [0.25, 0.6, 0.8, 1];

export interface ConverterProof {
  readonly faults: readonly BoardFault[];
  /** What every node reads at rest, V: to be taken off readings. */
  readonly zero_V: readonly number[];
}

/** Reads all nodes tied together, then every source and nudge at rest and over its range. @param sound pots that connect */
export async function proveConverters(
  bench: ProofBench,
  sound: ReadonlySet<number>,
  lost: ReadonlySet<number>,
): Promise<ConverterProof> {
  const { profile } = bench;
  const { hidden, outputs, sources } = profile;
  const faults: BoardFault[] = [];
  const inputs = sources - 2;
  const tied = [...sound].filter((e) =>
    profile.binaryInputs
      ? profile.from(e) >= sources
      : profile.from(e) < inputs || profile.from(e) >= sources,
  );
  // Without drive all nodes stand at one potential, and readings of it differ by their own offsets.
  const rest_V = await bench.read(tied);
  const common_V = median([...rest_V]);
  const zero_V = Array.from(rest_V);
  for (let n = 0; n < hidden + outputs; n++) {
    const reached = tied.some((e) => profile.to(e) === sources + n || profile.from(e) === sources + n);
    const off_V = rest_V[n] - common_V;
    if (reached && Math.abs(off_V) > offset_counts * profile.reader.step_V)
      faults.push(offsetFault(profile, 'node', n, off_V));
  }
  // Where nothing can be brought to the middle potential, only differences are known.
  if (profile.binaryInputs) return { faults, zero_V: zero_V.map((v) => v - common_V) };

  const driven = Array.from({ length: inputs }, (_, s) => s).filter((s) => !lost.has(s));
  const ways = driven.map((s) => {
    const closed = Array.from({ length: hidden }, (_, j) => bench.pot(s, sources + j) ?? -1);
    return { s, closed: closed.filter((e) => sound.has(e)) };
  });
  const sourceZero_V: number[] = [];
  for (const { closed } of ways) {
    const seen = await bench.read(closed);
    sourceZero_V.push(
      median(closed.map((e) => seen[profile.to(e) - sources] - zero_V[profile.to(e) - sources])),
    );
  }
  const commonSource_V = median(sourceZero_V);
  for (const [i, { s, closed }] of ways.entries()) {
    const off_V = sourceZero_V[i] - commonSource_V;
    const offset = Math.abs(off_V) > sourceOffset_V;
    if (offset) faults.push(offsetFault(profile, 'source', s, off_V));
    let worst = { by_V: 0, at_V: 0 };
    for (const share of levels.flatMap((x) => [x, -x])) {
      const at_V = share * profile.inputLimit_V;
      const shown = closed.filter((e) => blockedSide(bench, profile.to(e) - sources) === Math.sign(share));
      if (shown.length === 0) continue;
      const seen = await bench.read(shown, { [s]: at_V });
      const by = shown.map((e) => seen[profile.to(e) - sources] - zero_V[profile.to(e) - sources] - at_V);
      const by_V = median(by) - (offset ? off_V : 0);
      if (Math.abs(by_V) > Math.abs(worst.by_V)) worst = { by_V, at_V };
    }
    if (Math.abs(worst.by_V) > level_V)
      faults.push({
        kind: 'converter',
        of: [s],
        among: 'source',
        by: worst.by_V,
        unit: 'V',
        text: `source ${terminalName(profile, s)}: ${(1000 * worst.by_V).toFixed(0)} mV off at ${worst.at_V.toFixed(2)} V`,
      });
  }
  return { faults, zero_V };
}

export interface NudgeProof {
  readonly faults: readonly BoardFault[];
  readonly remarks: readonly string[];
}

/** What 0.75 V of control moves an output by at most where the pump is a current source, V; as drawn it is 0.2 V and more. */
const asMeant_V = 0.15;

/** Moves every nudge over its range and looks at its output. */
export async function proveNudges(bench: ProofBench, zero_V: readonly number[]): Promise<NudgeProof> {
  const { profile } = bench;
  const { hidden, outputs, sources } = profile;
  const faults: BoardFault[] = [];
  const remarks: string[] = [];
  const into = (k: number) =>
    profile.nudgeLoads
      ? []
      : Array.from({ length: profile.pots }, (_, e) => e).filter(
          (e) => profile.to(e) === sources + hidden + k,
        );
  const common_V = median([...zero_V]);
  const rests_V: number[] = [];
  for (let k = 0; k < outputs; k++) {
    const read = async (share: number) => {
      const nudges = Array.from({ length: outputs }, (_, n) => (n === k ? share * profile.nudgeLimit_V : 0));
      return (await bench.read(into(k), {}, nudges))[hidden + k] - zero_V[hidden + k];
    };
    const [down, rest, up] = [await read(-0.5), await read(0), await read(0.5)];
    // Its own converter's offset, and what all readings are off by.
    rests_V.push(rest + common_V);
    const least_V = profile.nudgeLoads ? 0.1 : 5e-3;
    if (up - rest < least_V || rest - down < least_V) {
      faults.push({
        kind: 'lost-nudge',
        of: [k],
        among: 'nudge',
        text: `nudge ${k}: moves its output by ${(1000 * (up - rest)).toFixed(0)} and ${(1000 * (down - rest)).toFixed(0)} mV`,
      });
    } else if (profile.nudgeLoads) {
      for (const share of [-1, -0.5, 0.5, 1]) {
        const by_V = (await read(share)) - rest - share * profile.nudgeLimit_V;
        if (Math.abs(by_V) < level_V) continue;
        faults.push({
          kind: 'converter',
          of: [k],
          among: 'nudge',
          by: by_V,
          unit: 'V',
          text: `nudge ${k}: ${(1000 * by_V).toFixed(0)} mV off at ${(share * profile.nudgeLimit_V).toFixed(2)} V`,
        });
        break;
      }
    } else {
      const mv = ((1000 * (up - down)) / 2).toFixed(0);
      const kind =
        (up - down) / 2 < asMeant_V ? 'a current source, as meant' : 'none, as the published values make it';
      remarks.push(`nudge ${k}: 0.75 V of control moves its output by ${mv} mV: its pump is ${kind}`);
    }
  }
  for (const [k, rest_V] of profile.nudgeLoads ? rests_V.entries() : []) {
    const off_V = rest_V - median(rests_V);
    if (Math.abs(off_V) > sourceOffset_V) faults.push(offsetFault(profile, 'nudge', k, off_V));
  }
  return { faults, remarks };
}
