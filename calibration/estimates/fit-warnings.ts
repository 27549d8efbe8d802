import type { LeastSquares, Problem } from './least-squares.js';
import { scaledCondition } from './normal-equations.js';
import type { ProfileInterval } from './profile.js';

/** Two parameters that go together more than so are told to be one combination; so many such pairs are named. */
const [CORRELATED, MOST_PAIRS] = [0.95, 3];

/** Pairs of parameters `[j, k, correlation]` that the data hardly tells apart, the closest first. */
function correlatedPairs(correlation: ArrayLike<number>, size: number): [number, number, number][] {
  const pairs: [number, number, number][] = [];
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < j; k++) {
      const r = correlation[j * size + k];
      if (Math.abs(r) > CORRELATED) pairs.push([j, k, r]);
    }
  }
  return pairs.sort(([, , a], [, , b]) => Math.abs(b) - Math.abs(a));
}

/**
 * Sentences on where a fit ended.
 * @param apart searches ended far from each other @param correlation `[parameters × parameters]`, where the data allow one
 */
export function warningsOf(
  { parameters }: Problem,
  fit: LeastSquares,
  held: readonly boolean[],
  apart: boolean,
  correlation: ArrayLike<number> | undefined,
): string[] {
  const warnings: string[] = [];
  if (fit.status !== 'converged') {
    warnings.push(
      `the fit has not converged (${fit.status}, ${fit.iterations} iterations): its numbers are the best met, no result`,
    );
  }
  if (apart) warnings.push('searches from several starts end far apart with equally good fits');
  const size = parameters.length;
  if (correlation !== undefined) {
    const pairs = correlatedPairs(correlation, size);
    const told = pairs.slice(0, MOST_PAIRS).map(([j, k, r], at) => {
      const names = `${parameters[k].name} and ${parameters[j].name}`;
      return at === 0 ? `${names} are correlated by ${r.toFixed(3)}` : `${names} by ${r.toFixed(3)}`;
    });
    const more = pairs.length - told.length;
    if (more > 0) told.push(`and ${more} more pair${more === 1 ? '' : 's'} by over ${CORRELATED}`);
    if (told.length > 0) {
      const fixed = told.length === 1 ? 'a combination of them' : 'combinations of them';
      warnings.push(`${told.join(', ')}: the data fixes ${fixed}`);
    }
  }
  parameters.forEach(({ name }, j) => {
    if (fit.atBound[j] && held[j] !== true)
      warnings.push(`${name} lies at the bound of its search, ${fit.values[j].toPrecision(4)}`);
  });
  const condition = scaledCondition(fit.normal, size);
  if (held.every((is) => is !== true) && condition > 1e6) {
    warnings.push(
      `the data hardly tells the parameters apart (condition of the scaled Jacobian ${condition.toExponential(1)})`,
    );
  }
  return warnings;
}

/**
 * Intervals that closed where another parameter had come to a bound of its search, by that parameter; one that may be zero is there by
 * nature (a start state, a resistance) and says nothing.
 * @param profiles in the order of the parameters
 */
export function stoppedWarnings(
  { parameters }: Problem,
  profiles: readonly Pick<ProfileInterval, 'stopped'>[],
): string[] {
  return parameters.flatMap(({ name, zeroCounts = false }, k) => {
    const by = parameters.filter((_, j) => profiles[j]?.stopped.includes(k)).map((one) => one.name);
    return zeroCounts || by.length === 0
      ? []
      : [
          `${name} is at the bound of its search where the interval${by.length === 1 ? '' : 's'} of ${by.join(', ')} end${by.length === 1 ? 's' : ''}: beyond that bound ${by.length === 1 ? 'it' : 'they'} may go on`,
        ];
  });
}
