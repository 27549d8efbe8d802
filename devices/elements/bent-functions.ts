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

/** `bentSinh` in numbers, with its slope; both from a single exponential, to a few units of the last place. */
export class BentSinh {
  value = 0;
  slope = 1;
  private of = 0;

  constructor(private readonly bend: number) {}

  /** Fills both for `u`. */
  at(u: number): void {
    if (u === this.of) return;
    this.of = u;
    const size = Math.abs(u);
    const most = Math.min(size, this.bend);
    const e = Math.expm1(most);
    const shrunk = e / (e + 1);
    this.slope = 1 + 0.5 * e * shrunk;
    this.value = Math.sign(u) * (0.5 * (e + shrunk) + (size - most) * this.slope);
  }
}
