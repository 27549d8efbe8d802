import { z } from 'zod';
import { type ArrayTwin, arrayTwin } from '../../calibration/batch/index.js';
import { cellFile, cellFileText, fittedProvenance } from '../../calibration/cell-files/index.js';
import { type MeasuredCell, measureTrains, pulsesEach } from '../../calibration/trains/index.js';
import { formatQuantity, inputError, median, readPulsePair } from '../../core/index.js';
import { checkCount, checkPulse } from '../../devices/limits/index.js';
import { csvText } from '../../records/tables/index.js';
import { heatMap } from '../../report/index.js';
import { requireConsent, yesOption } from '../consent.js';
import { type Answer, defineCommand, quantity, whole } from '../frame/index.js';
import { WorkBar } from '../work-bar.js';
import { withCells } from './drive-cells.js';
import { cell, drivenLine } from './options.js';
import { provenanceLines } from './provenance.js';

const options = z.strictObject({
  ...drivenLine,
  pulse: z.string().optional().meta({
    flag: '--pulse <pulses>',
    description: 'the pulse that raises a conductance and the one that lowers it: +1.2V,1us,-1.3V,1us',
  }),
  pulses: whole(z.number().int().min(8).max(10_000).default(50)).meta({
    flag: '--pulses <n>',
    description: 'pulses of a train (50)',
  }),
  cycles: whole(z.number().int().min(1).max(1000).default(2)).meta({
    flag: '--cycles <n>',
    description: 'trains up and down of each cell (2)',
  }),
  cell: cell.meta({
    flag: '--cell <row,column>',
    description: 'first cell of those that are measured, both from 0 (0,0)',
  }),
  area: z
    .string()
    .regex(/^[1-9]\d*[x×][1-9]\d*$/, 'needs rows and columns, as in 8x8')
    .optional()
    .meta({ flag: '--area <rowsxcolumns>', kind: 'area', description: 'how many from there on, 8x8 (all)' }),
  rest: whole(z.number().int().min(2).max(10_000).default(16)).meta({
    flag: '--rest-reads <n>',
    description: 'reads of each cell at rest, which say what a read scatters (16)',
  }),
  read: quantity('V', z.number().optional()).meta({
    flag: '--read <V>',
    description: 'read voltage (0.1 V, or maxRead_V where that is less)',
  }),
  yes: yesOption,
});

export const twinInstrumentCommand = defineCommand({
  options,
  outputs: {
    '.json': 'the cell file, array.cell.json, as --cells and --like take it',
    '.csv': 'of each cell: ends, mean steps, scatter of reads, whether it is stuck',
  },
  draws: 'a heat map of the mean step up of each cell',
  examples: [
    'ohmprop instrument twin arc-one:/dev/ttyACM0 --pulse +1.2V,1us,-1.3V,1us --limits my.limits.yaml -o array.cell.json',
    'ohmprop instrument twin arc-one:/dev/ttyACM0 --pulse +1.2V,1us,-1.3V,1us --pulses 100 --cell 0,0 --area 8x8 --limits my.limits.yaml -o array.cell.json -o cells.csv --yes',
  ],
  notes:
    'Moves: every cell by itself is pulsed down, then up and down again and again, read after each pulse. "train --cells array.cell.json" then predicts what training on the array will come to. Ctrl-C ends it with the cells that were measured whole.',
  async answer(
    { pulse, pulses, cycles, cell: first = { row: 0, column: 0 }, area: size, rest, read, yes, ...asked },
    { io, line },
  ): Promise<Answer> {
    if (pulse === undefined) {
      throw inputError(
        'instrument.pulse',
        '--pulse is needed: the pulse up and the pulse down, +1.2V,1us,-1.3V,1us',
      );
    }
    const [up, down] = readPulsePair(pulse, '--pulse').map(({ amplitude_V, width_s }) => ({
      amplitude_V,
      width_s,
    }));
    const each = pulsesEach({ pulses, cycles });
    const what = `${asked.address.text}: ${size ?? 'all'} cells from ${first.row},${first.column} on get ${each} pulses each of ${up.amplitude_V} V, ${formatQuantity(up.width_s, 's')} and ${down.amplitude_V} V, ${formatQuantity(down.width_s, 's')}`;
    const measured = await withCells(
      io,
      'instrument twin',
      asked,
      async ({ cells, identity, requirePolarity }, signal, permit) => {
        const places = placesOf(first, size, cells.info);
        await requirePolarity?.({ ...first, rows: 1, columns: 1 });
        const bar = new WorkBar(io, '{bar} {value}/{total} cells, {eta_formatted} left');
        try {
          const found = await measureTrains(cells, {
            cells: places,
            pulse: { potentiation: up, depression: down },
            pulses,
            cycles,
            restReads: rest,
            signal,
            onCell: (done) => bar.update(done, places.length, ''),
          });
          return { found, identity, permit, name: cells.info.name };
        } finally {
          bar.stop();
        }
      },
      async (permit) => {
        for (const one of [up, down]) checkPulse(permit, one);
        checkCount(permit, each, 'this command');
        await requireConsent(io, what, yes);
      },
      read,
    );
    const { found, identity, permit, name } = measured;
    const { compliance_A } = permit.limits;
    const limits = {
      voltage_V: [Math.min(up.amplitude_V, down.amplitude_V), Math.max(up.amplitude_V, down.amplitude_V)] as [
        number,
        number,
      ],
      width_s: [Math.min(up.width_s, down.width_s), Math.max(up.width_s, down.width_s)] as [number, number],
      current_A: compliance_A,
    };
    const twin = await arrayTwin(name, found, limits);
    return {
      text: textOf(name, twin),
      json: {
        instrument: identity,
        limits: permit.limits,
        pulses,
        cycles,
        restReads: rest,
        cells: twin.cells,
        parts: twin.parts,
      },
      outputs: {
        '.json': async () =>
          cellFileText(
            await cellFile(
              twin.parts,
              fittedProvenance(line, [], lawsOf(twin), [`measured on ${identity}`, ...twin.remarks]),
            ),
          ),
        '.csv': async () =>
          `${await provenanceLines(permit, identity, { measurement: 'twin' })}${cellTable(twin)}`,
      },
      figure: () => stepMap(found, twin),
    };
  },
});

