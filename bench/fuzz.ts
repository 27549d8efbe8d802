/**
 * Hostile input against every parser: valid files changed at random, and files grown from each language's words. Each case must
 * end in a result or in an OhmpropError, within a second (watched from another thread), and all of them within 500 MB.
 *   npm run fuzz -- PARSER [--count N] [--seed S]      a million, or a hundred thousand where one takes over 1 ms
 *   npm run fuzz -- all --count 10000                  every parser in turn: N cases, a tenth of it for the slow ones
 *   npm run fuzz -- measured --from 160000 --count 5000   a part of them: case N is the same whenever it is made again
 * Inputs at fault are kept under runs/fuzz. Figures: docs/results/hostile-input.md.
 */
import { parseArgs } from 'node:util';
import { inputError, nearestWord } from '../core/index.js';
import { targets } from './fuzz/targets.js';
import { fuzz } from './fuzz/watch.js';

/** One case takes over 1 ms, or comes near: they build trees with places, read and write files, follow circuits, or ask over a socket. */
const slow: ReadonlySet<string> = new Set(['yaml', 'npz', 'workbooks', 'hdf5', 'transients', 'requests']);
const WHOLE = 1_000_000;

export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string' },
      from: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
    },
    allowPositionals: true,
  });
  const [parser = ''] = positionals;
  const all = Object.keys(targets);
  if (parser !== 'all' && !all.includes(parser)) {
    const near = nearestWord(parser, all);
    throw inputError(
      'fuzz.parser',
      `fuzz: needs a parser, one of ${all.join(', ')}, or all${near ? `; did you mean ${near}?` : ''}`,
    );
  }
  const seed = whole(values.seed, '--seed');
  const from = whole(values.from, '--from');
  for (const name of parser === 'all' ? all : [parser]) {
    const asked = whole(values.count ?? String(WHOLE), '--count');
    const spread = values.count === undefined || parser === 'all';
    const count = spread && slow.has(name) ? Math.ceil(asked / 10) : asked;
    const report = await fuzz(name, { from, count, seed, failures: 'runs/fuzz' });
    const { seconds, accepted, worst_ms, worstIndex, overSecond, peakMemory_MB, faults } = report;
    console.log(
      `${name.padEnd(13)} ${String(report.count).padStart(8)} cases, ${accepted} accepted, ${Math.round(report.count / seconds)} a second, worst ${worst_ms.toFixed(1)} ms (case ${worstIndex}), ${overSecond} over a second, peak memory ${Math.round(peakMemory_MB)} MB, ${faults.length} faults`,
    );
    for (const { file, what } of faults) console.log(`  ${file}: ${what}`);
    if (faults.length > 0 || report.count === 0) process.exitCode = 1;
  }
  // A thread that served requests leaves something open behind it: without this the process would not end.
  process.exit();
}

function whole(text: string, flag: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw inputError('fuzz.number', `${flag}: needs a whole number, got ${text}`);
}
