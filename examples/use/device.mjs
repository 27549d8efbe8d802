// A device: a network that comes to rest by a formula. Here outputs v_k average the inputs and their inverses, z = (x, -x), weighted by
// conductances g_ik, with one more to ground: the minimum of E = 1/2 sum g_ik (z_i - v_k)^2 + 1/2 sum g0_k v_k^2.
//
//   ohmprop train --use ./device.mjs --device averaging --data iris
//   ohmprop gradcheck averaging --use ./device.mjs --data iris

const both = (x) => [...x, ...x.map((xi) => -xi)];

/** @type {import('ohmprop/use').Module} */
export default {
  devices: {
    averaging: {
      // What it is trained by where nobody says otherwise: beta in S, rates in S²/V².
      training: { beta: 2e-5, conductanceRates: 2e-7, batch: 4, epochs: 20, rateDecay: 1 },
      coding: {
        input: { scale: 'range', low: -1, high: 1 },
        target: { kind: 'one-hot', off: 0, on: 0.3 },
        readOut: 'arg-max',
      },
      parameters: ({ inputs, outputs }) => ({
        g: { shape: [2 * inputs, outputs], min: 0, max: 1e-3, start: [5e-5, 1.5e-4] },
        g0: { shape: [outputs], min: 1e-4, max: 1e-3, start: [1e-4, 2e-4] },
      }),
      // Into output k flows current[k] - conductance[k]·v_k: the nudge; both are 0 in a free phase.
      settle({ g, g0 }, x, v, { current, conductance }) {
        for (let k = 0; k < v.length; k++) {
          const z = both(x).map((zi, i) => [g[i * v.length + k], zi]);
          const all = z.reduce((sum, [gi]) => sum + gi, g0[k] + conductance[k]);
          v[k] = z.reduce((sum, [gi, zi]) => sum + gi * zi, current[k]) / all;
        }
      },
      // What each conductance sees itself: half the square of the voltage across it.
      slopes(_, x, v, { g, g0 }) {
        for (const [i, zi] of both(x).entries()) for (const k of v.keys()) g[i * v.length + k] = (zi - v[k]) ** 2 / 2;
        for (const k of v.keys()) g0[k] = v[k] ** 2 / 2;
      },
      lowestNudge: ({ g0 }) => -Math.min(...g0),
    },
  },
};
