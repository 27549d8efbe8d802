import { type Cost, costLaw, type Floats, outputPulls } from '../devices/contract/index.js';
import { costValue } from './cost-value.js';

/** Where the slope that a cost says is not that of its value. */
export interface WrongSlope {
  readonly sample: number;
  readonly output: number;
  /** ∂C/∂v as it says, and by differences of its value. */
  readonly said: number;
  readonly found: number;
}

/** Of the largest slope: differences of a cost are exact to some 1e-8. */
const MOST_OFF = 1e-3;

/**
 * Compares what a cost nudges by with differences of what it comes to, at every output. Where a cost has a kink nearby, differences of two
 * widths are not the same, and that output says nothing.
 * @param outputs, targets `[batch × size]`
 * @returns the worst; undefined where they are alike
 */
export function wrongSlopeOf(
  cost: Cost,
  outputs: Float64Array,
  targets: Floats,
  size: number,
): WrongSlope | undefined {
  const said = outputPulls(cost, outputs, targets, size).currents.map((pull) => -pull);
  const { parameters = {} } = cost;
  // Of classes and signs, targets are no voltages.
  const asVoltages =
    costLaw(cost.cost ?? 'squared').targets === 'voltages' ? Array.from(targets, Math.abs) : [];
  const size_V = Math.max(
    ...outputs.map(Math.abs),
    ...asVoltages,
    parameters.margin ?? 0,
    parameters.scale ?? 0,
  );
  const width = 1e-4 * (size_V || 1);
  const between = (at: number, h: number): number => {
    const sample = Math.floor(at / size);
    const y = targets.slice(sample * size, (sample + 1) * size);
    const costAt = (v: number): number => {
      const own = outputs.slice(sample * size, (sample + 1) * size);
      own[at % size] = v;
      return costValue(cost, own, y, size);
    };
    return (costAt(outputs[at] + h) - costAt(outputs[at] - h)) / (2 * h);
  };
  const found = outputs.map((_, at) => between(at, width));
  const largest = Math.max(...said.map(Math.abs), ...found.map(Math.abs));
  let worst: WrongSlope | undefined;
  for (let at = 0; at < outputs.length; at++) {
    const off = Math.abs(said[at] - found[at]);
    if (off <= MOST_OFF * largest || (worst !== undefined && off <= Math.abs(worst.said - worst.found)))
      continue;
    if (Math.abs(between(at, width / 4) - found[at]) > MOST_OFF * largest) continue;
    worst = { sample: Math.floor(at / size), output: at % size, said: said[at], found: found[at] };
  }
  return worst;
}
