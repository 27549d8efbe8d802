import type { Problem } from './least-squares.js';

/** Bounds of a lag-1 correlation: beyond them a train is a drift, not noise. */
const CORRELATION = { name: 'lag-1 correlation', low: -0.95, high: 0.995, zeroCounts: true } as const;

/**
 * The same problem where the residuals of a train follow each other, r_t = ρ·r_{t−1} + e_t: exact Gaussian likelihood, as a least
 * squares of its own. With e_1 = r_1·√(1 − ρ²) in each train, −2ℓ = n·ln Σe² − m·ln(1 − ρ²) + constant for m trains; so
 * −2ℓ = n·ln Σẽ² with ẽ = e·(1 − ρ²)^(−m/2n), and the least Σẽ² is the maximum of the likelihood.
 * @param lengths residuals of each train, in order; they sum up to `count`
 * @param within bounds of ρ
 * @returns the problem with one parameter more, ρ, the last
 */
export function withCorrelation(
  problem: Problem,
  lengths: readonly number[],
  within: { readonly low: number; readonly high: number } = CORRELATION,
): Problem {
  const { count, parameters } = problem;
  const at = parameters.length;
  const own = problem.jacobian?.bind(problem);
  const plain = own === undefined ? undefined : new Float64Array(count);
  return {
    parameters: [...parameters, { ...CORRELATION, low: within.low, high: within.high }],
    count,
    ...(own === undefined || plain === undefined
      ? {}
      : {
          jacobian(values, columns, held) {
            const inner = values.subarray(0, at);
            own(inner, columns.slice(0, at), held);
            problem.residuals(inner, plain);
            const rho = values[at];
            const rest = 1 - rho * rho;
            const power = lengths.length / (2 * count);
            const weight = rest ** -power;
            // d(weight)/dρ = weight · 2ρ·power/(1 − ρ²)
            const growth = (2 * rho * power) / rest;
            let end = count;
            for (let train = lengths.length - 1; train >= 0; train--) {
              const begin = end - lengths[train];
              for (let j = 0; j <= at; j++) {
                const column = columns[j];
                if (j === at) {
                  for (let i = begin + 1; i < end; i++)
                    column[i] = weight * (growth * (plain[i] - rho * plain[i - 1]) - plain[i - 1]);
                  if (end > begin)
                    column[begin] =
                      weight * plain[begin] * (growth * Math.sqrt(rest) - rho / Math.sqrt(rest));
                  continue;
                }
                for (let i = end - 1; i > begin; i--) column[i] = weight * (column[i] - rho * column[i - 1]);
                if (end > begin) column[begin] *= weight * Math.sqrt(rest);
              }
              end = begin;
            }
          },
        }),
    residuals(values, out) {
      problem.residuals(values.subarray(0, parameters.length), out);
      const rho = values[parameters.length];
      const rest = 1 - rho * rho;
      const weight = rest ** (-lengths.length / (2 * count));
      let end = count;
      for (let train = lengths.length - 1; train >= 0; train--) {
        const begin = end - lengths[train];
        for (let i = end - 1; i > begin; i--) out[i] = weight * (out[i] - rho * out[i - 1]);
        if (end > begin) out[begin] *= weight * Math.sqrt(rest);
        end = begin;
      }
    },
  };
}

/** n independent numbers that n of lag-1 correlation ρ are worth, for a mean: n·(1 − ρ)/(1 + ρ); never more than n. */
export function effectiveCount(n: number, correlation: number): number {
  const rho = Math.min(0.999, Math.max(0, correlation));
  return Math.max(1, (n * (1 - rho)) / (1 + rho));
}
