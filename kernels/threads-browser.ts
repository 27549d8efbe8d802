// What threads.ts is in a browser: its main thread may not wait for others, so it has none.
import type { Thread } from './threads.js';

export const THREAD_LIMIT = 1;

export function availableThreads(): number {
  return 1;
}

export function startThread(path: string): Thread {
  throw new Error(`${path}: no threads are started in a browser`);
}
