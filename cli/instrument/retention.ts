import { z } from 'zod';
import { formatQuantity, inputError, readCellPlace } from '../../core/index.js';
import { ohmpropVersion } from '../../records/index.js';
import { csvText } from '../../records/tables/index.js';
import { type Answer, defineCommand, quantity, whole } from '../frame/index.js';
import { recordOption } from '../record.js';
import { WorkBar } from '../work-bar.js';
import { address, limitsOptions, permitOf } from './options.js';
import { withArray } from './with-array.js';

/** More points than a person looks at, and than a file should hold. */
const MAX_POINTS = 1e6;

const options = z.strictObject({
  address,
  record: recordOption,
  ...limitsOptions,
  at: z.array(z.string()).optional().meta({
    flag: '--at <row,column>',
    kind: 'cell',
    repeatable: true,
    description: 'a cell that is watched; may be repeated (0,0)',
  }),
  for: quantity('s', z.number().gt(0).default(60)).meta({
    flag: '--for <time>',
    description: 'how long (60)',
  }),
  every: quantity('s', z.number().gt(0).default(1)).meta({
    flag: '--every <time>',
    description: 'a read of each cell so often (1); as fast as it goes where that takes longer',
  }),
  averages: whole(z.number().int().min(1).max(1000).default(1)).meta({
    flag: '--averages <n>',
    description: 'reads a point, of which the mean is taken (1)',
  }),
  read: quantity('V', z.number().optional()).meta({
    flag: '--read <V>',
    description: 'read voltage (0.1 V, or maxRead_V where that is less)',
  }),
});

export const retentionCommand = defineCommand({
  options,
  outputs: { '.csv': 'time and conductance of each cell, as "calibrate" reads them' },
  examples: [
    'ohmprop instrument retention arc-one:/dev/ttyACM0 --at 3,5 --for 3600s --every 10s --limits my.limits.yaml -o r.csv',
    'ohmprop instrument retention arc-one:/dev/ttyACM0 --at 0,0 --at 0,1 --for 10s --every 100ms --limits my.limits.yaml --json',
  ],
  notes:
    'Drives: reads within the limits, again and again; no cell is pulsed. Ctrl-C ends it with what was read.',
  async answer(
    { at = ['0,0'], for: duration_s, every: every_s, averages, read, address, ...asked },
    { io },
  ): Promise<Answer> {
    const permit = await permitOf('instrument retention', asked);
    const places = at.map((text) => readCellPlace(text));
    if (duration_s / every_s > MAX_POINTS) {
      throw inputError(
        'retention.points',
        `${duration_s} s by ${every_s} s are more than ${MAX_POINTS} points; say --every longer`,
      );
    }
    const how = { permit, ...(read === undefined ? {} : { read_V: read }) };
    const { identity, points } = await withArray(io, address, how, async ({ cells, identity }, signal) => {
      const bar = new WorkBar(io, '{bar} {what}, {eta_formatted} left');
      // the first read sets the instrument up, which takes a second or two
      await cells.read({ ...places[0], rows: 1, columns: 1 });
      const started_ms = performance.now();
      const now_s = () => (performance.now() - started_ms) / 1000;
      const points: number[][] = [];
      try {
        for (let n = 0; n * every_s <= duration_s && !signal.aborted; n++) {
          const left_s = n * every_s - now_s();
          if (left_s > 0) await new Promise((resolve) => setTimeout(resolve, 1000 * left_s));
          const row = [now_s()];
          for (const place of places) {
            const [g] = await cells.read({ ...place, rows: 1, columns: 1 }, { averages });
            row.push(g);
          }
          points.push(row);
          bar.update(Math.min(now_s(), duration_s), duration_s, formatQuantity(now_s(), 's'));
          if (now_s() > duration_s) break;
        }
      } finally {
        bar.stop();
      }
      return { identity, points };
    });
    const names = places.map(({ row, column }) => `conductance ${row},${column} (S)`);
    const heading = [
      `# program: ohmprop ${await ohmpropVersion()}`,
      `# date: ${new Date().toISOString()}`,
      `# instrument: ${identity.replaceAll(',', ';')}`,
      '# measurement: retention',
      '',
    ].join('\n');
    const last = points[points.length - 1] ?? [];
    return {
      text: [
        `${address.text}: ${points.length} points over ${formatQuantity(last[0] ?? 0, 's')}`,
        ...places.map(({ row, column }, i) => {
          const [first_S, last_S] = [points[0]?.[i + 1] ?? Number.NaN, last[i + 1] ?? Number.NaN];
          return `  cell ${row},${column}: ${formatQuantity(first_S, 'S')} → ${formatQuantity(last_S, 'S')}`;
        }),
      ].join('\n'),
      json: {
        instrument: identity,
        averages,
        limits: permit.limits,
        cells: places,
        time_s: points.map(([t]) => t),
        conductance_S: places.map((_, i) => points.map((row) => row[i + 1])),
      },
      outputs: {
        '.csv': () =>
          heading + csvText(['time (s)', ...(names.length === 1 ? ['conductance (S)'] : names)], points),
      },
    };
  },
});
