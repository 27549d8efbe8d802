/** `12.34 %` of a share; of one that nobody could count, where no answers were left, `unknown`. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return 'unknown';
  return `${(100 * share).toFixed(2)} %`;
}
