// A cell that moves in pulses, and beside it a model of current and state that pulses of your own move.
//
//   ohmprop cell list --use ./cell.mjs
//   ohmprop cell pulse leaky-oxide --use ./cell.mjs
//   ohmprop train --use ./cell.mjs --preset iris --cells leaky-oxide --policy accumulate
//   ohmprop cell sweep slow-oxide --use ./cell.mjs -o loop.svg
//   ohmprop train --use ./cell.mjs --preset iris --cells slow-oxide --pulse +1.2V,1ms,-1.2V,1ms

/** @type {import('ohmprop/use').Module} */
export default {
  cells: {
    'leaky-oxide': {
      source: 'made up: an example',
      g_min_S: 2e-6,
      g_max_S: 80e-6,
      // What one pulse does to the state, the share of the range: ever less towards the end that it goes to.
      up: (state) => 0.02 * (1 - state) ** 1.5,
      down: (state) => -0.03 * state,
      // Of each cell's step, from cell to cell, and of each pulse's.
      spreads: { d2dStep: 0.1, c2c: 0.05 },
      pulse: {
        potentiation: { amplitude_V: 1.1, width_s: 1e-6 },
        depression: { amplitude_V: -1.3, width_s: 1e-6 },
      },
    },
  },
  elements: {
    'slow-oxide': {
      source: 'made up: an example',
      // I(v, x) in A and dx/dt in 1/s, over the parameters.
      current: 'v*(goff + (gon - goff)*x)',
      rate: 'k*sinh(v/v0)*x*(1 - x)',
      state: { low: 0.01, high: 0.99, initial: 0.5 },
      parameters: { gon: 1e-4, goff: 2e-6, k: 2, v0: 0.4 },
    },
  },
};
