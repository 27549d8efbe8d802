/**
 * Whether a user's own table trains with nothing but `train --data csv:FILE`: twenty small tables unlike each other, each
 * compared on fresh rows with a logistic regression. Passes where the network is within 3 points, or was refused with a sentence
 * that says what to change, and that works.
 *   npm run bench -- own-tables [--seed 1] [--only NAME] [--flags "--epochs 20"]
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OhmpropError } from '../core/index.js';
import { readConfig } from '../experiments/schema/index.js';
import { openRun, startRun } from '../experiments/sessions/index.js';
import { evaluate, type Samples } from '../learning/index.js';
import { machine } from './machine.js';
import { logisticError } from './own-tables/logistic-regression.js';
import { type Labelled, type OwnTable, ownTables } from './own-tables/tables.js';

/** Points by which a network may be worse than the regression. */
const MARGIN = 0.03;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      preset: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const directory = await mkdtemp(join(tmpdir(), 'own-tables-'));
  console.log(`${machine()}, seed ${values.seed}`);
  console.log(
    '| table | rows | network % | regression % | points worse | s | epochs | |\n|---|---|---|---|---|---|---|---|',
  );
  let failed = 0;
  try {
    for (const [n, table] of ownTables(Number(values.seed)).entries()) {
      if (values.only !== undefined && !table.name.includes(values.only)) continue;
      const row = await tryTable(directory, `table-${n + 1}`, table, values.set, values.preset);
      if (!row.passes) failed++;
      console.log(`| ${table.name} | ${row.cells.join(' | ')} | ${row.passes ? 'ok' : '**worse**'} |`);
    }
  } finally {
    if (values.keep) console.log(directory);
    else await rm(directory, { recursive: true });
  }
  if (failed > 0) process.exitCode = 1;
  console.log(`${failed === 0 ? 'all pass' : `${failed} do not pass`}`);
}

async function tryTable(directory: string, name: string, table: OwnTable, set: string[], preset?: string) {
  const { refusal } = table;
  let said = '';
  if (refusal !== undefined) {
    said = await refusalOf(directory, `${name}-first`, table.text);
    if (!refusal.says.test(said)) return { cells: ['', '', '', '', '', `said: ${said}`], passes: false };
  }
  const file = join(directory, `${name}.csv`);
  await writeFile(file, refusal?.text ?? table.text);
  const started = performance.now();
  const out = join(directory, name);
  const config = await readConfig({ flags: { data: `csv:${file}` }, set, ...(preset ? { preset } : {}) });
  const outcome = await startRun(config, { out });
  const seconds = (performance.now() - started) / 1000;
  const network = await errorOnFresh(out, table.fresh);
  const yardstick = logisticError(await readTable(file), table.fresh);
  const worse = network - yardstick;
  const percent = (share: number) => (100 * share).toFixed(1);
  const rows = (await readTable(file)).rows.length;
  return {
    cells: [
      `${rows}`,
      percent(network),
      percent(yardstick),
      percent(worse),
      seconds.toFixed(1),
      `${outcome.epochs.length}`,
    ],
    passes: worse <= MARGIN,
  };
}

/** The sentence that a table is refused with. */
async function refusalOf(directory: string, name: string, text: string): Promise<string> {
  const file = join(directory, `${name}.csv`);
  await writeFile(file, text);
  try {
    const config = await readConfig({ flags: { data: `csv:${file}` } });
    await startRun(config, { out: join(directory, name) });
    return '';
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    return error.message;
  }
}

/** Rows that the run never saw, coded as its own. */
async function errorOnFresh(path: string, { rows, labels }: Labelled): Promise<number> {
  const { run, directory } = await openRun(path, { restore: 'write' });
  const { trainer, dataSet } = run;
  const samples: Samples = {
    count: rows.length,
    features: dataSet.features,
    classes: dataSet.classes,
    values: Float64Array.from(rows.flat()),
    labels: Uint16Array.from(labels, (label) => dataSet.classNames.indexOf(label)),
  };
  const { error } = await evaluate(trainer.device, run.coder, samples);
  await trainer.device.close();
  await directory.release();
  return error;
}

/** The file as the regression sees it; plain as these files are. */
async function readTable(file: string): Promise<Labelled> {
  const lines = (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(/[,;]/));
  const body = lines[0].at(-1) === 'class' ? lines.slice(1) : lines;
  return {
    rows: body.map((cells) => cells.slice(0, -1).map(Number)),
    labels: body.map((cells) => cells.at(-1) as string),
  };
}
