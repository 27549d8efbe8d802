import { z } from 'zod';
import { type Stopped, servePage } from '../../experiments/watching/index.js';
import { findKept } from '../find-run.js';
import { type Answer, defineCommand, whole } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, printLine } from '../io.js';
import { stopHeld } from '../stop-held.js';

/** Set where the page is one beside a training: it ends with its stdin. */
export const BESIDE = 'OHMPROP_WATCH_BESIDE';
/** Somebody may be reading how a training has ended, ms. */
const PARTING_ms = 1500;

export const watchCommand = defineCommand({
  options: z.strictObject({
    folder: z.string().default('runs').meta({
      argument: '[folder]',
      kind: 'folder',
      description: 'where runs lie, or one run: its directory, a unique end of its name, or last',
    }),
    port: whole(z.number().int().min(0).max(65_535).default(0)).meta({
      flag: '--port <port>',
      kind: 'port',
      description: 'of 127.0.0.1; else a free one',
    }),
  }),
  examples: ['ohmprop watch', 'ohmprop watch last', 'ohmprop watch runs/overnight --port 8642'],
  notes:
    'Looks: reads the files of runs as they grow, of any process, and writes nothing. Its address, with a token that is its key, is printed; it answers this machine alone (from another: ssh -L 8642:127.0.0.1:8642 HOST). The page can stop boards and instruments, as ohmprop board stop does, once asked again.',
  async answer({ folder, port }, { io }): Promise<Answer> {
    const isBeside = io.env[BESIDE] !== undefined;
    const path = isBeside ? folder : await findKept(io, folder);
    const served = await servePage({ path, port, mayCome: isBeside, stop: () => stopAll(io) });
    return {
      text: served.url,
      json: { url: served.url, port: served.port, folder: path },
      givesUp: () => served.close(),
      async goesOn() {
        printLine(io.stderr, `${path} is shown there until Ctrl-C; whoever knows the address sees it`);
        try {
          await ended(io);
        } finally {
          await served.close();
        }
        if (io.signal?.aborted) throw interruptionOf(io.signal);
      },
    };
  },
});

async function stopAll(io: Io): Promise<Stopped> {
  const outcomes = await stopHeld(io);
  if (outcomes.length === 0) {
    const text =
      'no program of this machine holds a board or an instrument; one that stands alone: ohmprop board stop PORT';
    return { texts: [text], failed: false };
  }
  for (const { text } of outcomes) printLine(io.stderr, text);
  return {
    texts: outcomes.map(({ text }) => text),
    failed: outcomes.some(({ error }) => error !== undefined),
  };
}

/** By a signal, or by the end of whoever started it and holds its stdin. */
function ended({ signal, stdin, env }: Io): Promise<void> {
  return new Promise((done) => {
    signal?.addEventListener('abort', () => done(), { once: true });
    if (signal?.aborted) done();
    if (env[BESIDE] === undefined || stdin === undefined) return;
    const part = () => setTimeout(done, PARTING_ms);
    stdin.once('end', part);
    stdin.once('close', part);
    stdin.resume();
  });
}
