import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RandomStream } from '../core/index.js';
import { Checkout } from './mutations/checkout.js';
import { applyNamed, namedMutations } from './mutations/named.js';
import { RelatedTests } from './mutations/related-tests.js';
import { type Mutation, mutationsOf } from './mutations/sites.js';

/** Something to try: the file so changed, under the tests in their order. */
interface Trial {
  readonly what: string;
  readonly file: string;
  readonly change: (text: string) => string;
  readonly tests: readonly string[];
}

/**
 * Do the tests notice when the code is wrong? Draws places in the source (a file at random, then a place in it), changes each
 * in a copy of the checkout, and runs the tests that reach the file, the nearest first, until one fails.
 *
 *   npm run bench -- mutations [--seed 1] [--count 60] [--rooms devices,learning,solver] [--most 24] [--only 3,17]
 *   npm run bench -- mutations --named [--only 3,17]
 *
 * `--named`: promises turned off, each under the tests that own it, instead of drawn places. `--most`: test files that a
 * mutation is given, nearest first. `--only`: numbers of mutations. Prints a line a mutation; survivors are listed at the end.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      named: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '60' },
      rooms: { type: 'string', default: 'devices,learning,solver' },
      most: { type: 'string', default: '24' },
      only: { type: 'string' },
    },
  });
  const checkout = new Checkout(fileURLToPath(new URL('../..', import.meta.url)));
  try {
    const rooms = values.rooms.split(',');
    const all = values.named
      ? named()
      : drawn(checkout, rooms, Number(values.seed), Number(values.count), Number(values.most));
    const only = values.only?.split(',').map(Number);
    const survivors: string[] = [];
    let tried = 0;
    for (const [k, { what, file, change, tests }] of all.entries()) {
      if (only !== undefined && !only.includes(k + 1)) continue;
      tried++;
      const { caughtBy } = checkout.firstToFail(file, change, tests);
      if (caughtBy === undefined) survivors.push(what);
      const outcome = caughtBy === undefined ? 'SURVIVED' : 'caught  ';
      console.log(
        `${String(k + 1).padStart(3)} ${outcome} ${what}${caughtBy === undefined ? '' : `  by ${caughtBy}`}`,
      );
    }
    const source = values.named ? 'named' : `seed ${values.seed}`;
    console.log(`\n${source}: ${tried - survivors.length} of ${tried} caught; survivors:`);
    for (const survivor of survivors) console.log(`  ${survivor}`);
    for (const test of checkout.failing) console.log(`left out, as it fails unchanged: ${test}`);
  } finally {
    checkout.remove();
  }
}

function named(): Trial[] {
  return namedMutations.map((mutation) => ({
    what: mutation.name,
    file: mutation.file,
    change: (text) => applyNamed(mutation, text),
    tests: mutation.tests,
  }));
}

function drawn(
  { path, files }: Checkout,
  rooms: readonly string[],
  seed: number,
  count: number,
  most: number,
): Trial[] {
  const sources = files.filter(
    (file) =>
      file.endsWith('.ts') && !file.endsWith('/index.ts') && rooms.some((r) => file.startsWith(`${r}/`)),
  );
  const related = new RelatedTests(
    path,
    files.filter((file) => file.endsWith('.test.ts')),
  );
  return draw(path, sources, seed, count).map(({ file, line, start, end, before, after }) => ({
    what: `${file}:${line}  ${oneLine(before)} → ${oneLine(after)}`,
    file,
    change: (text) => text.slice(0, start) + after + text.slice(end),
    tests: related.of(file).slice(0, most),
  }));
}

/** A file with at least one place at random, then one of its places; never the same place twice. */
function draw(root: string, sources: readonly string[], seed: number, count: number): Mutation[] {
  const random = new RandomStream(seed, 'bench/mutations');
  const places = new Map<string, Mutation>();
  while (places.size < count) {
    const file = sources[random.integer(sources.length)];
    const found = mutationsOf(join(root, file));
    if (found.length === 0) continue;
    const place = found[random.integer(found.length)];
    places.set(`${file}:${place.start}:${place.after}`, { ...place, file });
  }
  return [...places.values()];
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
