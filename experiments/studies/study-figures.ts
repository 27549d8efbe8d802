import { type Curve, curveFigure, type Figure, heatMap, whiskerCurves } from '../../report/index.js';
import { DECADES, nameAndUnit, quantityOf } from './axis-quantity.js';
import type { StudyPoint, StudyResults } from './results.js';
import { limitText, valueText } from './study-text.js';

/** Curves of one figure; what is beyond is in the table. */
const MOST_CURVES = 8;

/**
 * Figures of one number: over the first axis whose values are quantities (else the first), a curve for each choice of the others; and, of
 * two axes of three values and more, a map. None where nothing is varied.
 */
export function figuresOf(results: StudyResults, metric: string): Figure[] {
  const { axes, points } = results;
  const drawn = cumulative(results, metric);
  const shown = points.filter(({ spreads }) => spreads[metric] !== undefined);
  if (axes.length === 0 || shown.length < 2) return drawn;
  const over = axes.find((axis) => shown.every(({ values }) => isQuantity(axis, values[axis]))) ?? axes[0];
  const others = axes.filter((axis) => axis !== over);
  return [
    ...drawn,
    curves(results, metric, over, others, shown),
    ...(others.length === 1 ? map(metric, over, others[0], shown) : []),
  ];
}

/** Of a study of hardware: which share of it has at most so much of a number, a step a draw, and where the limit is. */
function cumulative({ distributions, trials, axes, limits, name }: StudyResults, metric: string): Figure[] {
  const here = distributions.filter((one) => one.metric === metric).slice(0, MOST_CURVES);
  if (here.length === 0) return [];
  const { quantity, unit } = nameAndUnit(metric);
  const [least, most] = [
    Math.min(...here.map((one) => one.least.value)),
    Math.max(...here.map((one) => one.most.value)),
  ];
  const steps = here.map(({ values, n }): Curve => {
    const place = JSON.stringify(values);
    const sorted = trials
      .filter((trial) => JSON.stringify(trial.values) === place)
      .flatMap(({ numbers }) => numbers.get(metric) ?? [])
      .sort((a, b) => a - b);
    return {
      name:
        axes.map((axis) => `${nameAndUnit(axis).quantity} ${valueText(values[axis])}`).join(', ') ||
        `${n} draws`,
      x: sorted.flatMap((value) => [value, value]),
      y: sorted.flatMap((_, k) => [k / n, (k + 1) / n]),
    };
  });
  const bounds = limits
    .filter((limit) => limit.metric === metric)
    .map((limit): Curve => {
      return { name: `limit ${limitText(limit)}`, x: [limit.value, limit.value], y: [0, 1], style: 'fit' };
    });
  return [
    curveFigure({
      title: `${metric} over the hardware drawn`,
      subtitle: `share of draws with at most so much, study ${name}`,
      x: {
        quantity,
        unit,
        scale:
          least > 0 && most > DECADES * least && limits.every(({ value }) => value > 0) ? 'log' : 'linear',
      },
      y: { quantity: 'share of draws', unit: '1', zero: true },
      curves: [...steps, ...bounds],
    }),
  ];
}

function curves(
  results: StudyResults,
  metric: string,
  over: string,
  others: readonly string[],
  shown: readonly StudyPoint[],
): Figure {
  const names = [...new Set(shown.map(({ values }) => valueText(values[over])))];
  const quantities =
    shown.every(({ values }) => isQuantity(over, values[over])) &&
    !zeroBeforeDecades(shown.map(({ values }) => quantityOf(over, values[over])));
  const { quantity, unit } = nameAndUnit(over);
  const groups = new Map<string, StudyPoint[]>();
  for (const point of shown) {
    const name =
      others.map((axis) => `${nameAndUnit(axis).quantity} ${valueText(point.values[axis])}`).join(', ') ||
      metric;
    groups.set(name, [...(groups.get(name) ?? []), point]);
  }
  const y = nameAndUnit(metric);
  return whiskerCurves({
    title: `${metric} over ${over}`,
    subtitle: shown.some(({ spreads }) => spreads[metric].n > 1)
      ? `means with 95 % intervals over ${results.repeats === 'draws' ? 'draws of hardware' : 'seeds'}, study ${results.name}`
      : `one trial a point, study ${results.name}`,
    x: quantities ? { quantity, unit } : { quantity, names },
    y: { quantity: y.quantity, unit: y.unit },
    curves: [...groups].slice(0, MOST_CURVES).map(([name, points]) => ({
      name,
      points: points
        .map(({ values, spreads }) => {
          const { mean, low = mean, high = mean } = spreads[metric];
          const x = quantities ? quantityOf(over, values[over]) : names.indexOf(valueText(values[over]));
          return { x, mean, low, high };
        })
        .sort((a, b) => a.x - b.x),
    })),
  });
}

/** Cells of a map: fewer say less than the curves do. */
const LEAST_SIDE = 3;

function map(metric: string, over: string, other: string, shown: readonly StudyPoint[]): Figure[] {
  const [columns, rows] = [over, other].map((axis) => [
    ...new Set(shown.map(({ values }) => valueText(values[axis]))),
  ]);
  if (Math.min(columns.length, rows.length) < LEAST_SIDE) return [];
  const values = new Float64Array(rows.length * columns.length).fill(Number.NaN);
  for (const point of shown) {
    const place =
      rows.indexOf(valueText(point.values[other])) * columns.length +
      columns.indexOf(valueText(point.values[over]));
    values[place] = point.spreads[metric].mean;
  }
  const { quantity, unit } = nameAndUnit(metric);
  return [
    heatMap({
      title: `${metric} over ${over} and ${other}`,
      values,
      rows: rows.length,
      columns: columns.length,
      quantity,
      unit,
      rowName: other,
      columnName: over,
      rowNames: rows,
      columnNames: columns,
    }),
  ];
}

/** A 0 beside values over decades has no place on either scale: such values stand side by side, as names. */
function zeroBeforeDecades(values: readonly number[]): boolean {
  const positive = values.filter((value) => value > 0);
  return values.includes(0) && Math.max(...positive) > DECADES * Math.min(...positive);
}

const isQuantity = (key: string, value: unknown): boolean => Number.isFinite(quantityOf(key, value));
