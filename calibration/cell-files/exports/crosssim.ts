import { normalQuantile } from '../../../core/index.js';
import type { StepShape } from '../../../devices/cells/pulse/index.js';
import { type CellToExport, type ExportedCell, pulsesOf } from './exported.js';

/** Conductances of a table, and points of each distribution. */
const BINS = 48;
const POINTS = 99;
/** Beyond the evenly spaced ones, at either end: lines between would else widen the tails. */
const TAILS = [1e-4, 3e-4, 1e-3, 2e-3, 4e-3, 7e-3];
/** A distribution ends here, in σ. */
const TAIL = 4;

/**
 * CrossSim's look-up tables: P(ΔG | G) as the inverse of its distribution, one file of rising and one of falling pulses. A line of
 * prose, conductances [S], points of the distribution, an empty line, a matrix of ΔG [S] (rows: points, columns: conductances).
 */
export function exportCrosssim(cell: CellToExport): ExportedCell {
  const { model } = pulsesOf(cell, 'crosssim');
  const { g_min_S, g_max_S, spreads, potentiation, depression } = model;
  const span = g_max_S - g_min_S;
  const states = Array.from({ length: BINS }, (_, k) => (k + 0.5) / BINS);
  const even = Array.from({ length: POINTS }, (_, k) => (k + 1) / (POINTS + 1));
  const shares = [0, ...TAILS, ...even, ...TAILS.map((share) => 1 - share).reverse(), 1];
  const normals = shares.map((share) => Math.min(TAIL, Math.max(-TAIL, normalQuantile(share))));
  const tableOf = (shape: StepShape) => {
    const rows = normals.map((normal) =>
      states.map((w) => {
        const step = shape.step(w);
        return span * (step + normal * Math.hypot((spreads.c2c ?? 0) * step, spreads.c2cRange ?? 0));
      }),
    );
    const bins = states.map((w) => g_min_S + span * w);
    return { bins_S: bins, cdf: shares, step_S: rows };
  };
  const [up, down] = [tableOf(potentiation), tableOf(depression)];
  const text = ({ bins_S, cdf, step_S }: ReturnType<typeof tableOf>) =>
    [
      '1st Row = Gbins, 2nd Row = CDF Points, 3rd row onward = dG matrix (rows= CDF, columns = Gbins)',
      line(bins_S),
      line(cdf),
      '',
      ...step_S.map(line),
      '',
    ].join('\n');
  const noisy = (spreads.c2c ?? 0) > 0 || (spreads.c2cRange ?? 0) > 0;
  return {
    files: [
      { name: 'dG_increasing.txt', text: text(up) },
      { name: 'dG_decreasing.txt', text: text(down) },
    ],
    json: { increasing: up, decreasing: down },
    remarks: [
      noisy
        ? 'each pulse is drawn from a normal distribution with the σ of the cell, cut at 4 σ'
        : 'the cell has no spread from pulse to pulse: every row of the tables is the same',
      ...((spreads.d2dStep ?? 0) > 0 ? ['spreads from cell to cell are not part of these tables'] : []),
    ],
  };
}

const line = (values: readonly number[]): string => values.map((value) => value.toExponential(8)).join(', ');
