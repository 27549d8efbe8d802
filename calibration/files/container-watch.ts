import { parentPort, workerData } from 'node:worker_threads';

// A thread beside a reader of containers, which may be in a loop that never ends: it ends the whole process.

/** Resident: twice what a workbook of two million cells takes. */
const MOST_MEMORY_BYTES = 1.5e9;
const LOOK_ms = 100;
/** After the time at which whoever asked gives up, if it is still there. */
const GRACE_ms = 2000;

const { parent } = workerData as { readonly parent: number };
let until_ms = Number.POSITIVE_INFINITY;
parentPort?.on('message', (patience_ms: number | undefined) => {
  until_ms =
    patience_ms === undefined ? Number.POSITIVE_INFINITY : performance.now() + patience_ms + GRACE_ms;
});
setInterval(() => {
  if (
    process.ppid !== parent ||
    process.memoryUsage.rss() > MOST_MEMORY_BYTES ||
    performance.now() > until_ms
  )
    process.kill(process.pid, 'SIGKILL');
}, LOOK_ms);
