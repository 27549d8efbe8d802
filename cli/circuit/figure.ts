import type { RawTable } from '../../circuits/spice/index.js';
import type { FigureSpec } from '../../report/index.js';

/** Curves or bars beyond this many are left out of a figure. */
const MOST_SHOWN = 24;

/** Node voltages of a result: bars of an operating point, curves over the first swept value of a sweep. */
export function circuitFigure({ title, variables }: RawTable): FigureSpec {
  const swept = variables.filter(({ name }) => name.endsWith('-sweep'));
  const voltages = variables.filter(({ name }) => name.startsWith('v(')).slice(0, MOST_SHOWN);
  const named = voltages.map(({ name, values }) => ({ node: name.slice(2, -1), values }));
  return (swept.length > 0 ? curves(title, swept, named) : bars(title, named)) as FigureSpec;
}

interface Named {
  readonly node: string;
  readonly values: ArrayLike<number>;
}

function bars(title: string, nodes: readonly Named[]): object {
  return {
    title,
    width: 480,
    data: { values: nodes.map(({ node, values }) => ({ node, voltage: values[0] })) },
    mark: { type: 'bar' },
    encoding: {
      y: { field: 'node', type: 'nominal', title: 'node', sort: null },
      x: { field: 'voltage', type: 'quantitative', title: 'voltage (V)' },
    },
  };
}

function curves(
  title: string,
  swept: readonly { name: string; values: ArrayLike<number> }[],
  nodes: readonly Named[],
): object {
  const [inner, ...outer] = swept;
  const values = nodes.flatMap(({ node, values: voltages }) =>
    Array.from(voltages, (voltage, k) => ({
      node,
      voltage,
      at: inner.values[k],
      outer: outer.map((range) => range.values[k]).join(' '),
    })).filter(({ voltage }) => Number.isFinite(voltage)),
  );
  const source = inner.name.replace('-sweep', '');
  return {
    title,
    width: 520,
    height: 320,
    data: { values },
    mark: { type: 'line' },
    encoding: {
      x: { field: 'at', type: 'quantitative', title: `${source} (${unitOf(source)})` },
      y: { field: 'voltage', type: 'quantitative', title: 'voltage (V)' },
      color: { field: 'node', type: 'nominal', title: 'node', sort: null },
      detail: { field: 'outer', type: 'nominal' },
    },
  };
}

function unitOf(source: string): string {
  if (source.startsWith('v')) return 'V';
  return source.startsWith('i') ? 'A' : 'Ω';
}
