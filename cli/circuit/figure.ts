import type { RawTable } from '../../circuits/spice/index.js';
import { type Curve, curveFigure, type Figure, type FigureText, namedBars } from '../../report/index.js';

/** Curves or bars beyond this many are left out of a figure. */
const MAX_SHOWN = 24;

interface Named {
  readonly node: string;
  readonly values: ArrayLike<number>;
}

/** Rows of a table that belong together: of one step. */
export interface Part {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Node voltages of a result: bars of an operating point, curves over time or the first swept value. */
export function circuitFigure(
  { title, variables }: RawTable,
  { redraw, parts }: Pick<FigureText, 'redraw'> & { parts?: readonly Part[] } = {},
): Figure {
  const swept = variables.filter(({ name }) => name === 'time' || /-(sweep\)?|step)$/.test(name));
  const voltages = variables.filter(
    (variable) => variable.name.startsWith('v(') && !swept.includes(variable),
  );
  const shownParts = parts?.slice(0, MAX_SHOWN);
  const nodes = voltages
    .slice(0, Math.max(1, Math.floor(MAX_SHOWN / (shownParts?.length ?? 1))))
    .map(({ name, values }): Named => ({ node: name.slice(2, -1), values }));
  const left = [
    ...(voltages.length > nodes.length ? [`${nodes.length} of ${voltages.length} nodes shown`] : []),
    ...(parts && parts.length > MAX_SHOWN ? [`${MAX_SHOWN} of ${parts.length} steps shown`] : []),
  ];
  const text = {
    title,
    ...(redraw === undefined ? {} : { redraw }),
    ...(left.length > 0 ? { subtitle: left.join(', ') } : {}),
  };
  if (swept.length > 0) return curves(text, swept[0], nodes, shownParts);
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
  parts: readonly Part[] = [{ name: '', from: 0, to: inner.values.length }],
): Figure {
  // ngspice does not name the outer values of a nested sweep: a curve ends where the inner one starts again.
  const pieces = parts.flatMap(({ name, from, to }): Part[] => {
    const starts: number[] = [];
    for (let k = from; k < to; k++) if (inner.values[k] === inner.values[from]) starts.push(k);
    return starts.map((start, k) => ({ name, from: start, to: starts[k + 1] ?? to }));
  });
  const source = inner.name.replace(/^v\(|-(sweep\)?|step)$/g, '');
  return curveFigure({
    ...text,
    curves: nodes.flatMap(({ node, values }) =>
      pieces.map(
        ({ name, from, to }): Curve => ({
          name: name === '' ? node : `${node}, ${name}`,
          x: Array.prototype.slice.call(inner.values, from, to),
          y: Array.prototype.slice.call(values, from, to),
        }),
      ),
    ),
    x: { quantity: source, unit: inner.name.endsWith('-step') ? '1' : unitOf(source) },
    y: { quantity: 'voltage', unit: 'V' },
  });
}

function unitOf(source: string): string {
  if (source === 'time') return 's';
  if (source.startsWith('v')) return 'V';
  return source.startsWith('i') ? 'A' : 'Ω';
}
