import { exportAihwkit } from './aihwkit.js';
import { exportCrosssim } from './crosssim.js';
import { exportCsv } from './csv.js';
import type { CellToExport, ExportedCell } from './exported.js';
import { exportNeurosim } from './neurosim.js';
import { exportSpice } from './spice.js';

export type { CellToExport, ExportedCell } from './exported.js';

/** Formats that a cell is written in, by name. */
export const cellExports: Readonly<
  Record<
    'neurosim' | 'aihwkit' | 'crosssim' | 'spice' | 'csv',
    (cell: CellToExport) => ExportedCell | Promise<ExportedCell>
  >
> = {
  neurosim: exportNeurosim,
  aihwkit: exportAihwkit,
  crosssim: exportCrosssim,
  spice: exportSpice,
  csv: exportCsv,
};