function placesOf(
  first: { row: number; column: number },
  size: string | undefined,
  { rows, columns, name }: { rows: number; columns: number; name: string },
) {
  const [down, right] = size?.split(/[x×]/).map(Number) ?? [rows - first.row, columns - first.column];
  if (first.row + down > rows || first.column + right > columns || down < 1 || right < 1) {
    throw inputError(
      'cells.range',
      `${name} has ${rows} × ${columns} cells: ${size ?? 'all'} from ${first.row},${first.column} on are not among them; rows and columns count from 0`,
    );
  }
  return Array.from({ length: down * right }, (_, n) => ({
    row: first.row + Math.floor(n / right),
    column: first.column + (n % right),
  }));
}

function lawsOf({ fits }: ArrayTwin) {
  return fits.flatMap(({ fitted }) =>
    [fitted?.up, fitted?.down].flatMap((laws) => (laws === undefined ? [] : [laws.best])),
  );
}

function textOf(name: string, { cells, parts }: ArrayTwin): string {
  const moving = cells.filter(({ stuck }) => !stuck);
  const of = (value: (cell: (typeof cells)[number]) => number) => median(moving.map(value));
  const { g_min_S = 0, g_max_S = 0, potentiation } = parts.pulse ?? {};
  const spread = parts.population?.spreads.d2dStep?.value;
  return [
    `${name}: ${cells.length} cells measured, ${cells.length - moving.length} of which no pulse moves`,
    `  the cell in the middle: ${formatQuantity(g_min_S, 'S')} to ${formatQuantity(g_max_S, 'S')}, law ${String(potentiation?.fit?.model ?? 'measured')}`,
    `  a pulse up moves a cell by ${formatQuantity(
      of(({ up_S }) => up_S),
      'S',
    )}, one down by ${formatQuantity(
      of(({ down_S }) => down_S),
      'S',
    )} in the mean of a train`,
    `  reads scatter by ${(100 * of(({ readSigma }) => readSigma)).toPrecision(2)} %${spread === undefined ? '' : `, steps from cell to cell by ${(100 * spread).toPrecision(2)} %`}`,
  ].join('\n');
}

function cellTable({ cells }: ArrayTwin): string {
  return csvText(
    ['row', 'column', 'low_S', 'high_S', 'step_up_S', 'step_down_S', 'read_sigma', 'stuck'],
    cells.map(({ row, column, low_S, high_S, up_S, down_S, readSigma, stuck }) => [
      row,
      column,
      low_S,
      high_S,
      up_S,
      down_S,
      readSigma,
      stuck ? 1 : 0,
    ]),
  );
}

function stepMap(measured: readonly MeasuredCell[], { cells }: ArrayTwin) {
  const first = measured[0];
  const last = measured[measured.length - 1];
  const [rows, columns] = [
    last.row - first.row + 1,
    Math.max(...measured.map((one) => one.column)) - first.column + 1,
  ];
  const values = new Float64Array(rows * columns).fill(Number.NaN);
  for (const { row, column, up_S } of cells)
    values[(row - first.row) * columns + column - first.column] = up_S;
  return heatMap({ values, rows, columns, quantity: 'mean step up', unit: 'S' });
}
