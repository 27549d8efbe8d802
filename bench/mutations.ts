import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RandomStream } from '../core/index.js';
import { RelatedTests } from './mutations/related-tests.js';
import { type Mutation, mutationsOf } from './mutations/sites.js';

/**
 * Do the tests notice when the code is wrong? Draws places in the source (a file at random, then a place in it), changes each
 * in a copy of the checkout, and runs the tests that reach the file, the nearest first, until one fails.
 *
 *   npm run bench -- mutations [--seed 1] [--count 60] [--rooms devices,learning,solver] [--from 0] [--most 40]
 *
 * `--most`: test files that a mutation is given, nearest first. Prints a line a mutation; survivors are listed at the end.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '60' },
      rooms: { type: 'string', default: 'devices,learning,solver' },
      from: { type: 'string', default: '0' },
      most: { type: 'string', default: '40' },
    },
  });
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const copy = mkdtempSync(join(tmpdir(), 'ohmprop-mutations-'));
  const survivors: string[] = [];
  try {
    const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    for (const file of tracked) cpSync(join(root, file), join(copy, file));
    cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const rooms = values.rooms.split(',');
    const sources = tracked.filter(
      (file) =>
        file.endsWith('.ts') && !file.endsWith('/index.ts') && rooms.some((r) => file.startsWith(`${r}/`)),
    );
    const related = new RelatedTests(
      copy,
      tracked.filter((file) => file.endsWith('.test.ts')),
    );
    const drawn = draw(copy, sources, Number(values.seed), Number(values.count));
    for (const [number, mutation] of drawn.entries()) {
      if (number < Number(values.from)) continue;
      const tests = related.of(mutation.file).slice(0, Number(values.most));
      const place = `${mutation.file}:${mutation.line}  ${oneLine(mutation.before)} → ${oneLine(mutation.after)}`;
      const caughtBy = firstToFail(copy, mutation, tests);
      console.log(
        `${String(number + 1).padStart(3)} ${caughtBy === undefined ? 'SURVIVED' : 'caught  '} ${place}`,
      );
      if (caughtBy === undefined) survivors.push(place);
    }
    const tried = drawn.length - Number(values.from);
    console.log(`\nseed ${values.seed}: ${tried - survivors.length} of ${tried} caught; survivors:`);
    for (const survivor of survivors) console.log(`  ${survivor}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** A file with at least one place at random, then one of its places; never the same place twice. */
function draw(root: string, sources: readonly string[], seed: number, count: number): Mutation[] {
  const random = new RandomStream(seed, 'bench/mutations');
  const drawn = new Map<string, Mutation>();
  while (drawn.size < count) {
    const file = sources[random.integer(sources.length)];
    const places = mutationsOf(join(root, file));
    if (places.length === 0) continue;
    const place = places[random.integer(places.length)];
    drawn.set(`${file}:${place.start}:${place.after}`, { ...place, file });
  }
  return [...drawn.values()];
}

/** A name for what noticed the mutation; nothing where all tests passed. */
function firstToFail(root: string, mutation: Mutation, tests: readonly string[]): string | undefined {
  const path = join(root, mutation.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, mutation.start) + mutation.after + text.slice(mutation.end));
  try {
    for (let first = 0; first < tests.length; first += 8) {
      const some = tests.slice(first, first + 8);
      const { status } = spawnSync('npx', ['vitest', 'run', '--bail', '1', ...some], {
        cwd: root,
        stdio: 'ignore',
        timeout: 240_000,
      });
      // A test that never ends has noticed too.
      if (status !== 0) return some[0];
    }
    return undefined;
  } finally {
    writeFileSync(path, text);
  }
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
