import type { CrossbarCells } from '../../circuits/crossbar/index.js';
import { generateLaw, substitute, variablesOf } from '../../core/expression/index.js';
import { type ElementModel, elementPoint } from '../../devices/elements/index.js';
import { cellLaw, cellPoint } from './cell-law.js';

/** How fast the state of a cell moves between two voltages of its lines, per second. */
export type CellRate = (word_V: number, bit_V: number, gate_V: number, state: number) => number;

/** The rate of cells as they are described; 0 where their model has none. */
export function cellRate(cells: CrossbarCells): CellRate {
  const { model } = cells;
  const { rate } = model;
  if (rate === undefined) return () => 0;
  const own = elementPoint();
  if (cells.selector !== undefined || cells.transistor !== undefined) {
    const law = cellLaw(cells);
    const point = cellPoint();
    return (word_V, bit_V, gate_V, state) => {
      // what of the cell's voltage is across the element itself
      const across_V = law.evaluate(word_V, bit_V, state, gate_V, 0, point);
      model.evaluate(across_V, state, own);
      return rate.call(model, across_V, own.current_A, state);
    };
  }
  const plain = (voltage_V: number, state: number): number => {
    model.evaluate(voltage_V, state, own);
    return rate.call(model, voltage_V, own.current_A, state);
  };
  const written = writtenRate(model);
  if (written === undefined) return (word_V, bit_V, _gate_V, state) => plain(word_V - bit_V, state);
  return (word_V, bit_V, _gate_V, state) => {
    const moved = written(word_V - bit_V, state);
    // as a root of 0 may be in the equations: the model itself knows what to do there
    return Number.isNaN(moved) ? plain(word_V - bit_V, state) : moved;
  };
}

/** A rate's equation as one function of voltage and state; undefined where a model has none, or none may be made. */
function writtenRate({
  equations,
  parameters,
}: ElementModel): ((voltage_V: number, state: number) => number) | undefined {
  if (equations?.rate === undefined || equations.series !== undefined) return undefined;
  const values = new Map(parameters.map(({ name, value }) => [name, value]));
  const followed = substitute(equations.rate, (key) => (key === 'i' ? equations.current : undefined));
  const frozen = substitute(followed, (key) => values.get(key));
  const indexOf = new Map([
    ['v', 0],
    ['x', 1],
  ]);
  if (variablesOf(frozen).some((key) => !indexOf.has(key))) return undefined;
  const made = generateLaw(frozen, [], indexOf);
  if (made === undefined) return undefined;
  const at = new Float64Array(2);
  const none = new Float64Array(0);
  return (voltage_V, state) => {
    at[0] = voltage_V;
    at[1] = state;
    return made.law(at, none, made.constants);
  };
}
