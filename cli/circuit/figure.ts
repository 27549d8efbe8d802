import type { RawTable, RawVariable } from '../../circuits/spice/index.js';
import type { FigureSpec } from '../../report/index.js';

/** Curves or bars beyond this many are left out of a figure. */
const MAX_SHOWN = 24;

function sweptOf({ variables }: RawTable): RawVariable[] {
  return variables.filter(({ name }) => name === 'time' || /-sweep\)?$/.test(name));
}

function voltagesOf(table: RawTable): RawVariable[] {
  const swept = sweptOf(table);
  return table.variables
    .filter((variable) => variable.name.startsWith('v(') && !swept.includes(variable))
    .slice(0, MAX_SHOWN);
}

/** What the figure shows, as columns. */
export function shownVariables(table: RawTable): RawVariable[] {
  return [...sweptOf(table), ...voltagesOf(table)];
}

/** Node voltages of a result: bars of an operating point, curves over time or the first swept value. */
export function circuitFigure(table: RawTable): FigureSpec {
  const { title } = table;
  const swept = sweptOf(table);
  const voltages = voltagesOf(table);
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
  const [inner] = swept;
  // ngspice does not name the outer values of a nested sweep: a curve ends where the inner one starts again.
  let curve = 0;
  const curveOf = Array.from(inner.values, (value) => (value === inner.values[0] ? ++curve : curve));
  const values = nodes.flatMap(({ node, values: voltages }) =>
    Array.from(voltages, (voltage, k) => ({
      node,
      voltage,
      at: inner.values[k],
      curve: curveOf[k],
    })).filter(({ voltage }) => Number.isFinite(voltage)),
  );
  const source = inner.name.replace(/^v\(|-sweep\)?$/g, '');
  return {
    title,
    width: 520,
    height: 320,
    data: { values },
    mark: { type: 'line' },
    encoding: {
      x: {
        field: 'at',
        type: 'quantitative',
        title: `${source} (${unitOf(source)})`,
        axis: { format: source === 'time' ? 's' : '' },
      },
      y: { field: 'voltage', type: 'quantitative', title: 'voltage (V)' },
      color: { field: 'node', type: 'nominal', title: 'node', sort: null },
      detail: { field: 'curve', type: 'nominal' },
    },
  };
}

function unitOf(source: string): string {
  if (source === 'time') return 's';
  if (source.startsWith('v')) return 'V';
  return source.startsWith('i') ? 'A' : 'Ω';
}
