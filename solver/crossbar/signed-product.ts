import {
  type CrossbarCells,
  type CrossbarDescription,
  finishProduct,
  type LineConverters,
  planProduct,
  type SignedProduct,
  type SignedWeights,
  type TileSize,
} from '../../circuits/crossbar/index.js';
import { type Status, worseStatus } from '../../core/index.js';
import { CellsCrossbar } from './cells-crossbar.js';
import { Crossbar } from './crossbar.js';
import type { CrossbarOptions } from './options.js';
import { statesFor, type UnsetCells, unwiredCurrents_A } from './set-states.js';

/** A signed matrix on crossbars with wires, and the vectors that it is multiplied by. */
export interface SignedProblem
  extends SignedWeights,
    LineConverters,
    CrossbarOptions,
    Pick<CrossbarDescription, 'wires' | 'driveBothEnds' | 'senseEnds'> {
  /** Row-major [count × inputs], V. */
  readonly inputs_V: Float64Array;
  /** Lines of the arrays that are there; one array of whatever size where left out. */
  readonly tile?: TileSize;
  /** In place of conductances: cells with models, set to what has the conductance at `read_V`. */
  readonly cells?: UnsetCells;
}

/** What came out, and whether it settled. */
export interface SolvedProduct extends SignedProduct {
  /** The worst of all tiles. */
  readonly status: Status;
  readonly message: string;
  /** Arrays one below the other, and beside each other. */
  readonly tileRows: number;
  readonly tileColumns: number;
  /** Largest net current into a node of any of them, and the most iterations that one took. */
  readonly kclResidual_A: number;
  readonly iterations: number;
  /** Of all sources, [count], W. */
  readonly power_W: Float64Array;
}

/**
 * Multiplies vectors by a signed matrix on crossbars: mapped onto pairs of cells, cut into arrays, driven, solved with their wires, read and
 * scaled back.
 * @param solved told after each array, with how many are done
 * @throws OhmpropError `crossbar.weights`, `crossbar.converters`, `crossbar.inputs`, `crossbar.cells`, `crossbar.states`, and as `Crossbar` does
 */
export function solveSignedProduct(
  { inputs_V, tile, cells, dacBits, dacFullScale_V, nodeBits, nodeFullScale_A, ...problem }: SignedProblem,
  solved: (done: number, all: number) => void = () => {},
): SolvedProduct {
  const plan = planProduct(problem, inputs_V, {
    ...(tile === undefined ? {} : { tile }),
    ...(dacBits === undefined ? {} : { dacBits }),
    ...(dacFullScale_V === undefined ? {} : { dacFullScale_V }),
    ...(nodeBits === undefined ? {} : { nodeBits }),
    ...(nodeFullScale_A === undefined ? {} : { nodeFullScale_A }),
  });
  const { tiles, tileRows, tileColumns } = plan.tiled;
  const power_W = new Float64Array(plan.count);
  let status: Status = 'settled';
  let message = '';
  let kclResidual_A = 0;
  let iterations = 0;
  const unwired_A: Float64Array[] = [];
  const currents_A = tiles.map(({ array }, t) => {
    const { rows, columns, conductances_S } = array;
    const lines = { ...problem, rows, columns };
    const gates_V =
      cells?.gate_V === undefined ? undefined : new Float64Array(plan.count * rows).fill(cells.gate_V);
    const drive = {
      count: plan.count,
      rows_V: plan.rows_V[t],
      ...(gates_V === undefined ? {} : { gates_V }),
    };
    const models = cells && setCells(cells, conductances_S);
    if (models !== undefined) unwired_A.push(unwiredCurrents_A(models, lines, drive));
    const crossbar =
      models === undefined
        ? new Crossbar({ ...lines, conductances_S }, problem)
        : new CellsCrossbar({ ...lines, cells: models }, problem);
    try {
      const found = crossbar.solve(drive, { nodeVoltages: false });
      const worse = worseStatus(status, found.status);
      if (message === '' || worse !== status) message = found.message;
      status = worse;
      kclResidual_A = Math.max(kclResidual_A, found.stats.kclResidual_A);
      iterations = Math.max(iterations, found.stats.iterations);
      for (let p = 0; p < plan.count; p++) power_W[p] += found.power_W[p];
      return found.outputCurrents_A;
    } finally {
      crossbar.close();
      solved(t + 1, tiles.length);
    }
  });
  return {
    ...finishProduct(plan, currents_A, cells === undefined ? undefined : unwired_A),
    status,
    message,
    tileRows,
    tileColumns,
    kclResidual_A,
    iterations,
    power_W,
  };
}

/** Cells with models at the states that have these conductances, S. */
function setCells({ read_V, gate_V, ...series }: UnsetCells, conductances_S: Float64Array): CrossbarCells {
  const states = statesFor(conductances_S, {
    ...series,
    read_V,
    ...(gate_V === undefined ? {} : { gate_V }),
  });
  return { ...series, states };
}
