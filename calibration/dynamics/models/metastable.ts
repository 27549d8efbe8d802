import { MetastableSwitch, thermalVoltage_V } from '../../../devices/elements/index.js';
import type { LoopModel, LoopParameter, LoopScale } from '../loop-model.js';
import { resistances } from './bounds.js';

const perKelvin_V = thermalVoltage_V(1);

function switches(scale: LoopScale): LoopParameter[] {
  const { highest_V, lowest_V, step_s, span_s } = scale;
  const volts = { spacing: 'linear', unit: 'V' } as const;
  return [
    ...resistances(scale, 2),
    { name: 'v_on_V', element: 'v_on_V', low: 0.01 * highest_V, high: 1.5 * highest_V, ...volts },
    { name: 'v_off_V', element: 'v_off_V', low: -0.01 * lowest_V, high: -1.5 * lowest_V, ...volts },
    { name: 'tau_s', element: 'tau_s', low: 1e-5 * step_s, high: 100 * span_s, spacing: 'log', unit: 's' },
    {
      name: 'v_t_V',
      element: 'temperature_K',
      factor: 1 / perKelvin_V,
      low: 0.003 * (highest_V - lowest_V),
      high: 0.3 * (highest_V - lowest_V),
      spacing: 'log',
      unit: 'V',
    },
  ];
}

function switchStarts({ highest_V, lowest_V, g_high_S, g_low_S, span_s, step_s }: LoopScale): number[][] {
  const starts: number[][] = [];
  for (const share of [0.25, 0.5]) {
    for (const tau of [Math.sqrt(step_s * span_s) * 0.1, step_s * 0.3]) {
      starts.push([
        0.8 / g_high_S,
        1.5 / g_low_S,
        share * highest_V,
        -share * lowest_V,
        tau,
        0.03 * (highest_V - lowest_V),
      ]);
    }
  }
  return starts;
}

/** Mean metastable switch with a V_T of its own, Nugent & Molter (2014). */
export const metastable: LoopModel = {
  name: 'mss',
  title: 'metastable switch',
  element: new MetastableSwitch({ r_on_ohm: 1, r_off_ohm: 1e12 }),
  parameters: switches,
  starts: switchStarts,
};

/** The same beside a Schottky contact of two exponentials. */
export const generalisedMetastable: LoopModel = {
  name: 'gmss',
  title: 'generalised metastable switch',
  element: new MetastableSwitch({ r_on_ohm: 1, r_off_ohm: 1e12, phi: 0.8 }),
  parameters: (scale) => {
    const contact = {
      low: 1e-4 * scale.current_A,
      high: 100 * scale.current_A,
      spacing: 'log',
      unit: 'A',
    } as const;
    const bend = { low: 0.01, high: 30, spacing: 'log', unit: '/V' } as const;
    return [
      ...switches(scale),
      { name: 'phi', element: 'phi', low: 0.05, high: 1, unit: '' },
      { name: 'alpha_forward_A', element: 'alphaForward_A', ...contact },
      { name: 'beta_forward_per_V', element: 'betaForward_per_V', ...bend },
      { name: 'alpha_reverse_A', element: 'alphaReverse_A', ...contact },
      { name: 'beta_reverse_per_V', element: 'betaReverse_per_V', ...bend },
    ];
  },
  starts: (scale) =>
    switchStarts(scale).map((start) => [
      ...start,
      0.85,
      0.02 * scale.current_A,
      1,
      0.02 * scale.current_A,
      1,
    ]),
};
