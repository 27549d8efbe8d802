import { z } from 'zod';
import {
  type CellToExport,
  cellExports,
  cellFile,
  cellFileText,
  cellOfModel,
  isCellFileName,
  readCellFile,
} from '../../calibration/cell-files/index.js';
import { inputError } from '../../core/index.js';
import { pulsePresets } from '../../devices/cells/pulse/index.js';
import { makeDirectory, writeUserFile } from '../../records/index.js';
import { type Answer, type Context, defineCommand, type OptionsOf } from '../frame/index.js';
import { warn } from '../io.js';

/** Which ending each format is written under; `/` where it is several files. */
const endings = {
  neurosim: '.txt',
  aihwkit: '.py',
  crosssim: '/',
  spice: '.cir',
  csv: '.csv',
  cell: '.json',
} as const;

const options = z.strictObject({
  model: z.string().meta({
    argument: '<cell>',
    kind: 'cell',
    description:
      'my.cell.json, a cell of "ohmprop cell list", table:FILE.csv, aihwkit:FILE, or crosssim:UP.txt,DOWN.txt',
  }),
  to: z.enum(['neurosim', 'aihwkit', 'crosssim', 'spice', 'csv', 'cell']).meta({
    flag: '--to <format>',
    description: 'parameters, device or tables of another program, a subcircuit, a table, or a cell file',
  }),
});

export const exportCommand = defineCommand({
  options,
  outputs: {
    '.txt': 'NeuroSim',
    '.py': 'aihwkit',
    '.cir': 'SPICE subcircuit',
    '.csv': 'table with the band of 95 %',
    '/': 'CrossSim: dG_increasing.txt and dG_decreasing.txt',
  },
  uses: 'names',
  examples: [
    'ohmprop cell export my.cell.json --to aihwkit -o my_cell.py',
    'ohmprop cell export my.cell.json --to crosssim -o tables/',
    'ohmprop cell export table:trains.csv --to cell -o my.cell.json',
  ],
  notes: 'What a format cannot say is told on stderr. Without -o the text goes to stdout.',
  answer: (given, context) => exportCell(given, context),
});

async function exportCell({ model, to }: OptionsOf<typeof options>, context: Context): Promise<Answer> {
  const { io, asked, directory } = context;
  requireEnding(to, asked, directory);
  const { cell, remarks } = await cellToExport(model);
  for (const remark of remarks) warn(io, `${cell.name}: ${remark}`);
  if (to === 'cell') return asCellFile(cell, asked.has('.json'));
  const made = await cellExports[to](cell);
  for (const remark of made.remarks) warn(io, `${to}: ${remark}`);
  const json = { cell: cell.name, to, ...made.json };
  if (directory !== undefined) {
    await makeDirectory(directory);
    const written: string[] = [];
    for (const { name, text } of made.files) {
      const path = `${directory.replace(/\/+$/, '')}/${name}`;
      await writeUserFile(path, text, { force: context.force });
      written.push(path);
    }
    return { text: `${written.length} files in ${directory}`, json, files: written };
  }
  const [{ text }] = made.files;
  const inFile = asked.has(endings[to]);
  return {
    text: inFile ? `${cell.name} for ${to}` : made.files.map((file) => file.text.trimEnd()).join('\n\n'),
    json,
    outputs: { [endings[to]]: () => text },
  };
}

/** A name under which a file of another kind would be mistaken. */
function requireEnding(
  to: keyof typeof endings,
  asked: ReadonlySet<string>,
  directory: string | undefined,
): void {
  const wanted = endings[to];
  const wrong = [...asked].find((ending) => ending !== wanted && ending !== '.json');
  const place =
    wanted === '/'
      ? 'a folder: -o tables/'
      : `a name that ends in ${wanted === '.json' ? '.cell.json' : wanted}`;
  if (wrong !== undefined && wrong !== '/') {
    throw inputError('output.ending', `--out: --to ${to} goes into ${place}, got one that ends in ${wrong}`);
  }
  if (directory !== undefined && wanted !== '/') {
    throw inputError('output.ending', `--out ${directory}: --to ${to} is one file; it goes into ${place}`);
  }
}

async function cellToExport(name: string): Promise<{ cell: CellToExport; remarks: readonly string[] }> {
  if (isCellFileName(name)) return { cell: (await readCellFile(name)).cell, remarks: [] };
  const { namedCell } = await import('../../experiments/composition/index.js');
  const { model, file, remarks } = await namedCell(name, 'cell export');
  const sources = file === undefined ? [] : [{ file: file.path, sha256: file.sha256 }];
  const published = pulsePresets.some((preset) => preset.name === name);
  const provenance = { program: 'ohmprop', sources, ...(published ? { citation: model.source } : {}) };
  return { cell: { ...(file?.parts ?? cellOfModel(model)), provenance }, remarks };
}

async function asCellFile(cell: CellToExport, inFile: boolean): Promise<Answer> {
  const { provenance, ...parts } = cell;
  const { program: _, ...origin } = provenance;
  const file = await cellFile(parts, origin);
  const text = cellFileText(file);
  return {
    text: inFile ? `${cell.name} as a cell file` : text.trimEnd(),
    json: file,
    outputs: { '.json': () => text },
  };
}
