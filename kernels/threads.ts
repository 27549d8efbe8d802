// The platform's threads: here Node's. A bundle for browsers takes threads-browser.ts instead (field `browser` of
// package.json), where all work is done by the calling thread.
import { availableParallelism } from 'node:os';
import { parentPort, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';
import { builtFile } from './files.js';

/** A thread that was started. */
export interface Thread {
  /** Sends a copy; shared memory in it stays shared. */
  send(message: unknown): void;
  end(): Promise<void>;
}

/** How many threads may be started; results never depend on it. */
export const THREAD_LIMIT = Number.POSITIVE_INFINITY;

/** Cores that this process may use. */
export function availableThreads(): number {
  return availableParallelism();
}

/**
 * Starts a built module as a thread, which does not keep the process alive.
 * @param path from the package's root
 * @param start what the thread finds in `threadStart()`
 */
export function startThread(path: string, start: unknown, failed: (error: Error) => void): Thread {
  const worker = new Worker(builtFile(path), { workerData: start, execArgv: [] });
  worker.on('error', failed);
  worker.unref();
  return {
    send: (message) => worker.postMessage(message),
    end: async () => {
      await worker.terminate();
    },
  };
}

/** In a thread: what it was started with. */
export function threadStart(): unknown {
  return workerData;
}

/** In a thread: the oldest message that it has not taken yet. */
export function takeMessage(): unknown {
  return parentPort === null ? undefined : receiveMessageOnPort(parentPort)?.message;
}

/** In a thread: the functions of a program, a built module that exports `open`. @param path from the package's root */
export async function openProgram(path: string, data: unknown): Promise<object> {
  const { open } = await import(builtFile(path));
  return open(data);
}
