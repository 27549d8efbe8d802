/** An embedded Runge–Kutta pair: nodes, coefficients, and the difference of both orders' weights. */
export interface Tableau {
  readonly c: readonly number[];
  readonly a: readonly (readonly number[])[];
  readonly error: readonly number[];
}

/** Dormand & Prince, J. Comput. Appl. Math. 6:19 (1980): orders 5 and 4; its last stage is the solution. */
export const dormandPrince: Tableau = {
  c: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
  a: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ],
  error: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
};

/** One step of a scalar equation whose state is clipped in every stage; `next` and `error_per_s` say what it gave. */
export class RungeKuttaStep {
  next = 0;
  /** Error of the step divided by its length. */
  error_per_s = 0;
  private readonly k: Float64Array;

  constructor(
    private readonly tableau: Tableau,
    private readonly rate: (t: number, x: number) => number,
    private readonly clip: (x: number) => number,
  ) {
    this.k = new Float64Array(tableau.c.length);
  }

  take(t: number, x: number, h: number): void {
    const { k, tableau } = this;
    const { a, c, error } = tableau;
    let errorSum = 0;
    let next = x;
    for (let stage = 0; stage < c.length; stage++) {
      let sum = 0;
      for (let j = 0; j < stage; j++) sum += a[stage][j] * k[j];
      next = this.clip(x + h * sum);
      k[stage] = this.rate(t + c[stage] * h, next);
      errorSum += error[stage] * k[stage];
    }
    this.next = next;
    this.error_per_s = errorSum;
  }
}
