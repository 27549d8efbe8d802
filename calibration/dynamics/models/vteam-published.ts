import { mirrored, Vteam, type VteamParameters } from '../../../devices/elements/index.js';
import type { LoopModel } from '../loop-model.js';
import { power, resistances, speedOf } from './bounds.js';

/** VTEAM as Kvatinsky et al. (2015) wrote it, over the way from ON, 0, to OFF, 1, at whose ends it stops; set at negative voltages. */
const published = (mixing: VteamParameters['mixing']): LoopModel => ({
  name: `vteam-${mixing}`,
  title: `VTEAM as published, ${mixing} resistance`,
  inFile: `vteam-${mixing}`,
  turned: true,
  element: mirrored(
    new Vteam({ r_on_ohm: 1, r_off_ohm: 1e12, x_on: 0, x_off: 1, unit: '1', mixing, initial: 1 }),
  ),
  parameters: (scale) => {
    const { highest_V, lowest_V } = scale;
    const speed = speedOf(scale);
    return [
      ...resistances(scale, 5),
      // signs as published: k_on and v_on are negative
      { name: 'minus_k_on', element: 'k_on', factor: -1, ...speed },
      { name: 'k_off', element: 'k_off', ...speed },
      {
        name: 'minus_v_on_V',
        element: 'v_on_V',
        factor: -1,
        low: 0.02 * highest_V,
        high: 0.98 * highest_V,
        unit: 'V',
      },
      { name: 'v_off_V', element: 'v_off_V', low: -0.02 * lowest_V, high: -0.98 * lowest_V, unit: 'V' },
      { name: 'alpha_on', element: 'alpha_on', ...power },
      { name: 'alpha_off', element: 'alpha_off', ...power },
    ];
  },
  starts: ({ highest_V, lowest_V, g_high_S, g_low_S, span_s }) =>
    [0.15, 0.35].flatMap((share) =>
      [3 / span_s, 30 / span_s].map((rate) => [
        1 / g_high_S,
        1.5 / g_low_S,
        rate,
        rate,
        share * highest_V,
        -share * lowest_V,
        1,
        1,
      ]),
    ),
});

/** With a resistance that is linear in the state, and exponential. */
export const publishedVteams: readonly LoopModel[] = [published('linear'), published('exponential')];
