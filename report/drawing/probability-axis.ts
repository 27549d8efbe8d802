import { normalQuantile } from '../../core/index.js';
import type { Axis, Tick } from './axis.js';

/** The law whose distribution function is a straight line on the paper: over the logarithm of the quantity both times. */
export type ProbabilityPaper = 'weibull' | 'lognormal';

/** Shares that are labelled, as far as there is room; the first ones first. */
const LABELLED = [0.5, 0.1, 0.9, 0.01, 0.99, 0.001, 0.999, 0.25, 0.75, 0.05, 0.95];

/** Share F of a distribution as its place on the paper: ln(−ln(1 − F)), or the standard normal quantile. NaN outside 0 … 1. */
export function probabilityPlace(paper: ProbabilityPaper, share: number): number {
  if (!(share > 0 && share < 1)) return Number.NaN;
  return paper === 'weibull' ? Math.log(-Math.log1p(-share)) : normalQuantile(share);
}

/** An axis of shares, 0 to 1, labelled in per cent. */
export function probabilityAxis(
  paper: ProbabilityPaper,
  domain: readonly [low: number, high: number],
  title?: string,
): Axis {
  const [low, high] = domain.map((share) => probabilityPlace(paper, share));
  const at = (share: number) => (probabilityPlace(paper, share) - low) / (high - low);
  return {
    ...(title === undefined ? {} : { title }),
    at,
    ticks(count) {
      const chosen: Tick[] = [];
      for (const share of LABELLED) {
        const place = at(share);
        if (place < 0 || place > 1 || chosen.length >= count) continue;
        if (chosen.some((tick) => Math.abs(tick.at - place) < 0.9 / Math.max(count, 1))) continue;
        chosen.push({ at: place, label: String(Number((100 * share).toPrecision(4))) });
      }
      return chosen.sort((a, b) => a.at - b.at);
    },
    grid: true,
    names: false,
  };
}
