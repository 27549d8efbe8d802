import { inputError, nearestWord } from '../../core/index.js';
import type { Parameter } from '../estimates/index.js';

/** Parameters in their order. */
type Values = Float64Array | readonly number[];

/** Points that a law is fitted to, and what they are measured against. */
export interface BranchShape {
  readonly voltage_V: Float64Array;
  readonly current_A: Float64Array;
  /** Largest magnitudes. */
  readonly most_V: number;
  readonly most_A: number;
}

/** Current over voltage without an offset, as a cell file holds it (calibration/cell-files, step-laws): plain data. */
export type StaticLaw =
  | { readonly kind: 'ohmic'; readonly conductance_S: number }
  | { readonly kind: 'sinh' | 'exponential'; readonly current_A: number; readonly per_V: number }
  | { readonly kind: 'power'; readonly current_A: number; readonly exponent: number }
  | { readonly kind: 'table'; readonly voltage_V: number[]; readonly current_A: number[] };

/** A law with parameters. All are odd: the current turns round with the voltage. */
export interface BranchModel {
  readonly name: 'ohmic' | 'sinh' | 'exponential' | 'power';
  /** In words, as a methods paragraph prints it. */
  readonly law: string;
  parameters(shape: BranchShape): readonly Parameter[];
  /** Shapes to begin from: all parameters but the first, which follows from them. */
  readonly shapes: (shape: BranchShape) => readonly (readonly number[])[];
  /** Current [A] at v [V]; proportional to the first parameter. */
  current(values: Values, v: number): number;
  asLaw(values: Values): StaticLaw;
}

/** Of the slope of the largest current: no cell conducts more or less at small voltages. */
const DECADES = 1e9;
/** Bends at which a curve is straight to a part in a million, and at which it is a wall. */
const [LEAST_BEND, MOST_BEND] = [1e-3, 60];

const slope = ({ most_A, most_V }: BranchShape): Parameter => ({
  name: 'conductance_S',
  low: most_A / most_V / DECADES,
  high: (most_A / most_V) * 1e3,
  spacing: 'log',
});
const bend = ({ most_V }: BranchShape): Parameter => ({
  name: 'per_V',
  low: LEAST_BEND / most_V,
  high: MOST_BEND / most_V,
  spacing: 'log',
});
const bends = ({ most_V }: BranchShape) => [0.3, 1, 3, 8, 20].map((b) => [b / most_V]);

/** Laws from the simplest; `table` is none of them: it is the data. */
export const branchModels: readonly BranchModel[] = [
  {
    name: 'ohmic',
    law: 'I = G·V',
    parameters: (shape) => [slope(shape)],
    shapes: () => [[]],
    current: ([g], v) => g * v,
    asLaw: ([conductance_S]) => ({ kind: 'ohmic', conductance_S }),
  },
  {
    name: 'sinh',
    law: 'I = (G/b)·sinh(b·V), G the conductance at 0 V',
    parameters: (shape) => [slope(shape), bend(shape)],
    shapes: bends,
    current: ([g, b], v) => (g / b) * Math.sinh(b * v),
    asLaw: ([g, b]) => ({ kind: 'sinh', current_A: g / b, per_V: b }),
  },
  {
    name: 'exponential',
    law: 'I = ±(G/b)·(e^(b·|V|) − 1), G the conductance at 0 V',
    parameters: (shape) => [slope(shape), bend(shape)],
    shapes: bends,
    current: ([g, b], v) => Math.sign(v) * (g / b) * Math.expm1(b * Math.abs(v)),
    asLaw: ([g, b]) => ({ kind: 'exponential', current_A: g / b, per_V: b }),
  },
  {
    name: 'power',
    law: 'I = ±c·|V|^m, c the current at 1 V',
    parameters: ({ most_A, most_V }) => {
      const ends = [0.1, 20].map((m) => most_A / most_V ** m);
      return [
        {
          name: 'current_A',
          low: Math.min(...ends) / 1e3,
          high: Math.max(...ends) * 1e3,
          spacing: 'log',
        },
        { name: 'exponent', low: 0.1, high: 20 },
      ];
    },
    shapes: () => [[1], [1.5], [2], [3], [6]],
    current: ([c, m], v) => Math.sign(v) * c * Math.abs(v) ** m,
    asLaw: ([current_A, exponent]) => ({ kind: 'power', current_A, exponent }),
  },
];

/** Name of a law of current over voltage. */
export type BranchModelName = BranchModel['name'] | 'table';

const names: readonly string[] = [...branchModels.map(({ name }) => name), 'table'];

/** Whether a law of current over voltage has that name. */
export const isBranchModelName = (name: string): name is BranchModelName => names.includes(name);

/** The law of that name. @throws `branches.model`, exit code 2, with the nearest name */
export function branchModel(name: string): BranchModel {
  const found = branchModels.find((model) => model.name === name);
  if (found !== undefined) return found;
  const near = nearestWord(name, [...names]);
  throw inputError(
    'branches.model',
    `a law of current over voltage is one of ${names.join(', ')}; got ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}
