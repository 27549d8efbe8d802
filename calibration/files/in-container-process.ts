import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inputError, printableLine } from '../../core/index.js';
import { type ContainerReply, type ContainerTask, containerReaders } from './container-readers.js';
import type { RawFile } from './raw-table.js';

/** Of the old generation of the process; all that it holds is bounded by `container-watch.ts`. */
const HEAP_MB = 1024;
/** Of processor time: a start, and some ten times what workbooks take for a megabyte. */
const PATIENCE_ms = 15_000;
const PATIENCE_ms_PER_MB = 3000;
/** Of time on the wall, as a multiple of that: where the process itself is no more able to tell. */
const WALL = 20;
/** A process that nothing asks for gives its memory back. */
const IDLE_ms = 1000;

/** As built beside this module; tests run from sources, in one thread. */
const module = fileURLToPath(new URL('./container-process.js', import.meta.url));

/**
 * Reads a workbook or an HDF5 file in a process of its own, in which its reader prints nothing, takes no more than its memory and
 * time, and breaks nothing: what V8 cannot allocate ends a whole process, whatever thread asks for it. After a file that could not be
 * read the process is ended, so that the next one finds a sound reader.
 * @param patience_ms how much processor time it may take; default by the size of the file
 * @throws OhmpropError as the reader does; `measured.workbook`, `measured.hdf5` where it took too long or too much (exit code 2)
 */
export function readContainer(task: ContainerTask, patience_ms = patienceFor(task)): Promise<RawFile> {
  const reading = before.then(() => readNow(task, patience_ms));
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

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

const patienceFor = ({ bytes }: ContainerTask): number =>
  PATIENCE_ms + (bytes.length / 1e6) * PATIENCE_ms_PER_MB;

/** One file at a time. */
let before: Promise<void> = Promise.resolve();
let idle: { readonly child: ChildProcess; readonly timer: NodeJS.Timeout } | undefined;

async function readNow(task: ContainerTask, patience_ms: number): Promise<RawFile> {
  if (!existsSync(module)) return await readContainerHere(task);
  const child = takeChild();
  const reply = await replyOf(child, task, patience_ms);
  // What SheetJS throws leaves nothing behind; of HDF5's memory nobody knows.
  if ('raw' in reply || ('refused' in reply && task.kind === 'workbook')) giveBack(child);
  else child.kill('SIGKILL');
  if ('raw' in reply) return reply.raw;
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

function takeChild(): ChildProcess {
  if (idle !== undefined) {
    const { child, timer } = idle;
    clearTimeout(timer);
    idle = undefined;
    child.removeAllListeners('exit');
    child.ref();
    child.channel?.ref();
    return child;
  }
  return fork(module, [], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    serialization: 'advanced',
    // What readers print of damaged files is nobody's to read.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function giveBack(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  const timer = setTimeout(() => {
    idle = undefined;
    child.kill('SIGKILL');
  }, IDLE_ms);
  timer.unref();
  child.once('exit', () => {
    if (idle?.child !== child) return;
    clearTimeout(timer);
    idle = undefined;
  });
  idle = { child, timer };
}

function replyOf(child: ChildProcess, task: ContainerTask, patience_ms: number): Promise<ContainerReply> {
  return new Promise((resolve) => {
    const end = (reply: ContainerReply): void => {
      clearTimeout(patience);
      child.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit');
      // A fault after its answer ends the process, and nothing else.
      child.on('error', () => {});
      resolve(reply);
    };
    const patience = setTimeout(
      () => end({ failed: `not done after ${seconds(WALL * patience_ms)}: damaged, or too large` }),
      WALL * patience_ms,
    );
    child.on('message', (reply) => end(reply as ContainerReply));
    child.on('error', (error) => end({ failed: error.message }));
    child.on('exit', (_code, signal) =>
      end({
        failed:
          signal === null
            ? 'its reader ended'
            : signal === 'SIGTERM'
              ? `not done after ${seconds(patience_ms)} of processor time: damaged, or too large`
              : 'its reader needs more memory than it may have',
      }),
    );
    child.send({ task, patience_ms }, (error) => {
      if (error !== null) end({ failed: error.message });
    });
  });
}
