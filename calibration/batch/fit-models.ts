import { availableParallelism } from 'node:os';
import { eventLoopTurn, runError } from '../../core/index.js';
import {
  type FittedLoop,
  type FittedLoops,
  type LoopData,
  type LoopEstimates,
  predictLoop,
  turned,
} from '../dynamics/index.js';
import { type Comparison, compareModels } from '../estimates/index.js';
import { doLoopTask, type LoopResults, type LoopTask } from './loop-tasks.js';
import { inThreads, LostTask, threadModule } from './thread-pool.js';

/** Loops of one cell or several, what they are fitted with, and what the fit is not to see. */
export interface ModelFits {
  readonly models: readonly string[];
  readonly loops: readonly LoopData[];
  readonly unseen?: readonly LoopData[];
  readonly logShare?: number;
  readonly seed?: number;
  /** No intervals: values alone. */
  readonly quick?: boolean;
  readonly signal?: AbortSignal;
  readonly threads?: number;
  readonly progress?: (done: number, of: number, what: string) => void;
}

/** What a model predicts of loops that its fit did not see. */
export interface HeldOutLoop {
  /** `frequency`, `cell` or `loop`: what was left out at a time; `file`: what was never fitted. */
  readonly of: 'frequency' | 'cell' | 'loop' | 'file';
  readonly loop: FittedLoop;
}

/** One model with all that is known of its fit. */
export interface ModelFit {
  readonly fitted: FittedLoops;
  readonly intervals?: LoopEstimates;
  readonly heldOut: readonly HeldOutLoop[];
}

/** Models beside each other. */
export interface ComparedModels {
  /** In the order asked for. */
  readonly fits: readonly ModelFit[];
  readonly comparison: Comparison;
  /** The cell sets at negative voltages: loops were fitted the other way round. */
  readonly negative: boolean;
}

const MOST_THREADS = 8;

/**
 * Fits models to loops, in threads: which way round first, then every model; what each predicts of a frequency, a cell or a loop
 * left out, and of files that no fit saw; intervals. What comes out does not depend on the number of threads.
 * @throws the signal's reason where it was aborted
 */
export async function fitModels(asked: ModelFits): Promise<ComparedModels> {
  const { models, logShare = 0, seed = 0, quick = false, progress } = asked;
  const options = { logShare, seed };
  const groups = leftOut(asked.loops);
  const all = 1 + models.length * (1 + groups.length + (quick ? 0 : 1));
  let done = 0;
  const run = <K extends LoopTask['kind']>(tasks: readonly (LoopTask & { kind: K })[], what: string) =>
    runTasks(
      tasks,
      asked,
      () => progress?.(++done, all, what),
      (parts, of) => progress?.(done, all, `${what}: ${parts} of ${of} parameters`),
    ) as Promise<LoopResults[K][]>;
  const [negative] = await run([{ kind: 'way' as const, loops: asked.loops }], 'which way round it sets');
  const loops = negative ? asked.loops.map(turned) : asked.loops;
  const unseen = (asked.unseen ?? []).map((loop) => (negative ? turned(loop) : loop));
  const fits = await run(
    models.map((model) => ({ kind: 'fit' as const, model, loops, options })),
    'models fitted',
  );
  const predicted = await run(
    // a search of its own each: one that began at the end of the whole fit would know what is left out
    fits.flatMap(({ model }) =>
      groups.map(({ without }) => ({
        kind: 'predict' as const,
        model,
        loops: loops.filter((_, k) => !without.includes(k)),
        unseen: without.map((k) => loops[k]),
        options,
      })),
    ),
    'left out and predicted',
  );
  const intervals = quick
    ? []
    : await run(
        fits.map((fitted) => ({ kind: 'estimate' as const, fitted, loops })),
        'intervals',
      );
  const whole = fits.map((fitted, m): ModelFit => {
    const own = predicted.slice(m * groups.length, (m + 1) * groups.length);
    return {
      fitted,
      ...(quick ? {} : { intervals: intervals[m] }),
      heldOut: [
        ...own.flatMap((found, g) => found.map((loop) => ({ of: groups[g].of, loop }))),
        ...unseen.map((loop) => ({ of: 'file' as const, loop: predictLoop(fitted, loop) })),
      ],
    };
  });
  return { fits: whole, comparison: compared(whole), negative };
}

function compared(fits: readonly ModelFit[]): Comparison {
  const n = fits[0].fitted.n;
  const nEffective = Math.min(...fits.map(({ intervals }) => intervals?.nEffective ?? n));
  return compareModels(
    fits.map(({ fitted, heldOut }) => {
      const out = heldOut.filter(({ of }) => of !== 'file');
      const square = out.reduce((sum, { loop }) => sum + loop.rmse_A ** 2, 0) / out.length;
      return {
        name: fitted.model,
        rss: fitted.cost,
        parameters: fitted.degrees,
        ...(out.length === 0 ? {} : { heldOut: Math.sqrt(square) }),
      };
    }),
    n,
    nEffective,
  );
}

interface Group {
  readonly of: 'frequency' | 'cell' | 'loop';
  /** Indices of loops. */
  readonly without: readonly number[];
}

/** Fewer loops leave too little to be fitted when one is left out. */
const FEWEST_LOOPS = 3;

/** What is left out at a time: every cell where there are several, every frequency where there are three, else every loop of three or more. */
function leftOut(loops: readonly LoopData[]): Group[] {
  const by = (of: Group['of'], key: (loop: LoopData) => string | number | undefined, least: number) => {
    const keys = [...new Set(loops.map(key))];
    if (keys.length < least || keys.includes(undefined)) return [];
    return keys.map((one) => ({ of, without: loops.flatMap((loop, k) => (key(loop) === one ? [k] : [])) }));
  };
  const cells = by('cell', ({ cell }) => cell, 2);
  const frequencies = by('frequency', ({ frequency_Hz }) => frequency_Hz, FEWEST_LOOPS);
  if (cells.length + frequencies.length > 0) return [...frequencies, ...cells];
  return loops.length < FEWEST_LOOPS ? [] : by('loop', ({ name }) => name, FEWEST_LOOPS);
}

async function runTasks(
  tasks: readonly LoopTask[],
  { signal, threads }: Pick<ModelFits, 'signal' | 'threads'>,
  oneDone: () => void,
  part: (done: number, of: number) => void,
): Promise<unknown[]> {
  const results: unknown[] = new Array(tasks.length);
  const module = threadModule('loop-worker');
  if (module === undefined || tasks.length === 0) {
    for (const [at, task] of tasks.entries()) {
      signal?.throwIfAborted();
      results[at] = doLoopTask(task, part);
      oneDone();
      await eventLoopTurn();
    }
    return results;
  }
  await inThreads(module, {
    threads: threads ?? Math.min(MOST_THREADS, availableParallelism()),
    start: undefined,
    tasks,
    ...(signal === undefined ? {} : { signal }),
    part: (_, parts, of) => part(parts, of),
    done: (at, result) => {
      if (result instanceof LostTask)
        throw runError('dynamics.lost', `a fit of loops failed: ${result.reason}`);
      results[at] = result;
      oneDone();
    },
  });
  return results;
}
