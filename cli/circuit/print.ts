import { formatQuantity } from '../../core/index.js';
import type { DcSweep, OperatingPoint } from '../../solver/mna/index.js';

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
export function operatingPointText(point: OperatingPoint): string[] {
  const head =
    `operating point: ${point.status}, ${point.iterations} Newton steps (${point.strategy}), ` +
    `largest node current error ${point.residual_A.toExponential(1)} A`;
  if (point.status !== 'settled') return [head];
  return [head, ...table(point.voltages_V, 'V'), ...table(point.currents_A, 'A')];
}

/** One line about a sweep. */
export function sweepText({ swept, points, failures, iterations }: DcSweep): string {
  const failed = failures.length === 0 ? '' : `, ${failures.length} not settled`;
  return `sweep of ${swept.join(', ')}: ${points} points${failed}, ${iterations} Newton steps (-o FILE.csv)`;
}
