/** A candidate among models of the same data. */
export interface Candidate {
  readonly name: string;
  /** Σ residual² over the same n numbers for every candidate. */
  readonly rss: number;
  readonly parameters: number;
  /** Σ residual² that is nothing but rounding: exact data, on which no law is closer than another. */
  readonly rounding?: number;
  /** Root mean square error on data that it was not fitted to, where there is some. */
  readonly heldOut?: number;
}

/** Candidates beside each other, best first. */
export interface Comparison {
  readonly rows: readonly (Candidate & {
    readonly aic: number;
    /** Above the least; with an effective count of numbers. */
    readonly deltaAic: number;
  })[];
  readonly best: string;
  /** Others that the data cannot tell from the best. */
  readonly indistinguishable: readonly string[];
  /** By what the best was chosen. */
  readonly by: 'held-out data' | 'AIC' | 'least residuals, of too few independent points for AIC';
  readonly nEffective: number;
}

/** Errors below that share of the range are rounding: no instrument measures so. */
export const EXACT = 1e-9;

/** A difference in AIC that says nothing (Burnham and Anderson 2004: below 2 hardly any, from 4 on considerable). */
const NO_DIFFERENCE = 4;
const HARDLY = 2;
/** Held-out errors within this share of each other say nothing. */
const NO_BETTER = 0.02;
/** Of a model that AIC cannot judge: residuals by so much smaller, of so many numbers a parameter, are no luck. */
const [FAR_BETTER, A_PARAMETER] = [2, 5];

/**
 * Which model: held-out data first, then Akaike's criterion with as many numbers as the correlated ones are worth,
 * n_eff·ln(rss/n) + 2k·n_eff/(n_eff − k − 1); on thousands of correlated points plain AIC always takes the larger model. Where the misfit of
 * a small model is what makes numbers follow each other, it would rule out all larger ones: one with residuals half as large goes before it.
 */
export function compareModels(candidates: readonly Candidate[], n: number, nEffective: number): Comparison {
  const aicOf = ({ rss, rounding = 0, parameters: k }: Candidate): number => {
    const spare = nEffective - k - 1;
    // fewer numbers than parameters: no model that large can be judged
    const penalty = spare > 0 ? (2 * k * nEffective) / spare : Number.POSITIVE_INFINITY;
    return nEffective * Math.log(Math.max(rss, rounding, Number.MIN_VALUE) / n) + penalty;
  };
  const scored = candidates.map((c) => ({ ...c, aic: aicOf(c) }));
  const least = Math.min(...scored.map(({ aic }) => aic));
  const rows = scored.map((c) => ({
    ...c,
    deltaAic: Number.isFinite(c.aic) ? c.aic - least : Number.POSITIVE_INFINITY,
  }));
  const judged = rows.every(({ heldOut }) => heldOut !== undefined);
  const bestError = judged ? Math.min(...rows.map(({ heldOut }) => heldOut!)) : 0;
  const close = judged ? rows.filter(({ heldOut }) => heldOut! <= bestError * (1 + NO_BETTER)) : rows;
  const first = Math.min(...close.map(({ deltaAic }) => deltaAic));
  // of those that say the same, the one with the fewest parameters
  const [chosen] = close
    .filter(({ deltaAic }) => deltaAic - first < HARDLY || deltaAic === first)
    .sort((a, b) => a.parameters - b.parameters || a.deltaAic - b.deltaAic);
  const [nearest] = rows
    .filter(({ aic, parameters }) => !Number.isFinite(aic) && n >= A_PARAMETER * parameters)
    .sort((a, b) => a.rss - b.rss);
  const decided = judged && close.length < rows.length;
  const nearer =
    !decided &&
    nearest !== undefined &&
    nearest.rss * FAR_BETTER ** 2 < Math.max(chosen.rss, chosen.rounding ?? 0);
  const best = nearer ? nearest : chosen;
  return {
    rows: [...rows].sort(
      (a, b) =>
        Number(b === best) - Number(a === best) ||
        (a.heldOut ?? 0) - (b.heldOut ?? 0) ||
        a.deltaAic - b.deltaAic,
    ),
    best: best.name,
    indistinguishable: close
      .filter((c) => c !== best && Math.abs(c.deltaAic - best.deltaAic) < NO_DIFFERENCE)
      .map(({ name }) => name),
    by: decided ? 'held-out data' : nearer ? 'least residuals, of too few independent points for AIC' : 'AIC',
    nEffective,
  };
}
