/** `12.34 %` of a share. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
