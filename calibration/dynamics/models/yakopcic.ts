import { Yakopcic } from '../../../devices/elements/index.js';
import type { LoopModel, LoopScale } from '../loop-model.js';

const made = new Yakopcic({
  gMaxP_A: 1,
  bMaxP_per_V: 1,
  gMaxN_A: 1,
  bMaxN_per_V: 1,
  gMinP_A: 0,
  bMinP_per_V: 1,
  gMinN_A: 0,
  bMinN_per_V: 1,
  aP: 1,
  aN: 1,
  vP_V: 0.1,
  vN_V: 0.1,
  alphaP: 1,
  alphaN: 1,
  xP: 0.5,
  xN: 0.5,
  eta: 1,
  initial: 0,
});

/** Generalised Yakopcic, with ON and OFF currents of their own in each polarity (TCAD 2013). */
export const yakopcic: LoopModel = {
  name: 'yakopcic',
  title: 'generalised Yakopcic',
  element: made,
  parameters: ({ highest_V, lowest_V, current_A, step_s, span_s }: LoopScale) => {
    const on = { low: 1e-6 * current_A, high: 100 * current_A, spacing: 'log', unit: 'A' } as const;
    const off = { low: 1e-9 * current_A, high: 10 * current_A, spacing: 'log', unit: 'A' } as const;
    const bend = (volts: number) =>
      ({ low: 0.1 / volts, high: 15 / volts, spacing: 'log', unit: '/V' }) as const;
    const speed = (volts: number) =>
      ({ low: 1e-3 / (span_s * volts), high: 1e4 / (step_s * volts), spacing: 'log', unit: '1/s' }) as const;
    const slowing = { low: 0.05, high: 30, spacing: 'log', unit: '' } as const;
    const share = { low: 0.01, high: 0.98, unit: '' } as const;
    return [
      { name: 'g_max_p_A', element: 'gMaxP_A', ...on },
      { name: 'b_max_p_per_V', element: 'bMaxP_per_V', ...bend(highest_V) },
      { name: 'g_max_n_A', element: 'gMaxN_A', ...on },
      { name: 'b_max_n_per_V', element: 'bMaxN_per_V', ...bend(-lowest_V) },
      { name: 'g_min_p_A', element: 'gMinP_A', ...off },
      { name: 'b_min_p_per_V', element: 'bMinP_per_V', ...bend(highest_V) },
      { name: 'g_min_n_A', element: 'gMinN_A', ...off },
      { name: 'b_min_n_per_V', element: 'bMinN_per_V', ...bend(-lowest_V) },
      { name: 'a_p', element: 'aP', ...speed(highest_V) },
      { name: 'a_n', element: 'aN', ...speed(-lowest_V) },
      { name: 'v_p_V', element: 'vP_V', low: 0, high: 0.98 * highest_V, unit: 'V' },
      { name: 'v_n_V', element: 'vN_V', low: 0, high: -0.98 * lowest_V, unit: 'V' },
      { name: 'alpha_p', element: 'alphaP', ...slowing },
      { name: 'alpha_n', element: 'alphaN', ...slowing },
      { name: 'x_p', element: 'xP', ...share },
      { name: 'x_n', element: 'xN', ...share },
    ];
  },
  starts: ({ highest_V, lowest_V, g_high_S, g_low_S, span_s }) => {
    const starts: number[][] = [];
    for (const share of [0.15, 0.4]) {
      for (const rate of [10 / span_s, 100 / span_s]) {
        const [p, n] = [1.5 / highest_V, -1.5 / lowest_V];
        starts.push([
          g_high_S / p,
          p,
          g_high_S / n,
          n,
          g_low_S / p,
          p,
          g_low_S / n,
          n,
          rate / highest_V,
          -rate / lowest_V,
          share * highest_V,
          -share * lowest_V,
          2,
          2,
          0.5,
          0.5,
        ]);
      }
    }
    return starts;
  },
};
