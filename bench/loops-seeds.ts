/**
 * Whether a fit depends on the seed of its starts: `calibrate fit` of a measured loop with each seed, nothing else said, and how far apart
 * the objectives end. Each fit is a line of the file: call it again to go on.
 *   OHMPROP_DATA=… npm run bench -- loops-seeds [--seeds 20] [--only mss,vteam] [--minutes 10] [--file loops-seeds.jsonl]
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withCheckpoints } from './loops/checkpoints.js';
import { machine } from './machine.js';

interface Ended {
  readonly key: string;
  readonly cost: number;
  readonly status: string;
  readonly r2: number;
}

const program = fileURLToPath(new URL('../cli/main.js', import.meta.url));

function fitted(data: string, model: string, seed: number): Omit<Ended, 'key'> {
  const answer = execFileSync(process.execPath, [
    ...[program, 'calibrate', 'fit', join(data, 'devices/knowm_sdc/5kohm_.8V_10Hz_M1_Memristor.csv')],
    ...['--model', model, '--seed', String(seed), '--quick', '--json'],
    ...['--answer', 'columns=voltage_V,current_uA', '--answer', 'frequency=10Hz'],
  ]);
  const [{ cost, status, loops }] = JSON.parse(String(answer)).models;
  return { cost, status, r2: loops[0].r2 };
}

export function run(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '20' },
      only: { type: 'string', default: 'mss,gmss,vteam,yakopcic,memdiode' },
      minutes: { type: 'string', default: '10' },
      file: { type: 'string', default: 'loops-seeds.jsonl' },
    },
  });
  const data = process.env.OHMPROP_DATA;
  if (data === undefined) {
    console.log('loops-seeds: needs the folder of measured loops, OHMPROP_DATA');
    return;
  }
  const models = values.only.split(',');
  const keys = models.flatMap((model) =>
    Array.from({ length: Number(values.seeds) }, (_, seed) => `${model} ${seed}`),
  );
  const all = withCheckpoints<Ended>(values.file, keys, Number(values.minutes), (key) => {
    const [model, seed] = key.split(' ');
    return fitted(data, model, Number(seed));
  });
  console.log(machine());
  for (const model of models) {
    const ended = all.filter(({ key }) => key.startsWith(`${model} `));
    if (ended.length === 0) continue;
    const costs = ended.map(({ cost }) => cost).sort((a, b) => a - b);
    const within = costs.filter((cost) => cost <= 1.01 * costs[0]).length;
    const statuses = [...new Set(ended.map(({ status }) => status))].join(', ');
    console.log(
      `${model}: ${ended.length} seeds, objective ${costs[0].toPrecision(6)} to ${costs[costs.length - 1].toPrecision(6)}: ${(100 * ((costs.at(-1) ?? 0) / costs[0] - 1)).toFixed(2)} % apart, ${within} within 1 % of the least; ${statuses}`,
    );
  }
}
