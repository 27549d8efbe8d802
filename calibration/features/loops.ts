import { formatQuantity } from '../../core/index.js';
import { columnOf, type MeasuredFile, type MeasuredSeries, settingOf } from '../measured/index.js';
import { withCompliance } from './compliance.js';
import { copiedCycles } from './copied-cycles.js';
import { withoutOffset } from './current-offset.js';
import { type CycleFeatures, featuresOfCycles, type SwitchingRules } from './cycle-features.js';
import { cyclesOf } from './cycles.js';
import { fromZero } from './from-zero.js';
import { endOf, type HalfLoop, halfLoopsOf } from './half-loops.js';
import { type ReadVoltage, readVoltageFor } from './read-voltage.js';
import { withSeriesDrive } from './series-drive.js';
import { nothingConducts, staticVerdict } from './static-verdict.js';
import { type FeatureSummary, summariesOf } from './summaries.js';
import { judged, switchingVerdict } from './switching-verdict.js';
import { resetRules, setRules, spikesIn } from './switching-voltage.js';
import { type ThresholdVoltages, thresholdRules, thresholdsOf } from './threshold-voltages.js';
import { MIN_POINTS, type Trace, traceOf } from './trace.js';
import type { Verdict } from './verdict.js';

/** The loops of one cell: what it is, and if it switches, what every cycle shows. */
export interface LoopFeatures {
  /** As the file names it; '' where it names none. */
  readonly cell: string;
  readonly verdict: Verdict;
  readonly readVoltage: ReadVoltage;
  /** How set and reset voltages were found, as a methods paragraph prints it. */
  readonly rules: string;
  /** Empty where nothing switches. */
  readonly cycles: readonly CycleFeatures[];
  /** Every quantity over the cycles but forming, of which two cycles or more say something. */
  readonly summaries: readonly FeatureSummary[];
  readonly remarks: readonly string[];
}

/** How loops are read: the read voltage [V], the rules of V_set and V_reset. */
export interface LoopOptions {
  readonly readVoltage_V?: number;
  /** Where cells of several files are compared, one voltage for all of them [V]. */
  readonly commonVoltage_V?: number;
  readonly rules?: Partial<SwitchingRules>;
  /** Of the resampling that gives intervals. */
  readonly seed?: number;
}

const RULES: SwitchingRules = { set: 'largest-step', reset: 'maximum-current' };

/** Every cell of a file that was swept; empty for files without voltage and current. */
export function loopFeatures(file: MeasuredFile, options: LoopOptions = {}): LoopFeatures[] {
  const found = [...tracesOf(file)].map(([cell, traces]) => featuresOfCell(cell, traces, file, options));
  return found.length > 0 ? found : tooShort(file, options);
}

/** What was swept, by cell ('' where the file names none), in the order measured, points at the compliance marked, an amplifier's offset taken off. */
export function tracesOf(file: MeasuredFile): Map<string, Trace[]> {
  const cells = new Map<string, Trace[]>();
  for (const series of file.series) {
    const trace = sweepOf(series, file);
    if (trace === undefined) continue;
    const cell = series.cell ?? '';
    cells.set(cell, [...(cells.get(cell) ?? []), trace]);
  }
  for (const [cell, traces] of cells) cells.set(cell, [...withoutOffset(traces)]);
  return cells;
}

/** Sweeps of so few points that they are no curve: said once, so that every file with a sweep has a verdict. */
function tooShort(file: MeasuredFile, options: LoopOptions): LoopFeatures[] {
  const short = file.series.find(
    (series) =>
      series.kind === 'sweep' &&
      columnOf(series, 'current_A') !== undefined &&
      (columnOf(series, 'voltage_V') ?? columnOf(series, 'appliedVoltage_V')) !== undefined,
  );
  if (short === undefined) return [];
  const rules = { ...RULES, ...options.rules };
  const verdict: Verdict = {
    name: 'unclear',
    switches: false,
    because: `fewer than ${MIN_POINTS} points with voltage and current`,
    missing: 'a sweep of the voltage, out and back',
  };
  const readVoltage = readVoltageFor([], file, options.readVoltage_V, options.commonVoltage_V);
  return [
    {
      cell: short.cell ?? '',
      verdict,
      readVoltage,
      rules: rulesText(rules),
      cycles: [],
      summaries: [],
      remarks: [],
    },
  ];
}

const SWEPT = new Set<MeasuredSeries['kind']>(['sweep', 'waveform', 'curve', 'unknown']);

function sweepOf(series: MeasuredSeries, file: MeasuredFile): Trace | undefined {
  const trace = SWEPT.has(series.kind) ? traceOf(series) : undefined;
  if (trace === undefined) return undefined;
  const hasApplied = columnOf(series, 'appliedVoltage_V') !== undefined;
  const driven = withSeriesDrive(trace, hasApplied, settingOf(file, 'seriesResistance_Ohm'));
  return fromZero(withCompliance(driven, settingOf(file, 'compliance_A')));
}

