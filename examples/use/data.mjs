// A data set: rows of numbers with a class each. Split 80/20 class by class, as a table is.
//
//   ohmprop train --use ./data.mjs --data rings:300

/** @type {import('ohmprop/use').Module} */
export default {
  data: {
    rings: {
      help: 'two rings around each other: so many points',
      argument: 'POINTS',
      load({ argument }) {
        const points = Number(argument);
        if (!(Number.isInteger(points) && points >= 10)) throw new Error(`needs a number of points, got ${argument}`);
        const values = [];
        const classes = [];
        for (let n = 0; n < points; n++) {
          const radius = n % 2 === 0 ? 0.4 : 1;
          values.push([radius * Math.cos(2.4 * n), radius * Math.sin(2.4 * n)]);
          classes.push(n % 2 === 0 ? 'inner' : 'outer');
        }
        return { values, classes, featureNames: ['x', 'y'] };
      },
    },
  },
};
