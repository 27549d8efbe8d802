import { parentPort } from 'node:worker_threads';
import { type CellToFit, fitCell } from './fit-cell.js';

// A thread that fits cells, one after another, as they are handed over.
parentPort?.on('message', ({ at, task }: { at: number; task: CellToFit }) => {
  parentPort?.postMessage({ at, result: fitCell(task) });
});
