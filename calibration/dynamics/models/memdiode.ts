import { Memdiode } from '../../../devices/elements/index.js';
import type { LoopModel, LoopScale } from '../loop-model.js';

/** The voltages of the set and reset flanks, over which their time constants change by e. */
const FLANKS = [0.04, 0.12] as const;

/** Dynamic memdiode, its steepness split evenly between the polarities unless the data say otherwise. */
export const memdiode: LoopModel = {
  name: 'memdiode',
  title: 'dynamic memdiode',
  element: new Memdiode({ i_off_A: Number.MIN_VALUE, i_on_A: 1 }),
  parameters: ({ highest_V, lowest_V, current_A, g_high_S, g_low_S, step_s, span_s }: LoopScale) => {
    const size_V = Math.max(highest_V, -lowest_V);
    const bend = { low: 0.05 / size_V, high: 20 / size_V, spacing: 'log', unit: '/V' } as const;
    const series = { low: 0, zeroCounts: true, unit: 'ohm' } as const;
    const time = { low: 1e-3 * step_s, high: 1e12 * span_s, spacing: 'log', unit: 's' } as const;
    const flank = (volts: number) =>
      ({ low: 0.01 * volts, high: 2 * volts, spacing: 'log', unit: 'V' }) as const;
    return [
      {
        name: 'i_on_A',
        element: 'i_on_A',
        low: 1e-5 * current_A,
        high: 100 * current_A,
        spacing: 'log',
        unit: 'A',
      },
      {
        name: 'i_off_A',
        element: 'i_off_A',
        low: 1e-4 * (g_low_S / g_high_S) * current_A,
        high: 10 * current_A,
        spacing: 'log',
        unit: 'A',
      },
      { name: 'alpha_on_per_V', element: 'alpha_on_per_V', ...bend },
      { name: 'alpha_off_per_V', element: 'alpha_off_per_V', ...bend },
      { name: 'r_on_ohm', element: 'r_on_ohm', ...series, high: 1 / g_high_S },
      { name: 'r_off_ohm', element: 'r_off_ohm', ...series, high: 1 / g_low_S },
      { name: 't_set_s', element: 't_set_s', ...time },
      { name: 'v_set_V', element: 'v_set_V', ...flank(highest_V) },
      { name: 't_reset_s', element: 't_reset_s', ...time },
      { name: 'v_reset_V', element: 'v_reset_V', ...flank(-lowest_V) },
    ];
  },
  // the flanks are where the voltage is half of its peak: T·e^(−V/V_S) is then a tenth of the loop
  starts: ({ highest_V, lowest_V, current_A, g_high_S, g_low_S, span_s }) =>
    FLANKS.flatMap((share) =>
      [0.4, 0.7].map((at) => {
        const size_V = Math.max(highest_V, -lowest_V);
        const alpha = 2 / size_V;
        const time = 0.1 * span_s * Math.exp(at / share);
        return [
          g_high_S / alpha,
          Math.max(g_low_S / alpha, 1e-9 * current_A),
          alpha,
          alpha,
          0.1 / g_high_S,
          0.1 / g_high_S,
          time,
          share * highest_V,
          time,
          -share * lowest_V,
        ];
      }),
    ),
};
