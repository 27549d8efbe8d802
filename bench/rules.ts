/**
 * Learning rules on the same data, device and budget:
 *   npm run bench -- rules FILE [part=xs|digits|hopfield] [seeds=5] [rule=NAME]
 * `xs`: drn-xs on MNIST, ten epochs, equilibrium propagation and backprop at the published numbers. `digits`, `hopfield` (hopfield-1h on
 * MNIST): every rule is first tuned by the same twenty trials, one seed, on samples held out for that, and then trained for ten epochs
 * on every seed. Each run that ends is a line of FILE (JSON); a run that is there is not done again, so that a bench that was cut off
 * goes on. The table is of all that is there. Finds MNIST through OHMPROP_DATA.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputError, OhmpropError } from '../core/index.js';
import { composeRun } from '../experiments/composition/index.js';
import { readConfig } from '../experiments/schema/index.js';
import type { EpochRecord } from '../learning/index.js';
import { machine } from './machine.js';

const TRIALS = 20;
/** Rates of a trial lie within this factor of the preset's, either way. */
const RATE_SPAN = 16;

type Rule = 'eqprop' | 'coupled' | 'contrastive-hebbian' | 'backprop';

interface Part {
  readonly preset: string;
  readonly rules: readonly Rule[];
  /** Not tuned: at the preset's numbers. */
  readonly published?: true;
  /** Of a trial. */
  readonly short?: readonly string[];
  /** Of the runs that count. */
  readonly long: readonly string[];
}

const parts: Readonly<Record<string, Part>> = {
  xs: { preset: 'drn-xs', rules: ['backprop', 'eqprop'], published: true, long: ['training.epochs=10'] },
  digits: {
    preset: 'digits',
    rules: ['eqprop', 'coupled', 'contrastive-hebbian', 'backprop'],
    short: ['training.epochs=3', 'limit=4000', 'validation=1000'],
    long: ['training.epochs=10'],
  },
  hopfield: {
    preset: 'hopfield-1h',
    rules: ['eqprop', 'coupled', 'contrastive-hebbian'],
    short: ['training.epochs=1', 'limit=10000', 'validation=2000'],
    long: ['training.epochs=10', 'validation=10000'],
  },
};

/** Within which β is tried, as the flag takes it. */
const betas: Readonly<Partial<Record<Rule, readonly [number, number]>>> = {
  eqprop: [0.1, 3],
  coupled: [0.02, 1],
};

/** One run that has ended. */
interface Line {
  readonly key: string;
  /** %; 100 where the run broke off, and why. */
  readonly error: number;
  readonly failed?: string;
  readonly seconds: number;
}

export async function run([file, ...rest]: readonly string[]): Promise<void> {
  const given = new Map(rest.map((arg) => arg.split('=') as [string, string]));
  const seeds = Number(given.get('seeds') ?? 5);
  if (file === undefined) throw inputError('bench.usage', 'bench rules: needs a FILE to keep its runs in');
  const done = readLines(file);
  console.log(machine());
  for (const [name, part] of Object.entries(parts)) {
    if ((given.get('part') ?? name) !== name) continue;
    const rules = part.rules.filter((rule) => (given.get('rule') ?? rule) === rule);
    const tuned = new Map<Rule, readonly string[]>();
    for (const rule of rules) tuned.set(rule, part.published ? [] : await tune(file, done, name, part, rule));
    const lines = new Map<Rule, Line[]>(rules.map((rule) => [rule, []]));
    // Seed by seed: what is cut off has compared the rules on the same seeds.
    for (let seed = 1; seed <= seeds; seed++) {
      for (const [rule, of] of lines) {
        const key = `${name} ${rule} seed ${seed}`;
        const set = [...part.long, ...(tuned.get(rule) ?? []), `seed=${seed}`];
        of.push(await once(file, done, key, part, rule, set, 'test'));
        console.log(`${name} ${rule} [${tuned.get(rule)?.join(' ')}]: ${summary(of)}`);
      }
    }
  }
}

