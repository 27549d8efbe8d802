import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { readQuantity } from '../core/index.js';
import { readYaml } from '../core/yaml/index.js';
import {
  pointText,
  type StudyResults,
  shortNumber,
  spreadOf,
  type Threshold,
  thresholdsOf,
  thresholdText,
} from '../experiments/studies/index.js';

// The specification table from the raw tables beside it (docs/results/specification/*.csv): `npm run bench -- specification`. Thresholds by
// the rule of +0.3 point of test error, and the law of the read-out's noise against them.

const folder = fileURLToPath(new URL('../../docs/results/specification/', import.meta.url));
const studies = fileURLToPath(new URL('../../examples/studies/', import.meta.url));
const RISE = { metric: 'testError', amount: 0.003 };
const NOISE = 'readout.noise_V';

/** Prints all rows that have a table, the law against them, and which rows have none. */
export async function run(): Promise<void> {
  const missing: string[] = [];
  for (const name of studyNames()) {
    const axes = axesOf(name);
    if (!existsSync(join(folder, `${name}.csv`))) {
      missing.push(name);
      continue;
    }
    const results = readResults(name, axes);
    console.log(`\n${name}`);
    for (const point of results.points) {
      const { n, mean, deviation } = point.spreads.testError;
      const difference = point.differences.testError;
      const less =
        difference === undefined
          ? ''
          : `, ${percent(difference.mean)} [${percent(difference.low)}, ${percent(difference.high)}]`;
      console.log(`  ${pointText(point)}: ${percent(mean)} ± ${percent(deviation)} % (${n} seeds)${less}`);
    }
    for (const threshold of thresholdsOf(results, RISE).filter(({ axis }) => axis === axes.at(-1)))
      console.log(`  ${thresholdText(threshold)}`);
  }
  for (const nudges of lengths) law(nudges);
  if (missing.length === 0) return;
  console.log(
    `\n${missing.length} rows are not there; each is computed by a line, which goes on when it is given again:`,
  );
  for (const name of missing)
    console.log(
      `  ohmprop study examples/studies/${name}.yaml -o docs/results/specification/${name}.csv   # ${axesOf(name).join(', ')}`,
    );
}

