import { z } from 'zod';
import { formatQuantity } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { type Answer, defineCommand, quantity, whole } from '../frame/index.js';
import { readVoltage_V, withCells } from './drive-cells.js';
import { cell, drivenLine } from './options.js';

export const readCommand = defineCommand({
  options: z.strictObject({
    ...drivenLine,
    cell,
    read: quantity('V', z.number().optional()).meta({
      flag: '--read <V>',
      description: 'read voltage (0.1 V, or maxRead_V where that is less)',
    }),
    averages: whole(z.number().int().min(1).max(1000).default(1)).meta({
      flag: '--averages <n>',
      description: 'reads a cell, of which the mean is taken (1)',
    }),
  }),
  outputs: { '.csv': 'row, column and conductance of each cell' },
  examples: [
    'ohmprop instrument read smu:tcp://192.168.1.5:5025 --limits my.limits.yaml',
    'ohmprop instrument read smu:gpib:/dev/ttyUSB0,24 --max-voltage 0.2V --compliance 100uA --max-width 1ms --max-pulses 1 --averages 10 -o g.csv',
  ],
  notes:
    'Drives: the read voltage, within the limits; the output is off afterwards. All cells, unless --cell names one.',
  async answer({ cell, read, averages, ...asked }, { io }): Promise<Answer> {
    return withCells(
      io,
      'instrument read',
      cell === undefined ? asked : { ...asked, cell },
      async ({ cells, identity }, _, permit) => {
        const { rows, columns, name } = cells.info;
        const range =
          cell === undefined ? { row: 0, column: 0, rows, columns } : { ...cell, rows: 1, columns: 1 };
        const conductances_S = await cells.read(range, {
          averages,
          ...(read === undefined ? {} : { read_V: read }),
        });
        const table = [...conductances_S].map((siemens, k) => ({
          row: range.row + Math.floor(k / range.columns),
          column: range.column + (k % range.columns),
          conductance_S: siemens,
        }));
        return {
          text: [
            `${name}:`,
            ...table.map(
              ({ row, column, conductance_S }) =>
                `  cell ${row},${column}: ${formatQuantity(conductance_S, 'S')}`,
            ),
          ].join('\n'),
          json: {
            instrument: identity,
            limits: permit.limits,
            read_V: readVoltage_V(permit, read),
            averages,
            cells: table,
          },
          outputs: {
            '.csv': () =>
              csvText(
                ['row', 'column', 'conductance_S'],
                table.map(({ row, column, conductance_S }) => [row, column, conductance_S]),
              ),
          },
        };
      },
      undefined,
      read,
    );
  },
});
