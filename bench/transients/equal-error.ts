/** An error and the time that it was had for. */
export interface Cost {
  readonly error: number;
  readonly seconds: number;
}

/**
 * What an error costs by a program's own curve: log time over log error between its points, those left out that others beat in both.
 * Errors larger than all of them cost what the cheapest point does; smaller ones nobody knows.
 */
export function costOf(error: number, points: readonly Cost[]): number | undefined {
  const best = points
    .filter((one) => !points.some((other) => other !== one && beats(other, one)))
    .sort((a, b) => a.error - b.error);
  const above = best.findIndex((one) => one.error >= error);
  if (above < 0) return best[best.length - 1]?.seconds;
  if (best[above].error === error) return best[above].seconds;
  if (above === 0) return undefined;
  const [low, high] = [best[above - 1], best[above]];
  const share = Math.log(error / low.error) / Math.log(high.error / low.error);
  return low.seconds * (high.seconds / low.seconds) ** share;
}

const beats = (a: Cost, b: Cost): boolean =>
  a.error <= b.error && a.seconds <= b.seconds && (a.error < b.error || a.seconds < b.seconds);
