import { NormalizedVteam } from '../../../devices/elements/index.js';
import type { LoopModel } from '../loop-model.js';
import { power, resistances, speedOf } from './bounds.js';

/** VTEAM normalised: conductances in parallel, a sinh current, soft windows (Kvatinsky et al. 2015). */
export const vteam: LoopModel = {
  name: 'vteam',
  title: 'VTEAM, normalised',
  element: new NormalizedVteam({ r_on_ohm: 1, r_off_ohm: 1e12 }),
  parameters: (scale) => {
    const { highest_V, lowest_V } = scale;
    const speed = speedOf(scale);
    return [
      ...resistances(scale, 5),
      {
        name: 'b_per_V',
        element: 'b_per_V',
        low: 0,
        high: 12 / Math.max(highest_V, -lowest_V),
        zeroCounts: true,
        unit: '/V',
      },
      { name: 'k_set', element: 'k_set', ...speed },
      { name: 'k_reset', element: 'k_reset', ...speed },
      { name: 'v_set_V', element: 'v_set_V', low: 0.02 * highest_V, high: 0.98 * highest_V, unit: 'V' },
      { name: 'v_reset_V', element: 'v_reset_V', low: -0.02 * lowest_V, high: -0.98 * lowest_V, unit: 'V' },
      { name: 'alpha_set', element: 'alpha_set', ...power },
      { name: 'alpha_reset', element: 'alpha_reset', ...power },
      { name: 'p', element: 'p', low: 0.05, high: 10, spacing: 'log', unit: '' },
    ];
  },
  starts: ({ highest_V, lowest_V, g_high_S, g_low_S, span_s }) => {
    const starts: number[][] = [];
    for (const share of [0.15, 0.35]) {
      for (const rate of [3 / span_s, 30 / span_s]) {
        starts.push([
          1 / g_high_S,
          1.5 / g_low_S,
          1 / Math.max(highest_V, -lowest_V),
          rate,
          rate,
          share * highest_V,
          -share * lowest_V,
          1,
          1,
          1,
        ]);
      }
    }
    return starts;
  },
};
