import { parentPort, workerData } from 'node:worker_threads';
import { MeasuredReader } from '../files/index.js';
import { analyseFile } from './analyse-file.js';
import type { BatchStart } from './analyse-files.js';
import type { FoundFile } from './find-files.js';

// A thread of a batch: one file after another, as they are handed over.
const { reading, features } = workerData as BatchStart;
const reader = new MeasuredReader(reading);
parentPort?.on('message', ({ at, task }: { at: number; task: FoundFile }) => {
  analyseFile(task, reader, features).then(
    (result) => parentPort?.postMessage({ at, result }),
    (error: Error & { code?: string }) =>
      parentPort?.postMessage({
        at,
        result: { kind: 'ended', code: error.code ?? '', message: error.message },
      }),
  );
});
