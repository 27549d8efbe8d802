import { formatQuantity } from '../../core/index.js';
import type { DcSweep, OperatingPoint } from '../../solver/mna/index.js';
import type { Io } from '../io.js';

/** More than this many lines are not for people. */
const MAX_LINES = 40;

function table(io: Io, values: Readonly<Record<string, number>>, unit: string): void {
  const entries = Object.entries(values);
  for (const [name, value] of entries.slice(0, MAX_LINES)) {
    io.stderr.write(`  ${name.padEnd(20)} ${formatQuantity(value, unit)}\n`);
  }
  if (entries.length > MAX_LINES) io.stderr.write(`  … ${entries.length - MAX_LINES} more (--json, --csv)\n`);
}

export function printOperatingPoint(io: Io, point: OperatingPoint): void {
  io.stderr.write(
    `operating point: ${point.status}, ${point.iterations} Newton steps (${point.strategy}), ` +
      `largest node current error ${point.residual_A.toExponential(1)} A\n`,
  );
  if (point.status !== 'settled') return;
  table(io, point.voltages_V, 'V');
  table(io, point.currents_A, 'A');
}

export function printSweep(io: Io, { swept, points, failures, iterations }: DcSweep): void {
  const failed = failures.length === 0 ? '' : `, ${failures.length} not settled`;
  io.stderr.write(`sweep of ${swept.join(', ')}: ${points} points${failed}, ${iterations} Newton steps\n`);
}
