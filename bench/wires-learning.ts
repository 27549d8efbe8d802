/**
 * What it is worth to learn through the wires:
 *   npm run bench -- wires-learning FILE.jsonl [seeds=5] [samples=10000] [epochs=8] [threads=1] [levels=1e-3,1e-5]
 * The preset digits (256×2-128-10) with cells of 1–100 µS, trained with wires in place and trained without and then put between the same wires
 * (`mapped`), at r·g_max = 1e-3, 1e-4 and 1e-5, paired by seed; tested on the whole test set. A line of FILE a finished training: what is there
 * already is not run again. The table comes from the file.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { student975 } from '../calibration/estimates/index.js';
import { inputError } from '../core/index.js';
import { type ComposedRun, composeRun } from '../experiments/composition/index.js';
import { readConfig } from '../experiments/schema/index.js';
import { machine } from './machine.js';

const G_MAX_S = 100e-6;
const LEVELS = [1e-3, 1e-4, 1e-5];

/** One training: error on the test set with its own wires, and of ideal training also between others. */
interface Line {
  readonly seed: number;
  /** r·g_max of the wires that it was trained through, 0 of ideal ones. */
  readonly level: number;
  readonly testError: number;
  readonly mapped?: Readonly<Record<string, number>>;
  readonly cpuSeconds: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const file = args.find((arg) => !arg.includes('='));
  if (file === undefined) throw inputError('bench.file', 'bench wires-learning: name a file for its lines');
  const given = new Map(args.map((arg) => arg.split('=') as [string, string]));
  const seeds = Number(given.get('seeds') ?? 5);
  console.log(machine());
  const lines = (): Line[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Line)
      : [];
  for (let seed = 1; seed <= seeds; seed++) {
    for (const level of [0, ...levelsOf(given)]) {
      if (lines().some((line) => line.seed === seed && line.level === level)) continue;
      const line = await trained(seed, level, given);
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      console.log(JSON.stringify(line));
    }
  }
  console.log(tableOf(lines()));
  console.log(machine());
}

function levelsOf(given: ReadonlyMap<string, string>): number[] {
  return given.get('levels')?.split(',').map(Number) ?? LEVELS;
}

function open(seed: number, level: number, given: ReadonlyMap<string, string>): Promise<ComposedRun> {
  const of = (name: string, otherwise: string) => given.get(name) ?? otherwise;
  return readConfig({
    preset: 'digits',
    set: [
      `seed=${seed}`,
      `limit=${of('samples', '10000')}`,
      `training.epochs=${of('epochs', '8')}`,
      `threads=${of('threads', '1')}`,
      'network.window=[1uS, 100uS]',
      'network.units.conductance_S=754uS',
      ...(level === 0 ? [] : [`network.wires.wire_ohm=${level / G_MAX_S}`]),
    ],
  }).then((config) => composeRun(config));
}

async function trained(seed: number, level: number, given: ReadonlyMap<string, string>): Promise<Line> {
  const before = process.cpuUsage();
  const { trainer } = await open(seed, level, given);
  let testError = Number.NaN;
  for await (const event of trainer.run()) if (event.type === 'epoch') testError = event.record.testError;
  const { user, system } = process.cpuUsage(before);
  const mapped: Record<string, number> = {};
  if (level === 0) {
    const parameters = await trainer.device.readParameters();
    for (const other of levelsOf(given)) {
      const between = await open(seed, other, given);
      await between.trainer.device.writeParameters(parameters);
      mapped[other] = (await between.trainer.evaluateOn('test')).error;
      await between.trainer.device.close();
    }
  }
  await trainer.device.close();
  return { seed, level, testError, ...(level === 0 ? { mapped } : {}), cpuSeconds: (user + system) / 1e6 };
}

function tableOf(lines: readonly Line[]): string {
  const percent = (share: number) => (100 * share).toFixed(2);
  const rows = LEVELS.filter((level) => lines.some((line) => line.level === level)).map((level) => {
    const pairs = lines
      .filter((line) => line.level === level)
      .flatMap(({ seed, testError }) => {
        const ideal = lines.find((line) => line.seed === seed && line.level === 0);
        const mapped = ideal?.mapped?.[level];
        return ideal === undefined || mapped === undefined
          ? []
          : [{ ideal: ideal.testError, mapped, through: testError }];
      });
    const mean = (of: (pair: (typeof pairs)[number]) => number) =>
      pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
    const gain = mean(({ mapped, through }) => mapped - through);
    const deviation = Math.sqrt(
      pairs.reduce((sum, { mapped, through }) => sum + (mapped - through - gain) ** 2, 0) /
        Math.max(1, pairs.length - 1),
    );
    const half =
      pairs.length < 2 ? Number.NaN : (student975(pairs.length - 1) * deviation) / Math.sqrt(pairs.length);
    return `| ${level} | ${pairs.length} | ${percent(mean(({ ideal }) => ideal))} | ${percent(mean(({ mapped }) => mapped))} | ${percent(mean(({ through }) => through))} | ${percent(gain)} (${percent(gain - half)} to ${percent(gain + half)}) |`;
  });
  return [
    '| r·g_max | seeds | ideal, % error | mapped, % | trained through, % | gained, points (95 %) |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
