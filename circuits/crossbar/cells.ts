import { inputError } from '../../core/index.js';
import type { ElementModel, MosLevel1 } from '../../devices/elements/index.js';

/**
 * Cells that are more than a conductance: an element model at a state of its own in each, alone (passive), behind a selector (1S1R),
 * or behind a transistor (1T1R). From word line to bit line: element, then selector or transistor.
 */
export interface CrossbarCells {
  readonly model: ElementModel;
  /** Row-major [rows × columns], in units of the model's state; any number where it has none. Never written to. */
  readonly states: Float64Array;
  /** In series with every cell. */
  readonly selector?: ElementModel;
  /**
   * Drain at the element, source at the bit line, gate on a line of its word line without resistance (gates carry no current),
   * bulk at 0 V. The channel alone: what leaks through its bulk junctions is left out.
   */
  readonly transistor?: MosLevel1;
}

/** Cells of one model, from what describes them. Every place with a word and a bit line. */
export interface CellsShape {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Checks that every cell has a state that its model can have, and that only one thing is in series with it.
 * @throws OhmpropError `crossbar.states`, `crossbar.cells`
 */
export function requireCells(cells: CrossbarCells, { rows, columns }: CellsShape): void {
  const { model, states, selector, transistor } = cells;
  if (states.length !== rows * columns) {
    throw inputError(
      'crossbar.states',
      `states: got ${states.length} values for ${rows} rows × ${columns} columns = ${rows * columns} cells; give one state a cell, row by row`,
    );
  }
  const [low, high] = stateRange(model);
  const wrong = states.findIndex((x) => !(x >= low && x <= high));
  if (wrong >= 0) {
    const unit = model.state === undefined || model.state.unit === '1' ? '' : ` ${model.state.unit}`;
    throw inputError(
      'crossbar.states',
      `states at row ${Math.floor(wrong / columns)}, column ${wrong % columns} (from 0): got ${states[wrong]}; the state ${model.state?.name ?? 'x'} of ${model.name} lies between ${low} and ${high}${unit}`,
    );
  }
  if (selector !== undefined && transistor !== undefined) {
    throw inputError('crossbar.cells', 'cells have a selector or a transistor in series, not both');
  }
  const drop = (['RD', 'RS'] as const).find((name) => (transistor?.values[name] ?? 0) > 0);
  if (drop !== undefined) {
    throw inputError(
      'crossbar.cells',
      `transistor: got ${drop}=${transistor?.values[drop]}; resistances at drain and source are not part of these cells, leave it at 0`,
    );
  }
  for (const element of [model, ...(selector === undefined ? [] : [selector])]) {
    if (selector === undefined && transistor === undefined) break;
    if (element.passive && element.monotonic) continue;
    throw inputError(
      'crossbar.cells',
      `${element.name}: in series with another element only one whose current rises with its voltage through 0 divides that voltage in one way; leave the selector or transistor out, or choose another model`,
    );
  }
}

/** States that a model can have; any number where it has none. */
export function stateRange({ state }: ElementModel): readonly [low: number, high: number] {
  if (state === undefined) return [-Number.MAX_VALUE, Number.MAX_VALUE];
  return [state.low, state.high];
}
