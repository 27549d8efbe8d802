import { inputError, Registry } from '../core/index.js';
import { type Cost, type CostParameters, type Floats, rivalOf } from '../devices/contract/index.js';

/** C of one sample, scores u and targets y as the cost takes them. */
export type CostFunction = (u: Float64Array, y: Float64Array, p: CostParameters) => number;

const sum = (u: Float64Array, term: (k: number) => number): number =>
  u.reduce((total, _, k) => total + term(k), 0);

/** The costs whose slopes `outputPulls` of the contract gives, by name. */
export const costFunctions = new Registry<CostFunction>('cost', {
  squared: (u, y) => sum(u, (k) => (u[k] - y[k]) ** 2) / 2,
  regression: (u, y, { weights }) => sum(u, (k) => (weights?.[k] ?? 1) * (u[k] - y[k]) ** 2) / 2,
  'cross-entropy': (u, y, { scale = 1 }) => {
    const most = u.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const whole = Math.log(sum(u, (k) => Math.exp((u[k] - most) / scale)));
    return scale ** 2 * sum(u, (k) => y[k] * (whole - (u[k] - most) / scale));
  },
  'squared-hinge': (u, y, { margin = 1 }) => sum(u, (k) => Math.max(0, margin - y[k] * u[k]) ** 2) / 2,
  hinge: (u, y, { margin = 1 }) => margin * sum(u, (k) => Math.max(0, margin - y[k] * u[k])),
  margin: (u, y, { margin = 1 }) => {
    const own = y.indexOf(1);
    const rival = rivalOf(u, own);
    return rival === undefined ? 0 : margin * Math.max(0, margin - u[own] + u[rival]);
  },
});

/** ½ Σ (v − y)² over a batch, V². */
export function costOf(outputs: Float64Array, targets: Float64Array): number {
  let total = 0;
  for (let e = 0; e < outputs.length; e++) total += (outputs[e] - targets[e]) ** 2;
  return total / 2;
}

/** A cost summed over a batch, V² (1 where states are dimensionless). @param outputs, targets `[batch × size]` */
export function costValue(
  { cost = 'squared', parameters = {} }: Cost,
  outputs: Floats,
  targets: Floats,
  size: number,
): number {
  const pairs = parameters.pairs === true;
  const n = pairs ? size / 2 : size;
  const value = costFunctions.get(cost);
  if (value === undefined) throw inputError('cost.unknown', `cost: nobody says what "${cost}" comes to`);
  const u = new Float64Array(n);
  const y = new Float64Array(n);
  let total = 0;
  for (let from = 0; from < outputs.length; from += size) {
    for (let k = 0; k < n; k++) {
      const at = from + (pairs ? 2 * k : k);
      u[k] = pairs ? outputs[at] - outputs[at + 1] : outputs[at];
      y[k] = targets[at];
    }
    total += value(u, y, parameters);
  }
  return total;
}
