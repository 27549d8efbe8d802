import type { RawTable } from '../../circuits/spice/index.js';
import { type Curve, curveFigure, type Figure, type FigureText, namedBars } from '../../report/index.js';

/** Curves or bars beyond this many are left out of a figure. */
const MAX_SHOWN = 24;

interface Named {
  readonly node: string;
  readonly values: ArrayLike<number>;
}

/** Node voltages of a result: bars of an operating point, curves over time or the first swept value. */
export function circuitFigure(
  { title, variables }: RawTable,
  { redraw }: Pick<FigureText, 'redraw'> = {},
): Figure {
  const swept = variables.filter(({ name }) => name === 'time' || /-sweep\)?$/.test(name));
  const voltages = variables.filter(
    (variable) => variable.name.startsWith('v(') && !swept.includes(variable),
  );
  const nodes = voltages
    .slice(0, MAX_SHOWN)
    .map(({ name, values }): Named => ({ node: name.slice(2, -1), values }));
  const left = voltages.length - nodes.length;
  const text = {
    title,
    ...(redraw === undefined ? {} : { redraw }),
    ...(left > 0 ? { subtitle: `${nodes.length} of ${voltages.length} nodes shown` } : {}),
  };
  if (swept.length > 0) return curves(text, swept[0], nodes);
  return namedBars({
    ...text,
    names: nodes.map(({ node }) => node),
    nameTitle: 'node',
    values: nodes.map(({ values }) => values[0]),
    quantity: 'voltage',
    unit: 'V',
  });
}

function curves(
  text: FigureText & { subtitle?: string },
  inner: { name: string; values: ArrayLike<number> },
  nodes: readonly Named[],
): Figure {
  // ngspice does not name the outer values of a nested sweep: a curve ends where the inner one starts again.
  const starts = Array.from(inner.values, (value, k) => (value === inner.values[0] ? k : -1)).filter(
    (k) => k >= 0,
  );
  const source = inner.name.replace(/^v\(|-sweep\)?$/g, '');
  return curveFigure({
    ...text,
    curves: nodes.flatMap(({ node, values }) =>
      starts.map((from, i): Curve => {
        const to = starts[i + 1] ?? inner.values.length;
        return {
          name: node,
          x: Array.prototype.slice.call(inner.values, from, to),
          y: Array.prototype.slice.call(values, from, to),
        };
      }),
    ),
    x: { quantity: source, unit: unitOf(source) },
    y: { quantity: 'voltage', unit: 'V' },
  });
}

function unitOf(source: string): string {
  if (source === 'time') return 's';
  if (source.startsWith('v')) return 'V';
  return source.startsWith('i') ? 'A' : 'Ω';
}
