import { displayUnit } from '../../core/index.js';
import { axisTitle } from '../axis-title.js';
import { type Axis, linearAxis, logAxis } from './axis.js';

/** What an axis of a physical quantity is told; values and domain are in the SI unit, labels in the one that reads best. */
export interface QuantityAxis {
  readonly quantity: string;
  /** SI unit; `1` where there is none. */
  readonly unit: string;
  readonly domain: readonly [low: number, high: number];
  readonly scale?: 'linear' | 'log';
  readonly grid?: boolean;
  readonly whole?: boolean;
  /** Only these are labelled. */
  readonly values?: readonly number[];
  /** Labels are in the SI unit itself, as powers of ten: of quantities that span many prefixes. */
  readonly bare?: boolean;
}

export function quantityAxis({
  quantity,
  unit,
  domain,
  scale = 'linear',
  grid,
  whole,
  values,
  bare = false,
}: QuantityAxis): Axis {
  const display = displayUnit(bare ? 1 : Math.max(...domain.map(Math.abs)), unit);
  const inner = (scale === 'log' ? logAxis : linearAxis)({
    domain: [domain[0] * display.factor, domain[1] * display.factor],
    title: axisTitle(quantity, display.unit),
    ...(grid === undefined ? {} : { grid }),
    ...(whole === undefined ? {} : { whole }),
    ...(values === undefined
      ? {}
      : { values: values.map((value) => Number((value * display.factor).toPrecision(12))) }),
  });
  return { ...inner, at: (value) => inner.at(value * display.factor) };
}

/** From the least to the largest finite value with some air; a domain of no width is widened. */
export function spread(values: Iterable<number>, { zero = false, margin = 0.04 } = {}): [number, number] {
  let low = zero ? 0 : Number.POSITIVE_INFINITY;
  let high = zero ? 0 : Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(low <= high)) return [0, 1];
  if (low === high) {
    const air = Math.abs(low) * 0.1 || 1;
    return zero ? [0, 1] : [low - air, high + air];
  }
  const air = (high - low) * margin;
  return [zero && low === 0 ? 0 : low - air, zero && high === 0 ? 0 : high + air];
}

/** The same for a logarithmic axis: from the least positive value to the largest, a little wider; a decade where there is none. */
export function logSpread(values: Iterable<number>, margin = 1.15): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const value of values) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > 0)) return [0.1, 1];
  const room = high / low < 1.5 ? 2 : margin;
  return [low / room, high * room];
}
