import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Cases, type Fault, progress } from './cases.js';
import type { Work } from './thread.js';

/** What became of the cases of one parser. */
export interface FuzzReport {
  readonly parser: string;
  readonly count: number;
  readonly seed: number;
  readonly accepted: number;
  readonly seconds: number;
  /** The longest case: the least of three times that it was tried again, so that other work of the machine does not count. */
  readonly worst_ms: number;
  readonly worstIndex: number;
  /** Cases over a second, of a parser that may take longer. */
  readonly overSecond: number;
  /** Of the whole process, Node itself included. */
  readonly peakMemory_MB: number;
  readonly faults: readonly (Fault & { readonly file: string })[];
}

const LOOK_ms = 50;
const MAX_MEMORY_MB = 500;
/** Then the parser is to be mended first. */
const MAX_FAULTS = 10;
/** A case that hung is tried again by itself: on a busy machine, a thread may just not have been let run. */
const TRIES = 3;

/**
 * Runs a parser's cases in a thread, and watches it from this one: what takes more than a second (or the parser's own
 * patience) is ended, what takes more than 500 MB is told, and every input at fault is kept in a file.
 * @param failures folder of kept inputs, made when there is one
 */
export async function fuzz(
  parser: string,
  options: { from: number; count: number; seed: number; failures: string },
): Promise<FuzzReport> {
  const { from: first, count, seed, failures } = options;
  const to = first + count;
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'ohmprop-fuzz-'));
  const shared = new SharedArrayBuffer(8 * progress.length);
  const told = new Float64Array(shared);
  const found: Fault[] = [];
  const started = performance.now();
  let peak = 0;
  try {
    const cases = await Cases.of(parser, seed, folder);
    const look = () => {
      peak = Math.max(peak, process.memoryUsage.rss() / 1e6);
    };
    const { patience_ms } = cases;
    for (let from = first; from < to && found.length < MAX_FAULTS; ) {
      const work = { name: parser, seed, from, to, folder, shared, patience_ms };
      const fault = await inThread(work, told, look);
      if (fault === undefined) break;
      from = fault.index + 1;
      if (
        fault.what !== HANG ||
        (await hangsAgain({ name: parser, seed, folder, patience_ms }, fault.index, look))
      ) {
        found.push(fault);
      } else told[progress.done]++;
    }
    const worstIndex = told[progress.worstIndex];
    if (peak > MAX_MEMORY_MB) found.push({ index: worstIndex, what: `${Math.round(peak)} MB of memory` });
    const worst_ms = found.some(({ what }) => what === HANG)
      ? patience_ms
      : await leastTime(cases, worstIndex);
    return {
      parser,
      count: told[progress.done],
      seed,
      accepted: told[progress.accepted],
      seconds: (performance.now() - started) / 1000,
      worst_ms,
      worstIndex,
      overSecond: told[progress.overSecond],
      peakMemory_MB: peak,
      faults: found.map((fault) => ({ ...fault, file: keep(cases, parser, seed, fault.index, failures) })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const HANG = 'takes longer than it may';

/** Runs cases in a thread until one is at fault, dies, or hangs. */
function inThread(work: Work, told: Float64Array, look: () => void): Promise<Fault | undefined> {
  told[progress.began_ms] = Number.POSITIVE_INFINITY;
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./thread.js', import.meta.url), {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: 300, maxYoungGenerationSizeMb: 32 },
    });
    const watch = setInterval(() => {
      look();
      if (performance.timeOrigin + performance.now() - told[progress.began_ms] > work.patience_ms)
        end({ index: told[progress.index], what: HANG });
    }, LOOK_ms);
    const end = (fault: Fault | undefined): void => {
      clearInterval(watch);
      look();
      thread.terminate().then(() => resolve(fault), reject);
    };
    thread.on('message', (message: Fault | 'done') => end(message === 'done' ? undefined : message));
    thread.on('error', (error) => {
      // Before the first case, it is the fuzzer that is wrong.
      if (told[progress.began_ms] === Number.POSITIVE_INFINITY) reject(error);
      else end({ index: told[progress.index], what: `ends its thread: ${error.message}` });
    });
  });
}

async function hangsAgain(
  work: Omit<Work, 'from' | 'to' | 'shared'>,
  index: number,
  look: () => void,
): Promise<boolean> {
  for (let attempt = 1; attempt < TRIES; attempt++) {
    const shared = new SharedArrayBuffer(8 * progress.length);
    const fault = await inThread(
      { ...work, from: index, to: index + 1, shared },
      new Float64Array(shared),
      look,
    );
    if (fault === undefined) return false;
  }
  return true;
}

async function leastTime(cases: Cases, index: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const input = cases.input(index);
    const began = performance.now();
    await cases.take(input);
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

function keep(cases: Cases, parser: string, seed: number, index: number, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${parser}-${seed}-${index}`);
  writeFileSync(file, cases.target.kept(cases.input(index)));
  return file;
}
