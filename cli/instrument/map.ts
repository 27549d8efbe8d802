import { z } from 'zod';
import { formatQuantity, median } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { heatMap } from '../../report/index.js';
import { type Answer, defineCommand, quantity, whole } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import { recordOption } from '../record.js';
import { WorkBar } from '../work-bar.js';
import { address, limitsOptions, permitOf } from './options.js';
import { withArray } from './with-array.js';

const options = z.strictObject({
  address,
  record: recordOption,
  ...limitsOptions,
  read: quantity('V', z.number().optional()).meta({
    flag: '--read <V>',
    description: 'read voltage (0.1 V, or maxRead_V where that is less)',
  }),
  averages: whole(z.number().int().min(1).max(1000).default(1)).meta({
    flag: '--averages <n>',
    description: 'reads a cell, of which the mean is taken (1)',
  }),
});

export const mapInstrumentCommand = defineCommand({
  options,
  outputs: { '.csv': 'row, column, conductance and spread of each cell', '.npy': 'conductances, S' },
  draws: 'a heat map of all cells',
  examples: [
    'ohmprop instrument map arc-one:/dev/ttyACM0 --limits my.limits.yaml -o map.svg -o G.npy',
    'ohmprop instrument map arc-one:/dev/ttyACM0 --limits my.limits.yaml --read 0.1V --averages 8 --json',
  ],
  notes: 'Drives: the read voltage at every cell, within the limits; no cell is pulsed.',
  async answer({ read, averages, address, ...asked }, { io }): Promise<Answer> {
    const permit = await permitOf('instrument map', asked);
    const how = { permit, ...(read === undefined ? {} : { read_V: read }) };
    const measured = await withArray(io, address, how, async ({ cells, identity }, signal) => {
      const { rows, columns } = cells.info;
      const bar = new WorkBar(io, '{bar} {value}/{total} reads of all cells, {eta_formatted} left');
      const reads: Float64Array[] = [];
      try {
        for (let n = 0; n < averages; n++) {
          if (signal.aborted) throw interruptionOf(signal);
          reads.push(await cells.read());
          bar.update(reads.length, averages, '');
        }
      } finally {
        bar.stop();
      }
      return { identity, rows, columns, reads };
    });
    const { rows, columns, reads, identity } = measured;
    const mean_S = reads[0].map((_, i) => reads.reduce((sum, one) => sum + one[i], 0) / averages);
    const spread_S = mean_S.map((mean, i) =>
      averages < 2
        ? 0
        : Math.sqrt(reads.reduce((sum, one) => sum + (one[i] - mean) ** 2, 0) / (averages - 1)),
    );
    const sorted = [...mean_S].sort((a, b) => a - b);
    return {
      text: [
        `${address.text}: ${rows} × ${columns} cells, each read ${averages === 1 ? 'once' : `${averages} times`}`,
        `  ${formatQuantity(sorted[0], 'S')} … ${formatQuantity(sorted[sorted.length - 1], 'S')}, median ${formatQuantity(median(sorted), 'S')}`,
      ].join('\n'),
      json: {
        instrument: identity,
        rows,
        columns,
        averages,
        limits: permit.limits,
        mean_S: [...mean_S],
        spread_S: [...spread_S],
        ...(read === undefined ? {} : { read_V: read }),
      },
      outputs: {
        '.csv': () =>
          csvText(
            ['row', 'column', 'conductance_S', 'spread_S'],
            Array.from(mean_S, (g, i) => [Math.floor(i / columns), i % columns, g, spread_S[i]]),
          ),
        '.npy': async () => {
          const { encodeNpy } = await import('../../records/index.js');
          return Buffer.concat(encodeNpy(mean_S, [rows, columns]));
        },
      },
      figure: () => heatMap({ values: mean_S, rows, columns, quantity: 'conductance', unit: 'S' }),
    };
  },
});
