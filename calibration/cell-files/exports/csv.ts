import { pulsesEndToEnd, pulseTrain, type StepShape } from '../../../devices/cells/pulse/index.js';
import { csvText } from '../../../records/tables/index.js';
import type { CellDirection, CellFile } from '../schema.js';
import { branchCurrent_A } from '../static-cell.js';
import { type CellToExport, type ExportedCell, pulsesOf, unconverged } from './exported.js';

/** Of a normal distribution, 95 % lie within. */
const WITHIN = 1.96;

/**
 * One row a pulse: what was measured, what the law makes of it, and the band that 95 % of cells and pulses lie in by the spreads of the
 * file, carried along the law to first order. For programs that plot tables. Of a cell that has static branches alone: currents of
 * each, over the voltages that it was found over.
 */
export function exportCsv(cell: CellToExport): ExportedCell {
  if (cell.pulse === undefined && cell.iv !== undefined) return exportBranches(cell.iv);
  const { pulse, model } = pulsesOf(cell, 'csv');
  const { g_min_S, g_max_S, spreads } = model;
  const span = g_max_S - g_min_S;
  const clip = (w: number) => g_min_S + span * Math.min(1, Math.max(0, w));
  const rowsOf = (way: 'potentiation' | 'depression'): (string | number)[][] => {
    const { pulses, train }: CellDirection = pulse[way];
    const rising = way === 'potentiation';
    const shape = model[way];
    const first = train?.conductance_S[0];
    const from = first === undefined ? (rising ? 0 : 1) : Math.min(1, Math.max(0, (first - g_min_S) / span));
    const begin = Math.round(train?.pulse[0] ?? 0);
    const count =
      Math.max(pulses ?? pulsesEndToEnd(shape, rising), Math.ceil(train?.pulse.at(-1) ?? 0)) - begin;
    const states = pulseTrain(shape, from, count);
    const sigmas = spreadAlong(shape, states, spreads);
    const band = sigmas.some((sigma) => sigma > 0);
    const measured = new Map(train?.pulse.map((n, k) => [n, train.conductance_S[k]]));
    const model_S = Array.from(states, (w, k): (string | number)[] => {
      const n = begin + k;
      const at = measured.get(n);
      measured.delete(n);
      const ends = band ? [clip(w - WITHIN * sigmas[k]), clip(w + WITHIN * sigmas[k])] : ['', ''];
      return [way, n, at ?? '', clip(w), ...ends];
    });
    // between two pulses, as digitised curves have them
    const between = [...measured].map(([n, g]): (string | number)[] => [way, n, g, '', '', '']);
    return [...model_S, ...between].sort((a, b) => Number(a[1]) - Number(b[1]));
  };
  const rows = [...rowsOf('potentiation'), ...rowsOf('depression')];
  const columns = ['direction', 'pulse', 'measured_S', 'model_S', 'low_S', 'high_S'];
  return {
    files: [{ name: 'cell.csv', text: csvText(columns, rows) }],
    json: { columns, rows: rows.map((row) => row.map((value) => (value === '' ? null : value))) },
    remarks: Object.keys(spreads).length > 0 ? [] : ['the file has no spreads: no band is drawn'],
  };
}

/** Rows a branch. */
const VOLTAGES = 101;

function exportBranches({ branches }: NonNullable<CellFile['iv']>): ExportedCell {
  const columns = ['branch', 'voltage_V', 'current_A'];
  const rows = branches.flatMap((branch) => {
    const [low, high] = branch.voltage_V;
    return Array.from({ length: VOLTAGES }, (_, k): (string | number)[] => {
      const v = Number((low + ((high - low) * k) / (VOLTAGES - 1)).toPrecision(12));
      return [branch.name, v, branchCurrent_A(branch, v)];
    });
  });
  return {
    files: [{ name: 'cell.csv', text: csvText(columns, rows) }],
    json: { columns, rows },
    remarks: ['static branches: no voltage changes the state', ...unconverged(branches)],
  };
}

/** σ of the state after each pulse: of the cell's step, and of every pulse. */
function spreadAlong(
  shape: StepShape,
  states: Float64Array,
  { d2dStep = 0, c2c = 0, c2cRange = 0 }: { d2dStep?: number; c2c?: number; c2cRange?: number },
): Float64Array {
  const sigmas = new Float64Array(states.length);
  let [ofPulses, ofCell] = [0, 0];
  const h = 1e-4;
  for (let k = 1; k < states.length; k++) {
    const w = states[k - 1];
    const step = shape.step(w);
    const slope = (shape.step(Math.min(1, w + h)) - shape.step(Math.max(0, w - h))) / (2 * h);
    const factor = 1 + Math.max(-1, slope);
    ofPulses = factor ** 2 * ofPulses + (c2c * step) ** 2 + c2cRange ** 2;
    ofCell = factor * ofCell + step;
    sigmas[k] = Math.sqrt(ofPulses + (d2dStep * ofCell) ** 2);
  }
  return sigmas;
}
