import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { runError } from '../core/index.js';
import type { RunConfig } from '../experiments/schema/index.js';
import { finishedRun, type RunOutcome } from '../experiments/sessions/index.js';
import {
  appendToJournal,
  discardUnstarted,
  freeRunPath,
  listCheckpoints,
  readJournal,
} from '../records/index.js';
import { type Interruption, interruptionOf } from './interruption.js';
import { Exit, type Io, printLine } from './io.js';
import { Notifier, type NotifySettings } from './notify.js';

/** How often in a row a run is started anew without an update more. */
const FRUITLESS = 5;
/** First and longest time between two starts, s. */
const START_seconds = { first: 1, most: 60 };
/** What a board that is away ends a session with: it is waited for however long it takes. */
const AWAY = /^(line\.|board\.gone)/;

/** A run that is to be trained to its end, whatever becomes of the process that trains it. */
export interface Supervised {
  readonly config: RunConfig;
  /** Run or file of parameters that it starts from. */
  readonly from?: string | undefined;
  /** Where to write. */
  readonly out?: string | undefined;
  readonly notify?: NotifySettings | undefined;
}

/**
 * Trains in a process of its own, and starts that anew where it was ended: by a defect, by want of memory, by somebody's kill. Only
 * what can be mended by starting anew is: bad input ends it, and so does somebody who stops the run or its board.
 */
export async function supervise(io: Io, run: Supervised): Promise<RunOutcome> {
  const path = run.out ?? (await freeRunPath(run.config.preset ?? 'run'));
  const folder = await mkdtemp(join(tmpdir(), 'ohmprop-'));
  try {
    const file = join(folder, 'run.yaml');
    await writeFile(file, stringify(run.config));
    return await new Supervisor(io, run, path, file).toTheEnd();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

class Supervisor {
  private readonly notifier: Notifier | undefined;
  private readonly journal: string;

  constructor(
    private readonly io: Io,
    private readonly run: Supervised,
    private readonly path: string,
    private readonly file: string,
  ) {
    this.notifier = run.notify && new Notifier(io, run.notify);
    this.journal = join(path, 'journal.jsonl');
  }

  async toTheEnd(): Promise<RunOutcome> {
    let fruitless = 0;
    let wait = START_seconds.first;
    for (let before = await this.progress(); ; ) {
      const ended = await this.session();
      if (ended.code === 0) return finishedRun(this.path, false);
      if (this.io.signal?.aborted) {
        if (!existsSync(this.path)) throw interruptionOf(this.io.signal);
        return finishedRun(this.path, true);
      }
      const { signal, code } = ended;
      const failure = signal === null ? await this.lastFailure() : undefined;
      const away = failure !== undefined && AWAY.test(failure);
      // What starting anew does not mend, and what somebody wanted.
      if ((code === 2 && !away) || (code !== null && code > 128) || failure === 'board.stopped')
        throw new Exit(code ?? 1);
      const now = await this.progress();
      if (now !== before) [fruitless, wait] = [0, START_seconds.first];
      else if (!away) fruitless++;
      before = now;
      const why = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      if (fruitless >= FRUITLESS) {
        throw runError(
          'supervise.fruitless',
          `${this.path}: its process ${why} ${FRUITLESS} times in a row without an update between; ohmprop resume ${this.path} shows what it says`,
        );
      }
      await this.tellOf(why, signal !== null);
      printLine(this.io.stderr, `the process of ${this.path} ${why}; it is started anew in ${wait} s`);
      await pause(wait, this.io.signal);
      wait = Math.min(2 * wait, START_seconds.most);
    }
  }

  /** One process, to its end. */
  private async session(): Promise<Ended> {
    const { run, path, file, io } = this;
    // A run that was cut off before it had anything to go on from begins again.
    const begun = (await listCheckpoints(join(path, 'checkpoints')).catch(() => [])).length > 0;
    if (!begun) await discardUnstarted(path);
    const words = begun
      ? ['resume', path]
      : ['train', file, '-o', `${path}/`, ...(run.from === undefined ? [] : ['--from', run.from])];
    if (run.notify !== undefined) {
      words.push('--notify', run.notify.command, '--notify-every', String(run.notify.every_seconds));
    }
    const child = spawn(process.execPath, [...process.execArgv, mainFile(), ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env },
    });
    child.stderr?.pipe(io.stderr, { end: false });
    const passOn = () => child.kill((io.signal?.reason as Interruption | undefined)?.signal ?? 'SIGTERM');
    if (io.signal?.aborted) passOn();
    io.signal?.addEventListener('abort', passOn, { once: true });
    try {
      return await endOf(child);
    } finally {
      io.signal?.removeEventListener('abort', passOn);
    }
  }

  /** Of a session that a signal ended nobody else can tell. */
  private async tellOf(why: string, cutOff: boolean): Promise<void> {
    const text = `its process ${why}; it is started anew`;
    if (existsSync(this.journal))
      await appendToJournal(this.journal, { kind: 'happened', what: 'restarted', text });
    if (cutOff) await this.notifier?.tell({ event: 'failed', run: this.path, text });
  }

  /** Code of the error that the last session ended with, by its journal. */
  private async lastFailure(): Promise<string | undefined> {
    let code: string | undefined;
    for await (const line of readJournal(this.journal)) {
      if (line.kind === 'happened') code = line.what === 'failed' ? line.code : undefined;
    }
    return code;
  }

  /** What changes with every update, or every epoch of a run without a journal. */
  private async progress(): Promise<string> {
    let update = 0;
    for await (const line of readJournal(this.journal)) if (line.kind === 'outcome') update = line.id;
    const checkpoints = await listCheckpoints(join(this.path, 'checkpoints')).catch(() => []);
    return `${update} ${checkpoints.at(-1) ?? ''}`;
  }
}

/** The program that sessions run: the built one, also where this is its source. */
function mainFile(): string {
  const here = fileURLToPath(new URL('./main.js', import.meta.url));
  return existsSync(here) ? here : fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
}

function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal?.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
  });
}
