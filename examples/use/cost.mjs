// A cost: what is descended. Here half the squared error, but only beyond a tolerance: outputs that are within a tenth of the margin
// are left in peace. Its slope is what nudges the outputs; `gradcheck` compares it with the value.
//
//   ohmprop train --use ./cost.mjs --preset iris --cost tolerant --nudge current-held
//   ohmprop gradcheck --use ./cost.mjs --preset iris --cost tolerant --nudge current-held

/** Share of --cost-margin that an output may be off. */
const LEFT_ALONE = 0.1;

/** How far an output is beyond what is left alone, signed. */
const beyond = (v, y, margin) => Math.sign(v - y) * Math.max(0, Math.abs(v - y) - LEFT_ALONE * margin);

/** @type {import('ohmprop/use').Module} */
export default {
  costs: {
    tolerant: {
      help: 'half the squared error beyond a tenth of --cost-margin',
      // 'voltages', where targets are volts; 'classes', where they are 1 or 0; 'signs', where they are 1 or -1.
      targets: 'voltages',
      // numbers.margin is --cost-margin, else how far the targets of a class and of the others are apart.
      needs: 'margin',
      // The largest second derivative by an output; it lets outputs be pulled live as well (--nudge current).
      curvature: 1,
      value: (v, y, { margin }) => v.reduce((sum, vk, k) => sum + beyond(vk, y[k], margin) ** 2 / 2, 0),
      slope(v, y, { margin }, out) {
        for (let k = 0; k < v.length; k++) out[k] = beyond(v[k], y[k], margin);
      },
    },
  },
};
