import {
  type RawTable,
  type RawVariable,
  writeCsv,
  writeRawBinary,
  writeRawText,
} from '../../circuits/spice/index.js';
import { formatQuantity, inputError, isUsable, statusRemedy } from '../../core/index.js';
import type { DcSweep, OperatingPoint } from '../../solver/mna/index.js';
import type { Measured, TransientSolution } from '../../solver/time/index.js';
import type { Answer } from '../frame/index.js';

/** What a file's analyses gave. */
export interface CircuitResults {
  readonly title: string;
  readonly op?: OperatingPoint;
  readonly dc: readonly DcSweep[];
  readonly transient: readonly TransientSolution[];
  /** Of each transient, what `.meas` asks for. */
  readonly measured: readonly (readonly Measured[])[];
  readonly stats: Readonly<Record<string, number | string>>;
}

/** What draws and writes pages: loaded where something is drawn alone, for it takes a fifth of the program's start. */
export async function loadDrawing() {
  const [{ circuitFigure }, { htmlReport }] = await Promise.all([
    import('./figure.js'),
    import('../../report/index.js'),
  ]);
  return { circuitFigure, htmlReport };
}

/** The raw file, the CSV and the figure of a table of results. @param rawText numbers of the raw file as text */
export function tableOutputs(
  table: RawTable,
  rawText: boolean,
  stats: CircuitResults['stats'] = {},
): Pick<Answer, 'outputs' | 'figure'> {
  return {
    outputs: {
      '.raw': () => (rawText ? writeRawText : writeRawBinary)(table, new Date().toString()),
      '.csv': () => writeCsv(table),
      '.html': async ({ width_mm, redraw }) => {
        const { circuitFigure, htmlReport } = await loadDrawing();
        const figure = circuitFigure(table, { redraw });
        const page = { title: table.title, summary: Object.entries(stats), warnings: [] };
        return htmlReport({ ...page, sections: [{ title: table.plotName, figure }] }, { width_mm });
      },
    },
    figure: async () => {
      if (!table.variables.some(({ name }) => name.startsWith('v('))) {
        throw inputError(
          'circuit.figure',
          'no node voltages to draw over time or a sweep; -o FILE.csv has the numbers',
        );
      }
      return (await loadDrawing()).circuitFigure(table);
    },
  };
}

/** A file with several analyses gives the last transient, else the last sweep, else the operating point. */
export function tableOf({ title, op, dc, transient }: CircuitResults): RawTable {
  const inTime = transient[transient.length - 1];
  const sweep = dc[dc.length - 1];
  const variables: RawVariable[] = [];
  const add = (
    prefix: string,
    type: RawVariable['type'],
    columns: Readonly<Record<string, ArrayLike<number>>>,
  ) => {
    for (const [name, values] of Object.entries(columns))
      variables.push({ name: `${prefix}(${name})`, type, values });
  };
  if (inTime !== undefined) {
    const { time_s, voltages_V, currents_A, states } = inTime.value;
    variables.push({ name: 'time', type: 'time', values: time_s });
    add('v', 'voltage', voltages_V);
    add('i', 'current', currents_A);
    add('x', 'notype', states);
    return { title, plotName: 'Transient Analysis', variables };
  }
  if (sweep !== undefined) {
    sweep.swept.forEach((name, k) => {
      const type = name.startsWith('v') ? 'voltage' : name.startsWith('i') ? 'current' : 'notype';
      variables.push({ name: `${name}-sweep`, type, values: sweep.values[k] });
    });
    add('v', 'voltage', sweep.voltages_V);
    add('i', 'current', sweep.currents_A);
    return { title, plotName: 'DC transfer characteristic', variables };
  }
  const single = (values: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  add('v', 'voltage', single(op?.voltages_V ?? {}));
  add('i', 'current', single(op?.currents_A ?? {}));
  return { title, plotName: 'Operating Point', variables };
}

/** Why the results are not what the file asks for; undefined where they are. */
export function failureOf({ op, dc, transient }: CircuitResults): string | undefined {
  if (op && op.status !== 'settled') {
    return `the operating point ended as "${op.status}"${op.worst ? ` at ${op.worst}` : ''}. ${statusRemedy[op.status]}`;
  }
  const ended = transient.find(({ status }) => !isUsable(status));
  if (ended !== undefined) {
    const { stats, status } = ended;
    const where = stats.worst === '' ? '' : `, ${stats.worst}`;
    return `the transient ended as "${status}" at ${formatQuantity(stats.reached_s, 's')}${where}. ${statusRemedy[status]}`;
  }
  const failure = dc.flatMap((sweep) => sweep.failures.map((f) => ({ ...f, sweep })))[0];
  if (failure === undefined) return undefined;
  const { sweep, point, status, worst } = failure;
  const at = sweep.swept.map((name, k) => `${name} = ${sweep.values[k][point]}`).join(', ');
  return `the sweep ended as "${status}" at ${at}${worst ? `, ${worst}` : ''}. ${statusRemedy[status]}`;
}

/** Numbers of all sweeps and transients together. */
export function numbersOf({ dc, transient }: CircuitResults): number {
  const tables = [...dc, ...transient.map(({ value }) => value)];
  const columns = tables.flatMap(({ voltages_V, currents_A }) => [
    ...Object.values(voltages_V),
    ...Object.values(currents_A),
  ]);
  return columns.reduce((sum, { length }) => sum + length, 0);
}

/** More numbers than these do not fit into one text. */
const MOST_JSON_NUMBERS = 2e7;

/** @throws `circuit.too-large` */
export function refuseLargeJson(numbers: number): void {
  if (numbers <= MOST_JSON_NUMBERS) return;
  throw inputError(
    'circuit.too-large',
    `--json: ${numbers} numbers, about ${((20 * numbers) / 1e9).toFixed(1)} GB of text; ask for -o FILE.raw, a longer step or a later start`,
  );
}

/** All results as an object for `--json`. */
export function asJson(results: CircuitResults): object {
  refuseLargeJson(numbersOf(results));
  const { title, op, dc, transient, measured, stats } = results;
  const rows = (columns: Readonly<Record<string, Float64Array>>) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Array.from(values)]));
  return {
    title,
    ...(op ? { op } : {}),
    ...(dc.length > 0
      ? {
          dc: dc.map((sweep) => ({
            swept: sweep.swept.map((source, k) => ({ source, values: Array.from(sweep.values[k]) })),
            voltages_V: rows(sweep.voltages_V),
            currents_A: rows(sweep.currents_A),
            failures: sweep.failures,
            iterations: sweep.iterations,
            largestResidual_A: sweep.largestResidual_A,
          })),
        }
      : {}),
    ...(transient.length > 0
      ? {
          transient: transient.map(({ value, status, stats: { start, ...figures } }, k) => ({
            status,
            ...figures,
            ...(start === undefined ? {} : { start: { status: start.status, strategy: start.strategy } }),
            ...(measured[k].length === 0
              ? {}
              : { measured: Object.fromEntries(measured[k].map((one) => [one.name, one.value ?? null])) }),
            time_s: Array.from(value.time_s),
            voltages_V: rows(value.voltages_V),
            currents_A: rows(value.currents_A),
            states: rows(value.states),
          })),
        }
      : {}),
    stats,
  };
}