/** Rows of the table: a file each. */
function studyNames(): string[] {
  return readdirSync(studies)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

function axesOf(name: string): string[] {
  const { axes } = readYaml(readFileSync(join(studies, `${name}.yaml`), 'utf8'), name, 'bench.data') as {
    axes: Record<string, unknown>;
  };
  return Object.keys(axes);
}

/** drn-xs: rate, gain of the inputs, minibatch; the mean conductance of its first layer and MNIST's pixels (r.m.s.). */
const setting = { rate: 0.006, gain: 100, batch: 4, g0: 0.0071, x_rms: 0.3347 };
/** Trainings by their length: β of each nudge, epochs and samples of an epoch. */
const lengths = [
  [
    { name: 'noise-conductance', beta: 1, axes: ['training.epochs', NOISE], epochs: 1, samples: 20_000 },
    { name: 'noise-held', beta: 20, axes: [NOISE], epochs: 1, samples: 20_000 },
  ],
  [
    { name: 'xs-noise-conductance', beta: 1, axes: [NOISE], epochs: 10, samples: 60_000 },
    { name: 'xs-noise-held', beta: 20, axes: [NOISE], epochs: 10, samples: 60_000 },
  ],
] as const;
/** A published volt of drn-xs, V. */
const VOLT = 1e-3;

/**
 * σ_c = .28 β g₀ √(B/n)/(η A x_rms): where noise of reads, a random walk of conductances against 0, begins to cost. Fitted is what is left
 * free: by which factor the threshold differs, and by which power the error rises, over both nudges at once.
 */
function law(nudges: (typeof lengths)[number]): void {
  const { rate, gain, batch, g0, x_rms } = setting;
  const points: {
    name: string;
    noise_V: number;
    relative: number;
    rise: number;
    error: number;
    n: number;
  }[] = [];
  for (const { name, beta, axes, epochs, samples } of nudges) {
    if (!existsSync(join(folder, `${name}.csv`))) continue;
    const predicted_V =
      (VOLT * 0.28 * beta * g0 * Math.sqrt(batch / ((epochs * samples) / batch))) / (rate * gain * x_rms);
    const results = readResults(name, axes);
    const [threshold]: readonly Threshold[] = thresholdsOf(results, RISE).filter(
      ({ axis, at }) => axis === NOISE && (at['training.epochs'] ?? epochs) === epochs,
    );
    console.log(
      `\n${name}: the law says ${micro(predicted_V)}, measured ${micro(threshold?.value)} [${micro(threshold?.low)}, ${micro(threshold?.high)}]`,
    );
    for (const { values, differences } of results.points) {
      const difference = differences.testError;
      if (difference === undefined || (values['training.epochs'] ?? epochs) !== epochs) continue;
      const noise_V = Number(values[NOISE]);
      points.push({
        name,
        noise_V,
        relative: noise_V / predicted_V,
        rise: difference.mean,
        error: (difference.deviation ?? Number.NaN) / Math.sqrt(difference.n),
        n: difference.n,
      });
    }
  }
  if (points.length === 0) return;
  let best = { factor: 1, power: 1, sum: Number.POSITIVE_INFINITY };
  for (let factor = 0.2; factor <= 5; factor *= 1.01) {
    for (let power = 0.5; power <= 4; power += 0.02) {
      const sum = points.reduce(
        (all, { relative, rise }) => all + (rise - riseOf(relative, factor, power)) ** 2,
        0,
      );
      if (sum < best.sum) best = { factor, power, sum };
    }
  }
  console.log(
    `\nrise = .3 point · (σ/(f σ_c))^p over them: f ${best.factor.toFixed(2)}, p ${best.power.toFixed(2)}; residuals in points of error:`,
  );
  for (const { name, noise_V, relative, rise, error } of points) {
    console.log(
      `  ${name.padEnd(20)} ${micro(noise_V).padEnd(9)} σ/σ_c ${relative.toFixed(2).padStart(5)}  rise ${percent(rise).padStart(6)} ± ${percent(error)}  residual ${percent(rise - riseOf(relative, best.factor, best.power))}`,
    );
  }
}

const riseOf = (relative: number, factor: number, power: number): number =>
  RISE.amount * (relative / factor) ** power;

/** A raw table as a study's results, each point against the first value of the last axis; a trial without the number is left out. */
export function readResults(name: string, axes: readonly string[], tables = folder): StudyResults {
  const rows = parse(readFileSync(join(tables, `${name}.csv`), 'utf8'), { columns: true }) as Record<
    string,
    string
  >[];
  const trials = rows
    .filter(({ testError }) => testError !== '')
    .map((row) => ({
      key: row.trial,
      values: Object.fromEntries(axes.map((axis) => [axis, numeric(axis, row[axis])])),
      seed: Number(row.seed),
      numbers: new Map([['testError', Number(row.testError)]]),
    }));
  const places = new Map(trials.map(({ values }) => [JSON.stringify(values), values]));
  const at = (place: string) => trials.filter(({ values }) => JSON.stringify(values) === place);
  const last = axes.at(-1) ?? '';
  const points = [...places].map(([place, values]) => {
    const here = at(place);
    // The ideal of the same choice of all other axes.
    const ideal = trials.filter((one) =>
      axes.every((axis) =>
        axis === last ? true : JSON.stringify(one.values[axis]) === JSON.stringify(values[axis]),
      ),
    );
    const first = ideal.filter((one) => one.values[last] === ideal[0].values[last]);
    const spread = spreadOf(here.map(({ numbers }) => numbers.get('testError') ?? Number.NaN));
    const difference =
      first[0] === here[0]
        ? undefined
        : spreadOf(
            here.flatMap(({ seed, numbers }) => {
              const pair = first.find((one) => one.seed === seed)?.numbers.get('testError');
              return pair === undefined ? [] : [(numbers.get('testError') ?? Number.NaN) - pair];
            }),
          );
    return {
      values,
      trials: here.length,
      failed: 0,
      spreads: spread === undefined ? {} : { testError: spread },
      differences: difference === undefined ? {} : { testError: difference },
    } as StudyResults['points'][number];
  });
  const found = {
    effects: [],
    distributions: [],
    repeats: 'seeds' as const,
    limits: [],
    failures: [],
    open: 0,
  };
  return { ...found, name, metrics: ['testError'], axes, points, trials };
}

/** `20nV` as 2e-8; numbers as such, what is neither as it stands. */
function numeric(axis: string, text: string): unknown {
  if (axis.endsWith('_V') && !text.startsWith('[')) return readQuantity(text, 'V', axis).value;
  if (/^[\d.]+%$/.test(text)) return readQuantity(text, '1', axis).value;
  return /^[\d.eE+-]+$/.test(text) ? Number(text) : text;
}

const percent = (value: number | undefined): string => (value === undefined ? '–' : (100 * value).toFixed(2));
const micro = (volts: number | undefined): string =>
  volts === undefined ? 'beyond' : `${shortNumber(Number((volts * 1e6).toPrecision(3)))} µV`;
