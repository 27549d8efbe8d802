/** Multiply by `factor` and write `unit` behind. */
export interface DisplayUnit {
  readonly factor: number;
  readonly unit: string;
}

const prefixes: readonly (readonly [number, string])[] = [
  [1e-15, 'f'],
  [1e-12, 'p'],
  [1e-9, 'n'],
  [1e-6, 'µ'],
  [1e-3, 'm'],
  [1, ''],
  [1e3, 'k'],
  [1e6, 'M'],
  [1e9, 'G'],
];

/**
 * The unit in which a quantity of this size is read best, for instance 3.4e-6 and `S` → µS.
 * @param unit SI unit; `1` or empty where there is none
 */
export function displayUnit(largest: number, unit: string): DisplayUnit {
  if (unit === '1' || unit === '') return { factor: 1, unit: '' };
  const size = Math.abs(largest);
  if (!(size > 0) || !Number.isFinite(size)) return { factor: 1, unit };
  // 0.9995 and above are rounded up to the next prefix by three digits.
  const found = prefixes.findLast(([scale]) => size >= 0.9995 * scale) ?? prefixes[0];
  return { factor: 1 / found[0], unit: `${found[1]}${unit}` };
}

/** `conductance (µS)`, or the bare name of what has no unit. */
export function axisTitle(quantity: string, unit: string): string {
  return unit === '' ? quantity : `${quantity} (${unit})`;
}

/** A number for people: three significant digits and the fitting prefix, `3.40 µS`. */
export function formatQuantity(value: number, unit: string): string {
  if (!Number.isFinite(value)) return String(value);
  const display = displayUnit(value, unit);
  const digits = (value * display.factor).toPrecision(3).replace('-', '−');
  return display.unit === '' ? digits : `${digits} ${display.unit}`;
}
