import { parentPort } from 'node:worker_threads';
import { OhmpropError } from '../../core/index.js';
import { type ContainerReply, type ContainerTask, containerReaders } from './container-readers.js';

// The thread of `in-container-thread.ts`: reads what it is sent, one file at a time.

async function answer({ kind, bytes, path }: ContainerTask): Promise<ContainerReply> {
  try {
    return { raw: await containerReaders[kind](bytes, path) };
  } catch (error) {
    if (error instanceof OhmpropError) return { refused: { code: error.code, message: error.message } };
    return { failed: String((error as Error)?.message ?? error) };
  }
}

parentPort?.on('message', async (task: ContainerTask) => {
  const reply = await answer(task);
  parentPort?.postMessage(reply);
});