/** The settings of the trial with the least error on held out samples. */
async function tune(file: string, done: Map<string, Line>, name: string, part: Part, rule: Rule) {
  let best: { error: number; settings: string[] } | undefined;
  const base = await readConfig({ preset: part.preset, set: [`training.rule=${rule}`, 'data=digits'] });
  for (let trial = 0; trial < TRIALS; trial++) {
    // The R2 sequence (Roberts 2018): the same twenty points in rate and β for every rule.
    const [u, v] = [0.7548776662466927, 0.5698402909980532].map((a) => (0.5 + a * (trial + 1)) % 1);
    const factor = RATE_SPAN ** (2 * u - 1);
    const scaled = (rates: number | readonly number[]) =>
      `[${[rates].flat().map((rate) => Number((rate * factor).toPrecision(4)))}]`;
    const { conductanceRates, biasRates } = base.training;
    const [low, high] = betas[rule] ?? [];
    const settings = [
      `training.conductanceRates=${scaled(conductanceRates)}`,
      `training.biasRates=${scaled(biasRates)}`,
      ...(low === undefined || high === undefined
        ? []
        : [`training.beta=${Number((low * (high / low) ** v).toPrecision(3))}`]),
    ];
    const key = `${name} ${rule} trial ${trial + 1} ${settings.join(' ')}`;
    const { error } = await once(
      file,
      done,
      key,
      part,
      rule,
      [...(part.short ?? []), ...settings],
      'validation',
    );
    if (best === undefined || error < best.error) best = { error, settings };
  }
  return best?.settings ?? [];
}

/** One run, unless it is there already. */
async function once(
  file: string,
  done: Map<string, Line>,
  key: string,
  { preset }: Part,
  rule: Rule,
  set: readonly string[],
  by: 'test' | 'validation',
): Promise<Line> {
  const there = done.get(key);
  if (there !== undefined) return there;
  const data = preset === 'digits' ? 'digits' : `mnist:${join(mnistFolder(), 'mnist')}`;
  const config = await readConfig({
    preset,
    set: [`data=${data}`, 'threads=1', `training.rule=${rule}`, ...set],
  });
  const start = performance.now();
  let record: EpochRecord | undefined;
  let failed: string | undefined;
  try {
    const { trainer } = await composeRun(config);
    for await (const event of trainer.run()) if (event.type === 'epoch') record = event.record;
    await trainer.device.close();
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    failed = error.message;
  }
  const share = by === 'test' ? record?.testError : record?.validationError;
  const line: Line = {
    key,
    error: failed === undefined ? 100 * (share ?? 1) : 100,
    ...(failed === undefined ? {} : { failed }),
    seconds: (performance.now() - start) / 1000,
  };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
  done.set(key, line);
  return line;
}

function summary(lines: readonly Line[]): string {
  const errors = lines.map(({ error }) => error);
  const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length;
  const square = errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / Math.max(1, errors.length - 1);
  const seconds = lines.reduce((sum, line) => sum + line.seconds, 0) / lines.length;
  return `${mean.toFixed(2)} ± ${Math.sqrt(square).toFixed(2)} % (${errors.map((e) => e.toFixed(2)).join(', ')}), ${seconds.toFixed(0)} s a run`;
}

function readLines(file: string): Map<string, Line> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // A line that was cut off is done again.
  const lines = text.split('\n').flatMap((line): Line[] => {
    try {
      return [JSON.parse(line) as Line];
    } catch {
      return [];
    }
  });
  return new Map(lines.map((line) => [line.key, line]));
}

function mnistFolder(): string {
  const folder = process.env.OHMPROP_DATA;
  if (folder !== undefined) return folder;
  throw inputError('bench.data', 'bench rules: needs MNIST: set OHMPROP_DATA to a folder with mnist/ in it');
}
