/** `conductance (µS)`, or the bare name of what has no unit. */
export function axisTitle(quantity: string, unit: string): string {
  return unit === '' ? quantity : `${quantity} (${unit})`;
}
