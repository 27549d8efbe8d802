/** A share to three digits, as people read it; `unknown` of one that is not a number. */
export const percent = (share: number): string =>
  Number.isNaN(share) ? 'unknown' : share === 0 ? '0 %' : `${(100 * share).toPrecision(3)} %`;
