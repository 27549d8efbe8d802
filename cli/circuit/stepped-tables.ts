import {
  type RawTable,
  type RawVariable,
  writeCsv,
  writeRawBinary,
  writeRawText,
} from '../../circuits/spice/index.js';
import type { Answer } from '../frame/index.js';
import type { Part } from './figure.js';
import { loadDrawing, tableOf } from './results.js';
import { type SteppedResults, stepText } from './steps.js';

/** All steps in one table: what is stepped in columns of its own, then time or what is swept, then voltages, currents, states. */
function wholeTable({ title, labels, steps }: SteppedResults): { table: RawTable; parts: Part[] } {
  const tables = steps.map(({ results }) => tableOf(results));
  const lengths = tables.map(({ variables }) => variables[0]?.values.length ?? 0);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const columns = new Map<string, { type: RawVariable['type']; values: Float64Array }>();
  const column = (name: string, type: RawVariable['type']): Float64Array => {
    let found = columns.get(name);
    if (found === undefined) {
      found = { type, values: new Float64Array(total).fill(Number.NaN) };
      columns.set(name, found);
    }
    return found.values;
  };
  const parts: Part[] = [];
  let from = 0;
  steps.forEach(({ values }, k) => {
    for (const [n, label] of labels.entries())
      column(label, 'notype').fill(values[n], from, from + lengths[k]);
    for (const { name, type, values: own } of tables[k].variables) column(name, type).set(own, from);
    parts.push({ name: stepText(labels, values), from, to: from + lengths[k] });
    from += lengths[k];
  });
  const variables = [...columns].map(([name, rest]): RawVariable => ({ name, ...rest }));
  return { table: { title, plotName: tables[0]?.plotName ?? '', variables }, parts };
}

/** The figure: curves for every step; of operating points, curves over what the first card steps. */
async function steppedFigure(results: SteppedResults, redraw?: string) {
  const { circuitFigure } = await loadDrawing();
  const { table, parts } = wholeTable(results);
  const options = redraw === undefined ? {} : { redraw };
  if (table.plotName !== 'Operating Point') return circuitFigure(table, { ...options, parts });
  const [inner, ...outer] = results.labels;
  const swept = table.variables.map((variable) =>
    variable.name === inner ? { ...variable, name: `${inner}-step` } : variable,
  );
  const count = new Set(results.steps.map(({ values }) => values[0])).size;
  const rows: Part[] = [];
  for (let from = 0; from < parts.length; from += count) {
    const name = stepText(outer, results.steps[from].values.slice(1));
    rows.push({ name, from, to: Math.min(from + count, parts.length) });
  }
  const variables = swept.filter(({ name }) => !outer.includes(name));
  return circuitFigure({ ...table, variables }, { ...options, parts: rows });
}

/** Raw file, CSV, page and figure of a file that steps. */
export function steppedOutputs(
  results: SteppedResults,
  rawText: boolean,
  stats: Readonly<Record<string, number | string>>,
): Pick<Answer, 'outputs' | 'figure'> {
  const { title, labels, steps } = results;
  return {
    outputs: {
      // One plot a step after the other, as ngspice appends them.
      '.raw': () => {
        const date = new Date().toString();
        const plots = steps.map(({ values, results: one }): RawTable => {
          const table = tableOf(one);
          return { ...table, plotName: `${table.plotName} (${stepText(labels, values)})` };
        });
        if (rawText) return plots.map((plot) => writeRawText(plot, date)).join('');
        return Buffer.concat(plots.map((plot) => writeRawBinary(plot, date)));
      },
      '.csv': () => writeCsv(wholeTable(results).table),
      '.html': async ({ width_mm, redraw }) => {
        const { htmlReport } = await loadDrawing();
        const figure = await steppedFigure(results, redraw);
        const page = { title, summary: Object.entries(stats), warnings: [] };
        return htmlReport(
          { ...page, sections: [{ title: `${labels.join(', ')} stepped`, figure }] },
          { width_mm },
        );
      },
    },
    figure: () => steppedFigure(results),
  };
}
