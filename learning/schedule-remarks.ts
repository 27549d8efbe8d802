import { factorAt, type Schedule } from './schedule.js';

/** What of a schedule a run of so many epochs does not come to: one sentence each. */
export function scheduleRemarks({ rate, beta, estimator }: Schedule, epochs: number): string[] {
  const curves = [
    ['the rate', rate],
    ['β', beta],
  ] as const;
  const run = epochs === 1 ? 'the only epoch' : `${epochs} epochs`;
  return [
    ...curves.flatMap(([what, curve]) => {
      if (curve === undefined) return [];
      const factors = Array.from({ length: epochs }, (_, done) => factorAt(curve, done + 1, epochs));
      const warmUp = curve.reduce((n, part) => (part.kind === 'warm-up' ? Math.max(n, part.epochs) : n), 0);
      if (warmUp >= epochs) {
        return [`schedule: ${what} is still rising when ${run} end: its warm-up takes ${warmUp} epochs`];
      }
      if (epochs > 1 && factors.some((factor) => factor !== factors[0])) return [];
      const steps = curve.flatMap((part) => (part.kind === 'step' ? [part.epochs] : []));
      if (steps.length === 0) return [];
      return [
        `schedule: ${what} does not change in ${run}: its first step is after epoch ${Math.min(...steps)}`,
      ];
    }),
    ...(estimator ?? []).slice(1).flatMap(({ name }, n) => {
      const before = (estimator ?? []).slice(0, n + 1).reduce((sum, one) => sum + one.epochs, 0);
      if (before < epochs) return [];
      return [
        `schedule: the estimator ${name} is never used: it would begin after epoch ${before} of ${epochs}`,
      ];
    }),
  ];
}
