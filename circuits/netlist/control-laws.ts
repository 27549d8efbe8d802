import { inputError } from '../../core/index.js';
import type { ControlLaw } from './equations.js';

/** value = gain · control. */
export function linearGain(gain: number): ControlLaw {
  if (!Number.isFinite(gain)) throw inputError('netlist.gain', `a gain must be a finite number, got ${gain}`);
  return {
    linear: true,
    evaluate(controls, partials) {
      partials[0] = gain;
      return gain * controls[0];
    },
    text: ([control]) => `${gain}*${control}`,
  };
}

/**
 * The polynomial of SPICE's POLY(n): coefficients of 1, x1 … xn, then of all products of two, of three … in
 * lexicographic order. One lone coefficient is that of x1, as in SPICE2.
 */
export function polynomial(dimensions: number, coefficients: readonly number[]): ControlLaw {
  const terms = monomials(dimensions, coefficients.length === 1 ? [0, coefficients[0]] : coefficients);
  return {
    linear: terms.every((term) => term.factors.length === 1),
    evaluate(controls, partials) {
      partials.fill(0, 0, dimensions);
      let sum = 0;
      for (const { coefficient, factors } of terms) {
        let product = coefficient;
        for (const factor of factors) product *= controls[factor];
        sum += product;
        for (let skip = 0; skip < factors.length; skip++) {
          let rest = coefficient;
          for (let k = 0; k < factors.length; k++) if (k !== skip) rest *= controls[factors[k]];
          partials[factors[skip]] += rest;
        }
      }
      return sum;
    },
    text: (controls) =>
      terms.length === 0
        ? '0'
        : terms
            .map(({ coefficient, factors }) =>
              [`(${coefficient})`, ...factors.map((f) => controls[f])].join('*'),
            )
            .join('+'),
  };
}

interface Monomial {
  readonly coefficient: number;
  readonly factors: readonly number[];
}

function monomials(dimensions: number, coefficients: readonly number[]): Monomial[] {
  const found: Monomial[] = [];
  let next = 0;
  for (let order = 0; next < coefficients.length; order++) {
    const factors = new Array<number>(order).fill(0);
    for (let more = true; more && next < coefficients.length; next++) {
      if (coefficients[next] !== 0) found.push({ coefficient: coefficients[next], factors: [...factors] });
      more = nextNonDecreasing(factors, dimensions);
    }
  }
  return found;
}

/** The next non-decreasing index list of the same length; false after the last. */
function nextNonDecreasing(factors: number[], dimensions: number): boolean {
  let k = factors.length - 1;
  while (k >= 0 && factors[k] === dimensions - 1) k--;
  if (k < 0) return false;
  factors.fill(factors[k] + 1, k);
  return true;
}
