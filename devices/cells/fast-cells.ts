import { runError } from '../../core/index.js';
import type { CellKernel } from '../../kernels/index.js';
import type { CellArray, PulseReport } from '../contract/index.js';
import { type CellPlace, CellPlan } from './cell-plan.js';
import type { FastArea } from './policies/index.js';
import type { PulseModel } from './pulse/index.js';
import { findSymmetryPoints, restPoint } from './rest-point.js';

/** A second array of cells, which the network does not see: what an update wants is gathered there (see policies/tiki-taka.ts). */
export class FastCells implements FastArea {
  readonly counts: Int16Array;
  readonly plan: FastArea['plan'];
  readonly nominal: FastArea['nominal'];

  constructor(
    readonly array: CellArray,
    private readonly model: PulseModel,
    kernel: CellKernel,
    place: CellPlace,
  ) {
    const { rows, columns } = array.info;
    const { counts, record } = new CellPlan(rows * columns, place);
    this.counts = counts;
    this.nominal = restPoint(model);
    this.plan = {
      set: (fields) => record.set(fields),
      evenCounts: (first, count, event) => kernel.evenCounts(record.offset, first, count, event),
    };
  }

  /** Rows row … row + count − 1 as states of the nominal range. */
  async readRows(row: number, count: number): Promise<Float64Array> {
    const { columns, name } = this.array.info;
    const { g_min_S, g_max_S } = this.model;
    const read = await this.array.read({ row, column: 0, rows: count, columns });
    return read.map((g, c) => {
      if (Number.isNaN(g)) throw runError('cells.read', `${name}: cell ${row * columns + c} reads NaN`);
      return (g - g_min_S) / (g_max_S - g_min_S);
    });
  }

  /** Brings every cell to its own symmetry point. Returns these, states of the nominal range. */
  async toSymmetry(pulsed: (report: PulseReport) => void): Promise<Float32Array> {
    const { g_min_S, g_max_S } = this.model;
    const points_S = await findSymmetryPoints(this.array, this.model, pulsed);
    return Float32Array.from(points_S, (g) => (g - g_min_S) / (g_max_S - g_min_S));
  }

  /** Carries the planned counts out. */
  async pulse(): Promise<PulseReport> {
    return this.array.pulse({ counts: this.counts }, { id: this.array.info.lastUpdate + 1 });
  }
}
