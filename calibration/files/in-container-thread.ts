import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { inputError, printableLine } from '../../core/index.js';
import { type ContainerReply, type ContainerTask, containerReaders } from './container-readers.js';
import type { RawFile } from './raw-table.js';

/** Of the old generation of the thread: a workbook of five million cells fits. */
const MEMORY_MB = 768;
/** No file that fits into memory takes as long on a slow machine; what does never ends. */
const PATIENCE_ms = 120_000;
/** A thread that nothing asks for gives its memory back. */
const IDLE_ms = 1000;

/** As built beside this module; tests run from sources, in one thread. */
const module = fileURLToPath(new URL('./container-thread.js', import.meta.url));

/**
 * Reads a workbook or an HDF5 file in a thread of its own, in which its reader prints nothing, takes no more than its memory and
 * time, and breaks nothing: after a file that could not be read the thread is ended, so that the next one finds a sound reader.
 * @throws OhmpropError as the reader does (exit code 2)
 */
export function readContainer(task: ContainerTask): Promise<RawFile> {
  const reading = before.then(() => readNow(task));
  before = reading.then(
    () => {},
    () => {},
  );
  return reading;
}

/** The same in the caller's own thread. */
export function readContainerHere({ kind, bytes, path }: ContainerTask): Promise<RawFile> {
  return containerReaders[kind](bytes, path);
}

/** One file at a time. */
let before: Promise<void> = Promise.resolve();
let idle: { readonly worker: Worker; readonly timer: NodeJS.Timeout } | undefined;

async function readNow(task: ContainerTask): Promise<RawFile> {
  if (!existsSync(module)) return await readContainerHere(task);
  const worker = takeWorker();
  const reply = await replyOf(worker, task);
  if ('raw' in reply) {
    giveBack(worker);
    return reply.raw;
  }
  // What SheetJS throws leaves nothing behind; of HDF5's memory nobody knows.
  const sound = 'refused' in reply && task.kind === 'workbook';
  if (sound) giveBack(worker);
  else await worker.terminate();
  if ('refused' in reply) {
    throw inputError(reply.refused.code, reply.refused.message, undefined, { file: task.path });
  }
  throw inputError(
    `measured.${task.kind}`,
    `${task.path}: cannot be read (${printableLine(reply.failed, 200)}); save it again, or as CSV`,
    undefined,
    { file: task.path },
  );
}

function takeWorker(): Worker {
  if (idle !== undefined) {
    const { worker, timer } = idle;
    clearTimeout(timer);
    idle = undefined;
    worker.removeAllListeners('exit');
    worker.ref();
    return worker;
  }
  const worker = new Worker(module, {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    stdout: true,
    stderr: true,
  });
  // What readers print of damaged files is nobody's to read.
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}

function giveBack(worker: Worker): void {
  worker.unref();
  const end = (): void => {
    if (idle?.worker === worker) idle = undefined;
    void worker.terminate();
  };
  const timer = setTimeout(end, IDLE_ms);
  timer.unref();
  worker.once('exit', end);
  worker.once('error', end);
  idle = { worker, timer };
}

function replyOf(worker: Worker, task: ContainerTask): Promise<ContainerReply> {
  return new Promise((resolve) => {
    const end = (reply: ContainerReply): void => {
      clearTimeout(patience);
      worker.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit');
      // A fault after its answer ends the thread, and nothing else.
      worker.on('error', () => {});
      resolve(reply);
    };
    const patience = setTimeout(
      () => end({ failed: `it takes more than ${PATIENCE_ms / 1000} s` }),
      PATIENCE_ms,
    );
    worker.on('message', end);
    worker.on('error', (error) => end({ failed: error.message }));
    worker.on('exit', () => end({ failed: 'its reader ended' }));
    worker.postMessage(task);
  });
}
