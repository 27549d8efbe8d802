import { availableParallelism } from 'node:os';
import { eventLoopTurn } from '../../core/index.js';
import type { BatchOptions } from './analyse-files.js';
import { type CellFit, type CellToFit, fitCell } from './fit-cell.js';
import { inThreads, LostTask, threadModule } from './thread-pool.js';

const MOST_THREADS = 8;

/**
 * Fits pulsed cells in threads, so that a progress bar is drawn and Ctrl-C is heard while a fit takes its time; in the order given, whatever
 * the number of threads.
 * @throws the signal's reason where it was aborted
 */
export async function fitPulsedCells(
  cells: readonly CellToFit[],
  { signal, progress, threads }: Pick<BatchOptions, 'signal' | 'progress' | 'threads'> = {},
): Promise<CellFit[]> {
  const fits: CellFit[] = new Array(cells.length);
  let done = 0;
  const take = (at: number, fit: CellFit): void => {
    fits[at] = fit;
    done++;
    progress?.(done, cells.length, 'fitting');
  };
  const module = threadModule('fit-worker');
  if (module === undefined) {
    for (const [at, cell] of cells.entries()) {
      signal?.throwIfAborted();
      take(at, fitCell(cell));
      await eventLoopTurn();
    }
    return fits;
  }
  await inThreads(module, {
    threads: threads ?? Math.min(MOST_THREADS, availableParallelism()),
    start: undefined,
    tasks: cells,
    ...(signal === undefined ? {} : { signal }),
    done: (at, result) =>
      take(
        at,
        result instanceof LostTask
          ? { refused: `fitting it failed: ${result.reason}`, windowRemarks: [] }
          : (result as CellFit),
      ),
  });
  return fits;
}
