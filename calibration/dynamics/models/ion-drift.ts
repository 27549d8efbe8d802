import {
  biolekWindow,
  joglekarWindow,
  LinearIonDrift,
  type StateWindow,
  strukovWindow,
  zhaWindow,
} from '../../../devices/elements/index.js';
import type { LoopModel, LoopScale } from '../loop-model.js';

/** Of the film: loops tell mobility over thickness² alone. */
const THICKNESS_m = 10e-9;

/** Linear ion drift (Strukov et al. 2008) under one window; its mobility is that of a film of 10 nm. */
const drift = (name: string, window: StateWindow): LoopModel => ({
  name: `drift-${name}`,
  title: `linear ion drift, window of ${name[0].toUpperCase()}${name.slice(1)}`,
  inFile: `ion-drift-${name}`,
  element: new LinearIonDrift({ r_on_ohm: 1, r_off_ohm: 1e12, thickness_m: THICKNESS_m, window }),
  parameters: ({ g_high_S, g_low_S, highest_V, step_s, span_s }: LoopScale) => {
    // x moves by µ·R_on/D²·i: once through in the loop, or in a thousandth of a step
    const mobility = THICKNESS_m ** 2 / highest_V;
    return [
      {
        name: 'r_on_ohm',
        element: 'r_on_ohm',
        low: 0.01 / g_high_S,
        high: 2 / g_high_S,
        spacing: 'log',
        unit: 'ohm',
      },
      {
        name: 'r_off_ohm',
        element: 'r_off_ohm',
        low: 0.5 / g_high_S,
        high: 1e3 / g_low_S,
        spacing: 'log',
        unit: 'ohm',
      },
      {
        name: 'mobility_m2_per_Vs',
        element: 'mobility_m2_per_Vs',
        low: (1e-3 * mobility) / span_s,
        high: (1e4 * mobility) / step_s,
        spacing: 'log',
        unit: 'm²/(V·s)',
      },
    ];
  },
  starts: ({ g_high_S, g_low_S, highest_V, span_s }) =>
    [1, 10, 100].flatMap((often) =>
      [0.3, 0.9].map((on) => [
        on / g_high_S,
        1.5 / g_low_S,
        (often * THICKNESS_m ** 2 * (g_high_S / g_low_S)) / (highest_V * span_s),
      ]),
    ),
});

/** Under each window that keeps the state inside; p = 2 where there is one. */
export const ionDrifts: readonly LoopModel[] = [
  drift('strukov', strukovWindow),
  drift('joglekar', joglekarWindow(2)),
  drift('biolek', biolekWindow(2)),
  drift('zha', zhaWindow(2)),
];
