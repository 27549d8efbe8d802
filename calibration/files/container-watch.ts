import { parentPort, workerData } from 'node:worker_threads';

// A thread beside a reader of containers, which may be in a loop that never ends: it ends the whole process.

/** Resident: twice what a workbook of two million cells takes. */
const MOST_MEMORY_BYTES = 1.5e9;
const LOOK_ms = 100;

const { parent } = workerData as { readonly parent: number };
/** Of the whole process: on a busy machine a sound file may wait for long, and burns nothing meanwhile. */
const burnt_ms = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
let until_ms = Number.POSITIVE_INFINITY;
parentPort?.on('message', (patience_ms: number | undefined) => {
  until_ms = patience_ms === undefined ? Number.POSITIVE_INFINITY : burnt_ms() + patience_ms;
});
setInterval(() => {
  if (process.ppid !== parent || process.memoryUsage.rss() > MOST_MEMORY_BYTES)
    process.kill(process.pid, 'SIGKILL');
  if (burnt_ms() > until_ms) process.kill(process.pid, 'SIGTERM');
}, LOOK_ms);
