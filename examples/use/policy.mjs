// A policy: how a wanted change of each cell becomes pulses. Here with a momentum: what updates want adds up and fades, and a
// cell is pulsed once that is worth a whole nominal step where it stands.
//
//   ohmprop train --use ./policy.mjs --preset iris --cells linear --policy patient
//   ohmprop study --use ./policy.mjs --seeds 3 --axis cells.policy=patient,sign -- train --preset iris --cells linear

/** Share of the sum that an update leaves there. */
const FADES = 0.9;

/** @type {import('ohmprop/use').Module} */
export default {
  policies: {
    patient: {
      help: 'wanted changes add up and fade; a cell is pulsed by the whole steps that its sum holds',
      // Numbers kept for each cell from update to update; they are in checkpoints, so that a resumed run goes on bit for bit.
      keeps: ['sum'],
      // Cells come in blocks. States and changes are shares of the cell's range: 0 is g_min, 1 is g_max.
      plan({ count, wanted, states, pulses, kept: [sum], up, down }) {
        for (let c = 0; c < count; c++) {
          sum[c] = FADES * sum[c] + wanted[c];
          const step = Math.max(1e-6, Math.abs(sum[c] > 0 ? up(states[c]) : down(states[c])));
          pulses[c] = Math.sign(sum[c]) * Math.floor(Math.abs(sum[c]) / step);
          sum[c] -= pulses[c] * step;
        }
      },
    },
  },
};
