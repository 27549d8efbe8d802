import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RandomStream } from '../core/index.js';
import { medianInterval } from './layered/median-interval.js';
import { machine } from './machine.js';

/**
 * Two checkouts against each other, in turn, on the same commands: did a change cost speed?
 *
 *   npm run bench -- before-after --before DIR [--pairs 15] [--only 'NAME|NAME'] [--json FILE]
 *
 * DIR is another checkout, built. Every row is run before, after, after, before, … so that a machine that grows busy slows
 * both; the ratio after/before of each pair is taken, and of these the median with its distribution-free 95 % interval
 * (order statistics 4 and 12 of 15; binomial). What is timed is what the command itself reports of its work, or else the
 * processor time of the whole process. All data are made by the program itself.
 */
interface Row {
  readonly name: string;
  readonly args: readonly string[];
  /** Seconds, out of the JSON that the command prints; the whole process's processor time when left out. */
  readonly reported?: (json: never) => number;
}

const epochSeconds = (json: { epochs: { seconds: number }[] }) =>
  json.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
const solveSeconds = (json: { solveSeconds: number }) => json.solveSeconds;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      before: { type: 'string' },
      pairs: { type: 'string', default: '15' },
      only: { type: 'string' },
      json: { type: 'string' },
    },
  });
  if (values.before === undefined)
    throw new Error('before-after: needs --before DIR, another built checkout');
  const sides = [resolve(values.before), fileURLToPath(new URL('../..', import.meta.url))];
  const pairs = Number(values.pairs);
  const folder = mkdtempSync(join(tmpdir(), 'ohmprop-before-after-'));
  const results: object[] = [];
  console.log(machine());
  try {
    const wanted = values.only?.split('|') ?? [''];
    const rows = rowsIn(folder).filter(({ name }) => wanted.some((part) => name.includes(part)));
    for (const row of rows) {
      for (const side of sides) secondsOf(side, row, folder);
      const ratios: number[] = [];
      const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let pair = 0; pair < pairs; pair++) {
        const order = pair % 2 === 0 ? [0, 1] : [1, 0];
        const seconds = [0, 0];
        for (const side of order) seconds[side] = secondsOf(sides[side], row, folder);
        for (const side of order) best[side] = Math.min(best[side], seconds[side]);
        ratios.push(seconds[1] / seconds[0]);
      }
      const { low, median, high } = medianInterval(ratios);
      const [before_s, after_s] = best;
      console.log(
        `${row.name.padEnd(34)} before ${before_s.toFixed(3)} s  after ${after_s.toFixed(3)} s  ratio ${median.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]  load ${loadavg()[0].toFixed(2)}`,
      );
      results.push({ name: row.name, before_s, after_s, median, low, high, ratios });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ machine: machine(), pairs, results }, null, 1)}\n`);
  }
}

/** Told by the child itself as it ends: its threads are counted, its start-up too. */
const PROCESSOR_TIME =
  'data:text/javascript,import{writeFileSync}from"node:fs";process.on("exit",()=>{const{user,system}=process.cpuUsage();writeFileSync(process.env.PROCESSOR_TIME,String((user+system)/1e6))})';

function secondsOf(checkout: string, row: Row, folder: string): number {
  const spent = join(folder, 'spent');
  const out = join(folder, 'run');
  rmSync(out, { recursive: true, force: true });
  const args = row.args.map((arg) => (arg === 'OUT' ? out : arg));
  const child = spawnSync(
    process.execPath,
    ['--import', PROCESSOR_TIME, join(checkout, 'dist/cli/main.js'), ...args, '--json'],
    { encoding: 'utf8', maxBuffer: 2 ** 30, env: { ...process.env, PROCESSOR_TIME: spent } },
  );
  if (child.status !== 0) throw new Error(`${checkout}: ${row.name}: exit ${child.status}\n${child.stderr}`);
  if (row.reported === undefined) return Number(readFileSync(spent, 'utf8'));
  return row.reported(JSON.parse(child.stdout) as never);
}

function rowsIn(folder: string): Row[] {
  const train = (name: string, ...args: string[]): Row => ({
    name,
    args: ['train', ...args, '--out', 'OUT'],
    reported: epochSeconds,
  });
  const onDigits = (name: string, preset: string, limit: number, ...more: string[]) =>
    train(
      name,
      ...['--preset', preset, '--data', 'digits', '--set', 'validation=0', '--epochs', '1', '--threads', '1'],
      ...['--limit', String(limit), ...more],
    );
  const array = (rows: number, columns: number, draw: (random: RandomStream) => number, name: string) => {
    const random = new RandomStream(1, `bench/before-after/${name}`);
    const file = join(folder, `${name}.csv`);
    const lines = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => draw(random).toPrecision(8)).join(','),
    );
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  };
  const cell_ohm = (random: RandomStream) => 10 ** random.between(3, 6);
  const drive_V = (random: RandomStream) => random.between(-1, 1);
  const crossbar = (name: string, size: number, inputs: number): Row => ({
    name,
    args: [
      ...['crossbar', 'solve', '--resistances', array(size, size, cell_ohm, `r${size}`)],
      ...['--inputs', array(size, inputs, drive_V, `v${size}x${inputs}`)],
      ...['--wire-row-ohm', '1', '--wire-col-ohm', '1'],
    ],
    reported: solveSeconds,
  });
  const deck = join(folder, 'clipper.cir');
  writeFileSync(
    deck,
    `clippers, swept\n.model d d(is=1e-14 n=1.2)\nv1 in 0 0\n${Array.from(
      { length: 30 },
      (_, k) =>
        `r${k} in n${k} ${1000 + 10 * k}\nd${k} n${k} 0 d\nb${k} n${k} 0 i=1e-5*tanh(v(n${k})*${k + 1})\n`,
    ).join('')}.dc v1 -3 3 0.0005\n.end\n`,
  );
  return [
    onDigits('drn-xs, float32', 'drn-xs', 10_000),
    onDigits('drn-1h, float32', 'drn-1h', 2_000),
    onDigits('drn-3h, float32', 'drn-3h', 150),
    onDigits('hopfield-1h, float32', 'hopfield-1h', 4_000),
    onDigits('drn-xs on cells, proportional', 'drn-xs', 2_500, '--cells', 'linear', '--c2c', '0.05'),
    onDigits('drn-xs on cells, read noise', 'drn-xs', 1_200, '--cells', 'linear', '--read-noise', '0.01'),
    train(
      'digits, float64',
      '--preset',
      'digits',
      '--arithmetic',
      'float64',
      '--epochs',
      '1',
      '--limit',
      '500',
    ),
    train(
      'digits on cells, float64',
      ...['--preset', 'digits', '--arithmetic', 'float64', '--epochs', '1'],
      ...['--limit', '200', '--cells', 'linear'],
    ),
    train('iris on a simulated board', '--preset', 'board-iris', '--epochs', '40'),
    train('xor on the virtual board', '--device', 'virtual', '--data', 'xor', '--epochs', '12'),
    crossbar('crossbar 512 × 512', 512, 4),
    crossbar('crossbar 128 × 128, 100 inputs', 128, 100),
    // `device` is what version 0.1 calls the group `cell`.
    { name: 'circuit, 12,001 points of a sweep', args: ['circuit', 'run', deck] },
    {
      name: 'hysteresis of VTEAM',
      args: ['device', 'sweep', 'vteam-kvatinsky', '--samples', '20000', '--periods', '20'],
    },
  ];
}
