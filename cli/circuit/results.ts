import { extname } from 'node:path';
import {
  type RawTable,
  type RawVariable,
  writeCsv,
  writeRawBinary,
  writeRawText,
} from '../../circuits/spice/index.js';
import { inputError } from '../../core/index.js';
import { writeFileAtomically } from '../../records/index.js';
import { htmlReport, renderPng, renderSvg } from '../../report/index.js';
import type { Io } from '../io.js';
import { circuitFigure } from './figure.js';
import type { CircuitResults, RunFlags } from './run-results.js';

const plotKinds = ['.svg', '.png', '.html'];

/** Writes the files that were asked for. A file with several analyses gives the last sweep, else the operating point. */
export async function writeResults(io: Io, results: CircuitResults, flags: RunFlags): Promise<void> {
  await writeTable(io, tableOf(results), flags, results.stats);
}

/** Refuses a figure of a kind that cannot be drawn, before anything is solved. */
export function checkPlotName({ plot }: RunFlags): void {
  if (plot !== undefined && !plotKinds.includes(extname(plot).toLowerCase())) {
    throw inputError('circuit.plot', `--plot ${plot}: the name should end in ${plotKinds.join(', ')}`);
  }
}

/** The raw file, the CSV and the figure. */
export async function writeTable(
  io: Io,
  table: RawTable,
  flags: RunFlags,
  stats: CircuitResults['stats'] = {},
): Promise<void> {
  const date = new Date().toString();
  if (flags.raw !== undefined) {
    await save(io, flags.raw, flags.rawText ? writeRawText(table, date) : writeRawBinary(table, date));
  }
  if (flags.csv !== undefined) await save(io, flags.csv, writeCsv(table));
  if (flags.plot === undefined) return;
  const figure = circuitFigure(table);
  const svg = await renderSvg(figure);
  const kind = extname(flags.plot).toLowerCase();
  if (kind === '.svg') await save(io, flags.plot, svg);
  else if (kind === '.png') await save(io, flags.plot, await renderPng(svg));
  else {
    const page = { title: table.title, summary: Object.entries(stats), warnings: [] };
    await save(io, flags.plot, htmlReport({ ...page, sections: [{ title: table.plotName, figure }] }));
  }
}

async function save(io: Io, file: string, content: string | Uint8Array): Promise<void> {
  await writeFileAtomically(file, content);
  io.stderr.write(`${file} written\n`);
}

function tableOf({ title, op, dc }: CircuitResults): RawTable {
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
