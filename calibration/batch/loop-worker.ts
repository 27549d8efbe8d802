import { parentPort } from 'node:worker_threads';
import { doLoopTask, type LoopTask } from './loop-tasks.js';

// A thread that fits loops, one task after another, as they are handed over.
parentPort?.on('message', ({ at, task }: { at: number; task: LoopTask }) => {
  const result = doLoopTask(task, (done, of) => parentPort?.postMessage({ at, part: [done, of] }));
  parentPort?.postMessage({ at, result });
});
