import { formatQuantity } from '../../core/index.js';
import type { Fit } from '../../learning/index.js';

/**
 * For people: `R² 0.9991, RMSE 12 µV`; of several columns each by its name.
 * @param unit of nodes: V, or 1
 */
export function fitText({ names = [], r2, rmse_V }: Fit, unit: string): string {
  const each = r2.map((share, k) => {
    const rmse = unit === 'V' ? formatQuantity(rmse_V[k], 'V') : Number(rmse_V[k].toPrecision(3));
    return `R² ${share.toFixed(4)}, RMSE ${rmse}`;
  });
  return each.length === 1 ? each[0] : each.map((text, k) => `${names[k] ?? k}: ${text}`).join('; ');
}
