import type { MeasuredFile } from '../measured/index.js';
import { cyclesOf } from './cycles.js';
import { endOf, halfLoopsOf, type Leg } from './half-loops.js';
import { type LoopOptions, loopFeatures, tracesOf } from './loops.js';
import type { ReadVoltage } from './read-voltage.js';
import { judged } from './switching-verdict.js';
import { resetVoltage, setVoltage } from './switching-voltage.js';
import type { Trace } from './trace.js';
import type { Verdict } from './verdict.js';

/** One way over a range of voltages in one state: points in the order measured, none of them at the compliance. */
export interface StaticSweep {
  /** From 1; sweeps of one cycle belong together. */
  readonly cycle: number;
  readonly voltage_V: Float64Array;
  readonly current_A: Float64Array;
}

/** All that was measured of one state. */
export interface StaticBranch {
  /** `low resistance`, `high resistance`; `static` where nothing switches. */
  readonly name: 'low resistance' | 'high resistance' | 'static';
  readonly sweeps: readonly StaticSweep[];
  /** Points at the compliance, which are in no sweep: they say that the current would be larger. */
  readonly censored: number;
}

/** Current over voltage of one cell, where its state does not change. */
export interface StaticCurves {
  /** As the file names it; '' where it names none. */
  readonly cell: string;
  readonly verdict: Verdict;
  readonly readVoltage: ReadVoltage;
  readonly branches: readonly StaticBranch[];
  readonly remarks: readonly string[];
}

/** Of the voltage at which a state changes, or at which a sweep turns round: beyond, the state may be moving. */
const SETTLED = 0.8;
/** The same where the state creeps and no voltage of its change was found. */
const CREEPING = 0.5;

/**
 * What a file's sweeps say of each state of each cell: ways out up to four fifths of the voltage at which the state changes, ways
 * back from four fifths of where they turned. Forming is left out. A cell that does not switch has one branch, all of its points.
 * Empty for files without voltage and current, and for cells with too few points.
 */
export function staticCurves(file: MeasuredFile, options: LoopOptions = {}): StaticCurves[] {
  const features = loopFeatures(file, options);
  return [...tracesOf(file)].flatMap(([cell, traces]) => {
    const found = features.find((loops) => loops.cell === cell);
    if (found === undefined) return [];
    const { verdict, readVoltage } = found;
    const forming = new Set(found.cycles.filter((c) => c.forming).map(({ cycle }) => cycle));
    const { branches, remarks } = verdict.switches
      ? switched(traces, readVoltage.value_V, forming)
      : { branches: [whole(traces)], remarks: [] };
    return [{ cell, verdict, readVoltage, branches, remarks: [...found.remarks, ...remarks] }];
  });
}

function whole(traces: readonly Trace[]): StaticBranch {
  return {
    name: 'static',
    sweeps: traces.map((trace, k) => pointsOf(trace, { from: 0, to: trace.voltage_V.length - 1 }, k + 1)),
    censored: traces.reduce((sum, { censored }) => sum + censored.reduce((a, b) => a + b, 0), 0),
  };
}

/** Points of a leg up to a voltage, those at the compliance left out. */
function pointsOf(trace: Trace, { from, to }: Leg, cycle: number, most_V = Infinity): StaticSweep {
  const kept: number[] = [];
  for (let k = from; k <= to; k++) {
    if (trace.censored[k] === 0 && Math.abs(trace.voltage_V[k]) <= most_V) kept.push(k);
  }
  return {
    cycle,
    voltage_V: Float64Array.from(kept, (k) => trace.voltage_V[k]),
    current_A: Float64Array.from(kept, (k) => trace.current_A[k]),
  };
}

function switched(traces: readonly Trace[], read_V: number, forming: ReadonlySet<number>) {
  const sweeps = { high: [] as StaticSweep[], low: [] as StaticSweep[] };
  const censored = { high: 0, low: 0 };
  let [unmoved, creeping] = [0, 0];
  const half = judged(traces.flatMap(halfLoopsOf), read_V);
  for (const [index, cycle] of cyclesOf(half).entries()) {
    if (forming.has(index + 1)) continue;
    for (const { loop, change } of cycle) {
      const { trace, out, back } = loop;
      const { event, logRatio } = change;
      const sets = event === 'set' || event === 'none' || event === 'small' || event === 'unread';
      const found = sets
        ? setVoltage(loop, 'largest-step', { logRatio: event === 'set' ? logRatio : 0 })
        : resetVoltage(loop, 'maximum-current', { logRatio });
      const moved = event === 'set' || event === 'reset';
      if (!moved && found === undefined) {
        unmoved++;
        continue;
      }
      if (found === undefined) creeping++;
      const end = Math.abs(endOf(loop));
      const most = found?.seen === true ? SETTLED * Math.abs(found.after_V) : CREEPING * end;
      const before = event === 'reset' ? 'low' : 'high';
      if (out !== undefined) {
        sweeps[before].push(pointsOf(trace, out, index + 1, most));
      }
      // a threshold switch goes off on its way back: no state of its own there
      if (back === undefined || !moved) continue;
      const after = event === 'reset' ? 'high' : 'low';
      sweeps[after].push(pointsOf(trace, back, index + 1, SETTLED * end));
      for (let k = back.from; k <= back.to; k++) censored[after] += trace.censored[k];
    }
  }
  const branches = (['low', 'high'] as const).flatMap((state): StaticBranch[] => {
    const some = sweeps[state].filter(({ voltage_V }) => voltage_V.length > 0);
    return some.length === 0
      ? []
      : [{ name: `${state} resistance`, sweeps: some, censored: censored[state] }];
  });
  const remarks = [
    `a state's static points: out up to ${SETTLED} of the voltage at which it changes, back from ${SETTLED} of the largest voltage`,
    ...(creeping > 0
      ? [
          `${creeping} ways out change without a voltage at which they do: taken up to ${CREEPING} of the largest`,
        ]
      : []),
    ...(unmoved > 0 ? [`${unmoved} sweeps that change nothing are in no branch`] : []),
  ];
  return { branches, remarks };
}
