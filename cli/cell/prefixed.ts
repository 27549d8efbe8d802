import { type DisplayUnit, displayUnit } from '../../core/index.js';

/** The SI prefix that shows the largest of some values best. */
export function prefixed(values: Iterable<number>, unit: string): DisplayUnit {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return displayUnit(largest, unit);
}
