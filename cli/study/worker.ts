import { Writable } from 'node:stream';
import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { type Execute, serveStudy, WORKER_OF_STUDY } from '../../experiments/studies/index.js';
import { defineCommand } from '../frame/index.js';
import { Interruption } from '../interruption.js';
import type { Io } from '../io.js';

export const studyWorkerCommand = defineCommand({
  options: z.strictObject({}),
  examples: ['ohmprop study worker'],
  notes:
    'Looks for its study on the channel of the process that started it; ohmprop study starts as many as pay.',

  async answer(_, { io }) {
    if (process.send === undefined || io.env[WORKER_OF_STUDY] === undefined) {
      throw inputError(
        'study.worker',
        'ohmprop study worker is started by ohmprop study, which tells it what to compute',
      );
    }
    // Ctrl-C of a terminal comes to all of its processes: the study says when to end.
    void io.signal;
    await serveStudy(executeWith(io));
    return { text: '', json: {}, goesOn: async () => process.disconnect?.() };
  },
});

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
