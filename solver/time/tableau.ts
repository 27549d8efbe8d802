/**
 * A singly diagonal implicit Runge–Kutta method whose first stage is explicit and whose last stage is the answer (ESDIRK):
 * every implicit stage has the same matrix, and stiff parts are damped.
 */
export interface Tableau {
  readonly name: string;
  readonly source: string;
  readonly order: number;
  /** The error estimate shrinks with this power of the step. */
  readonly errorOrder: number;
  /** Stage times as shares of the step. */
  readonly c: readonly number[];
  /** Rows of the stages; the last is the answer. */
  readonly a: readonly (readonly number[])[];
  /** Diagonal entry. */
  readonly diagonal: number;
  /** The answer's weights less those of the embedded method. */
  readonly error: readonly number[];
}

function tableau(
  fields: Pick<Tableau, 'name' | 'source' | 'order' | 'errorOrder'>,
  a: readonly (readonly number[])[],
  embedded: readonly number[],
): Tableau {
  const weights = a[a.length - 1];
  return {
    ...fields,
    a,
    c: a.map((row) => row.reduce((sum, entry) => sum + entry, 0)),
    diagonal: weights[weights.length - 1],
    error: weights.map((weight, k) => weight - embedded[k]),
  };
}

const g3 = 1767732205903 / 4055673282236;

/** Third order in three implicit stages, with an estimate of second. */
export const esdirk3 = tableau(
  {
    name: 'ESDIRK3(2)4L[2]SA',
    source: 'Kennedy & Carpenter, Appl. Numer. Math. 44:139 (2003)',
    order: 3,
    errorOrder: 3,
  },
  [
    [0],
    [g3, g3],
    [2746238789719 / 10658868560708, -640167445237 / 6845629431997, g3],
    [1471266399579 / 7840856788654, -4482444167858 / 7529755066697, 11266239266428 / 11593286722821, g3],
  ],
  [
    2756255671327 / 12835298489170,
    -10771552573575 / 22201958757719,
    9247589265047 / 10645013368117,
    2193209047091 / 5459859503100,
  ],
);
