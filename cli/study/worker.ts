import { availableParallelism } from 'node:os';
import { Writable } from 'node:stream';
import { z } from 'zod';
import { inputError } from '../../core/index.js';
import {
  type Execute,
  runSlurmTask,
  serveQueue,
  serveStudy,
  WORKER_OF_STUDY,
} from '../../experiments/studies/index.js';
import { defineCommand, path, readBy, repeatable } from '../frame/index.js';
import { Interruption, interruptionOf } from '../interruption.js';
import { type Io, onInterrupt, printLine } from '../io.js';
import { programHere } from './answer.js';
import { readCount, redisOption, workersOption } from './options.js';
import { programFile, useWords } from './program-file.js';

export const studyWorkerCommand = defineCommand({
  options: z.strictObject({
    redis: redisOption,
    workers: workersOption,
    lookIn: repeatable(path(z.array(z.string())).default([])).meta({
      flag: '--look-in <folder>',
      description: 'look for data files there by what is in them, where the study has them elsewhere',
    }),
    threads: readBy('number or text', readCount, z.number().int().min(1).max(1024).optional()).meta({
      flag: '--threads <n>',
      description: 'of each trial (default: the cores over the processes)',
    }),
    slurmTask: path(z.string().optional()).meta({
      flag: '--slurm-task <file>',
      description:
        'compute the trial of this list that SLURM_ARRAY_TASK_ID says: in the script of ohmprop study --slurm',
    }),
  }),
  outputs: { '/': 'where trials are computed whose study this machine does not see (default runs/worker)' },
  notes:
    'Takes trials from a queue until it is ended: start as many as there are machines. Only simulations: a worker opens no line to a bench. Whoever may write to that Redis has it compute, so give it a password.',
  uses: 'names',
  examples: [
    'ohmprop study worker --redis redis://:PASSWORD@host:6379',
    'ohmprop study worker --redis redis://host:6379 --workers 8 --threads 1 --look-in /data',
  ],

  async answer({ redis, workers, lookIn, threads, slurmTask }, { io, directory }) {
    if (slurmTask !== undefined) return taskAnswer(slurmTask, threads ?? 1, io);
    if (redis === undefined) return serveAnswer(io);
    const count = workers ?? availableParallelism();
    const { signal, dispose } = onInterrupt(io, 'Stopping; trainings save where they are …');
    try {
      await serveQueue({
        url: redis,
        program: await programHere(),
        worker: { module: programFile(), words: ['study', 'worker', ...useWords()] },
        count,
        threads: threads ?? Math.max(1, Math.floor(availableParallelism() / count)),
        data: lookIn,
        scratch: directory ?? 'runs/worker',
        signal,
        say: (text) => printLine(io.stderr, text),
      });
    } finally {
      dispose();
    }
    return { text: '', json: {}, failure: interruptionOf(io.signal) };
  },
});

async function taskAnswer(list: string, threads: number, io: Io) {
  const { signal, dispose } = onInterrupt(io, 'Stopping; a training saves where it is …');
  try {
    const task = await runSlurmTask(list, io.env.SLURM_ARRAY_TASK_ID, executeWith(io), {
      signal,
      threads: Number(io.env.SLURM_CPUS_PER_TASK ?? threads),
    });
    const text = `trial ${task.key}: ${task.end}`;
    return {
      text,
      json: task,
      ...(task.end === 'interrupted' ? { failure: interruptionOf(io.signal) } : {}),
    };
  } finally {
    dispose();
  }
}

async function serveAnswer(io: Io) {
  if (process.send === undefined || io.env[WORKER_OF_STUDY] === undefined) {
    throw inputError(
      'study.worker',
      'ohmprop study worker is started by ohmprop study, which tells it what to compute, or takes trials from a queue: --redis redis://HOST:6379',
    );
  }
  // Ctrl-C of a terminal comes to all of its processes: the study says when to end.
  void io.signal;
  await serveStudy(executeWith(io));
  return { text: '', json: {}, goesOn: async () => process.disconnect?.() };
}

/** Lines of `ohmprop` in this process, one after the other, each with its own streams and its own end. */
export function executeWith(io: Io): Execute {
  return async (line, streams, signal) => {
    const { again } = io;
    if (again === undefined) throw new Error('this program does not say how another line of it is run');
    const stop = new AbortController();
    const end = (): void => stop.abort(new Interruption('SIGTERM'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    const stderr = new Writable({
      write(chunk: Buffer | string, _encoding, done) {
        streams.stderr(chunk.toString());
        done();
      },
    });
    try {
      return await again(line, {
        stdout: { write: (text) => streams.stdout(text) },
        stderr,
        env: io.env,
        signal: stop.signal,
      });
    } finally {
      signal.removeEventListener('abort', end);
    }
  };
}
