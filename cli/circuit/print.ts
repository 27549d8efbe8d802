import { formatQuantity } from '../../core/index.js';
import type { DcSweep, OperatingPoint } from '../../solver/mna/index.js';
import type { Measured, TransientSolution } from '../../solver/time/index.js';
import type { CircuitResults } from './results.js';

/** More than this many lines are not for people. */
const MAX_LINES = 40;

function table(values: Readonly<Record<string, number>>, unit: string): string[] {
  const entries = Object.entries(values);
  const lines = entries
    .slice(0, MAX_LINES)
    .map(([name, value]) => `  ${name.padEnd(20)} ${formatQuantity(value, unit)}`);
  return entries.length > MAX_LINES
    ? [...lines, `  … ${entries.length - MAX_LINES} more (--json, -o FILE.csv)`]
    : lines;
}

/** Lines about an operating point. */
function operatingPointText(point: OperatingPoint): string[] {
  const head =
    `operating point: ${point.status}, ${point.iterations} Newton steps (${point.strategy}), ` +
    `largest node current error ${point.residual_A.toExponential(1)} A`;
  if (point.status !== 'settled') return [head];
  return [head, ...table(point.voltages_V, 'V'), ...table(point.currents_A, 'A')];
}

/** One line about a sweep. */
function sweepText({ swept, points, failures, iterations }: DcSweep): string {
  const failed = failures.length === 0 ? '' : `, ${failures.length} not settled`;
  return `sweep of ${swept.join(', ')}: ${points} points${failed}, ${iterations} Newton steps (-o FILE.csv)`;
}

/** Lines about a transient: how it went, and where everything stands at its end. */
function transientText({ value, status, stats }: TransientSolution): string[] {
  const { time_s, voltages_V, currents_A, states } = value;
  const head =
    `transient: ${status} at ${formatQuantity(stats.reached_s, 's')}, ${time_s.length} points, ${stats.steps} steps ` +
    `(${stats.rejected + stats.notFollowed} taken back), ${stats.newtonIterations} Newton steps (-o FILE.csv)`;
  if (time_s.length === 0) return [head];
  const last = (columns: Readonly<Record<string, Float64Array>>) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[values.length - 1]]));
  return [
    head,
    `at ${formatQuantity(time_s[time_s.length - 1], 's')}:`,
    ...table(last(voltages_V), 'V'),
    ...table(last(currents_A), 'A'),
    ...table(last(states), ''),
  ];
}

/** A line for each number that was asked for. */
function measuredText(measured: readonly Measured[]): string[] {
  return measured.map(({ name, value, missing }) => {
    const why = missing === undefined ? 'it did not happen' : `the circuit has no ${missing}`;
    return `  ${name.padEnd(20)} ${value ?? `not found: ${why}`}`;
  });
}

/** All that is told of a file's results. */
export function resultsText({ op, dc, transient, measured }: CircuitResults): string[] {
  return [
    ...(op ? operatingPointText(op) : []),
    ...dc.map(sweepText),
    ...transient.flatMap((one, k) => [...transientText(one), ...measuredText(measured[k])]),
  ];
}
