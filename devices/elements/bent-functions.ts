import { apply, type Expression, minus, plus, times, when } from '../../core/expression/index.js';

// Exponentials that go on as straight lines, so that a solver's wild guesses do not overflow.

/** u, kept between −bend and bend. */
export function clipped(u: Expression, bend: number): Expression {
  return apply('max', -bend, apply('min', bend, u));
}

/** sinh u up to |u| = bend, beyond it the tangent there. */
export function bentSinh(u: Expression, bend: number): Expression {
  const size = apply('abs', u);
  const beyond = plus(Math.sinh(bend), times(minus(size, bend), Math.cosh(bend)));
  return when(apply('lessOrEqual', size, bend), apply('sinh', u), times(apply('sign', u), beyond));
}
