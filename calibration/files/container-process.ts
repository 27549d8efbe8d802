import { Worker } from 'node:worker_threads';
import { OhmpropError } from '../../core/index.js';
import { type ContainerReply, type ContainerTask, containerReaders } from './container-readers.js';

// The process of `in-container-process.ts`: reads what it is sent, one file at a time.

async function answer({ kind, bytes, path }: ContainerTask): Promise<ContainerReply> {
  try {
    return { raw: await containerReaders[kind](bytes, path) };
  } catch (error) {
    if (error instanceof OhmpropError) return { refused: { code: error.code, message: error.message } };
    return { failed: String((error as Error)?.message ?? error) };
  }
}

// A reader that never ends hears nothing: a thread beside it ends the process where it takes too much memory, most of which may lie
// outside the heap that V8 bounds, or too much time, and where the program that started it is no more.
const watch = new Worker(new URL('./container-watch.js', import.meta.url), {
  workerData: { parent: process.ppid },
  execArgv: [],
});
watch.unref();

process.on('message', async ({ task, patience_ms }: { task: ContainerTask; patience_ms: number }) => {
  watch.postMessage(patience_ms);
  const reply = await answer(task);
  watch.postMessage(undefined);
  process.send?.(reply);
});
// Keys at the terminal are for the program that started this one, and it ends this one.
process.on('SIGINT', () => {});