function featuresOfCell(
  cell: string,
  traces: Trace[],
  file: MeasuredFile,
  options: LoopOptions,
): LoopFeatures {
  const loops = traces.flatMap(halfLoopsOf);
  const readVoltage = readVoltageFor(loops, file, options.readVoltage_V, options.commonVoltage_V);
  const rules = { ...RULES, ...options.rules };
  const remarks = [...new Set(traces.flatMap((trace) => trace.remarks))];
  const whole = joined(traces);
  const half = judged(loops, readVoltage.value_V);
  const verdict =
    loops.length === 0
      ? noSweep()
      : (nothingConducts(whole) ??
        readBeyond(loops, readVoltage) ??
        switchingVerdict(half, readVoltage.value_V) ??
        staticVerdict(whole, loops));
  const grouped = verdict.switches ? cyclesOf(half) : [];
  const thresholds = verdict.name === 'volatile' ? thresholdsOf(grouped, readVoltage.value_V) : undefined;
  const cycles = featuresOfCycles(grouped, readVoltage.value_V, rules).map((cycle, k) =>
    thresholds === undefined ? cycle : { ...cycle, thresholds: thresholds[k] },
  );
  remarks.push(...creepingThresholds(thresholds?.flat() ?? []));
  const alone = spikesIn(loops);
  if (verdict.switches && alone > 0)
    remarks.push(
      `${alone === 1 ? 'one point stands' : `${alone} points stand`} alone, ten times off both neighbours: a glitch, in no V_set and no V_reset`,
    );
  remarks.push(...copiedCycles(grouped));
  const bounds = cycles.filter(({ offIsBound }) => offIsBound).length;
  if (bounds > 0)
    remarks.push(
      `in ${bounds} of ${cycles.length} cycles the off state drowns in the scatter of the current at ${formatQuantity(readVoltage.value_V, 'V')}: its conductance is the most it can be, the window the least`,
    );
  const events = (event: 'set' | 'reset') => half.filter(({ change }) => change.event === event).length;
  const unset = events('set') - cycles.filter(({ set }) => set?.seen).length;
  const unreset = events('reset') - cycles.filter(({ reset }) => reset?.seen).length;
  if (verdict.switches && unset > 0)
    remarks.push(
      `in ${unset} of ${events('set')} sets the state changed without a V_set by the rule "${setRules[rules.set]}": the current creeps up, or changes on the way back`,
    );
  if (verdict.switches && unreset > 0)
    remarks.push(
      `in ${unreset} of ${events('reset')} resets the state went back without a V_reset by the rule "${resetRules[rules.reset]}": none up to the largest voltage`,
    );
  const creeping = cycles.filter(({ set }) => set?.seen && !set.abrupt).length;
  if (creeping > 0)
    remarks.push(
      `the set is gradual in ${creeping} of ${cycles.length} cycles: V_set says where it is steepest, not where it jumps`,
    );
  return {
    cell,
    verdict,
    readVoltage,
    rules: `${rulesText(rules)}${thresholds === undefined ? '' : `; ${thresholdRules}`}`,
    cycles,
    summaries: summariesOf(cycles, options.seed),
    remarks,
  };
}

/** Volatile cells that go on or off without a step: such a voltage is not made up. */
function creepingThresholds(all: readonly ThresholdVoltages[]): string[] {
  const unset = all.filter(({ threshold }) => threshold === undefined).length;
  const unheld = all.filter(({ threshold, hold }) => threshold?.seen !== false && hold === undefined).length;
  return [
    ...(unset > 0 ? [`in ${unset} of ${all.length} sweeps the current creeps up: no V_th by its rule`] : []),
    ...(unheld > 0
      ? [`in ${unheld} of ${all.length} sweeps it goes off without a step: no V_hold by its rule`]
      : []),
  ];
}

/** A read voltage that no sweep reaches: no state can be read there, and none may be said to hold still. */
function readBeyond(loops: readonly HalfLoop[], { value_V, from }: ReadVoltage): Verdict | undefined {
  const reached = Math.max(...loops.map((loop) => Math.abs(endOf(loop))));
  if (value_V <= reached) return undefined;
  return {
    name: 'unclear',
    switches: false,
    because: `the read voltage ${from === 'file' ? 'of the file' : from === 'common' ? 'common to all files' : 'asked for'}, ${formatQuantity(value_V, 'V')}, lies beyond the sweep, which goes to ${formatQuantity(reached, 'V')}: no state can be read there`,
    missing: `a read voltage below ${formatQuantity(reached, 'V')}`,
  };
}

const noSweep = (): Verdict => ({
  name: 'unclear',
  switches: false,
  because: 'the voltage does not run from one value to another',
  missing: 'a sweep of the voltage, out and back',
});

const rulesText = ({ set, reset, threshold_A }: SwitchingRules): string =>
  `V_set: ${setRules[set]}${set === 'current-threshold' && threshold_A !== undefined ? ` (${formatQuantity(threshold_A, 'A')})` : ''}; V_reset: ${resetRules[reset]}`;

/** All traces of a cell one after another, for what does not care about their order. */
function joined(traces: readonly Trace[]): Trace {
  if (traces.length === 1) return traces[0];
  const all = (pick: (trace: Trace) => ArrayLike<number>) =>
    Float64Array.from(traces.flatMap((trace) => Array.from(pick(trace))));
  return {
    series: traces[0].series,
    rows: Uint32Array.from(all((trace) => trace.rows)),
    voltage_V: all((trace) => trace.voltage_V),
    drive_V: all((trace) => trace.drive_V),
    current_A: all((trace) => trace.current_A),
    ...(traces.every((trace) => trace.time_s !== undefined) && {
      time_s: all((trace) => trace.time_s ?? []),
    }),
    censored: Uint8Array.from(all((trace) => trace.censored)),
    remarks: [],
  };
}
