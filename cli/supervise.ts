import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runError } from '../core/index.js';
import type { RunConfig } from '../experiments/schema/index.js';
import { finishedRun, type RunOutcome } from '../experiments/sessions/index.js';
import {
  appendToJournal,
  discardUnstarted,
  freeRunPath,
  type HappenedRecord,
  listCheckpoints,
  readJournal,
} from '../records/index.js';
import { type Interruption, interruptionOf } from './interruption.js';
import { Exit, type Io, printLine } from './io.js';
import { mainFile } from './main-file.js';
import type { Notification } from './notification.js';
import { Notifier, type NotifySettings } from './notify.js';
import { useWords } from './study/program-file.js';
import { SUPERVISOR } from './supervisor-of.js';
import { JournalTeller } from './tell-journal.js';

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
  /** What a session runs, if not this program. */
  readonly program?: string;
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
  /** The last that it said on stderr. */
  readonly last: string;
}

/** How much of what a session says is kept, characters: its last line tells what ended it. */
const LAST_CHARACTERS = 2000;

/** What somebody wanted, and what a board does again when it goes on: a part of it is not what it should be. */
const STAYS = new Set(['board.stopped', 'board.departs']);

/** A session whose exit code is above it was asked to end by a signal. */
const BY_SIGNAL = 128;

class Supervisor {
  private readonly notifier: Notifier | undefined;
  private readonly teller: JournalTeller | undefined;
  private readonly journal: string;

  constructor(
    private readonly io: Io,
    private readonly run: Supervised,
    private readonly path: string,
    private readonly file: string,
  ) {
    this.notifier = run.notify && new Notifier(io, run.notify);
    this.teller = this.notifier && new JournalTeller(this.notifier, path);
    this.journal = join(path, 'journal.jsonl');
  }

  /** Sessions and who is told of them: everybody hears of it here, as a session that is killed tells nobody. */
  async toTheEnd(): Promise<RunOutcome> {
    try {
      return await this.sessions();
    } finally {
      await this.notifier?.parted();
    }
  }

  private async sessions(): Promise<RunOutcome> {
    let fruitless = 0;
    let wait = START_seconds.first;
    for (let before = await this.progress(); ; ) {
      const ended = await this.session();
      const { signal, code } = ended;
      if (code === 0) {
        const outcome = await finishedRun(this.path, false);
        await this.tell({ event: 'done', text: `all ${outcome.epochs.length} epochs are done` });
        return outcome;
      }
      if (this.io.signal?.aborted) {
        await this.tell({ event: 'stopped', text: 'stopped; ohmprop resume goes on' });
        if (!existsSync(this.path)) throw interruptionOf(this.io.signal);
        return finishedRun(this.path, true);
      }
      const failure = signal === null ? await this.lastFailure() : undefined;
      const away = failure?.code !== undefined && AWAY.test(failure.code);
      const why = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      const said = failure?.text ?? (signal === null ? ended.last : '');
      const known = failure?.code === undefined ? {} : { code: failure.code };
      const tellOf = (then: string) =>
        this.tell({
          event: 'failed',
          text: `its process ${why}; ${then}${said === '' ? '' : `: ${said}`}`,
          ...known,
        });
      // What starting anew does not mend, and what somebody wanted.
      if (code !== null && code > BY_SIGNAL) {
        await this.tell({ event: 'stopped', text: `its process ${why}; ohmprop resume goes on` });
        throw new Exit(code);
      }
      if ((code === 2 && !away) || STAYS.has(failure?.code ?? '')) {
        await tellOf('it is not started anew');
        throw new Exit(code ?? 1);
      }
      const now = await this.progress();
      if (now !== before) [fruitless, wait] = [0, START_seconds.first];
      else if (!away) fruitless++;
      before = now;
      if (fruitless >= FRUITLESS) {
        const text = `${FRUITLESS} times in a row without an update between`;
        await tellOf(`${text}, so that it is not started anew`);
        throw runError(
          'supervise.fruitless',
          `${this.path}: its process ${why} ${text}; ohmprop resume ${this.path} shows what it says`,
        );
      }
      if (existsSync(this.journal)) {
        const text = `its process ${why}; it is started anew`;
        await appendToJournal(this.journal, { kind: 'happened', what: 'restarted', text });
      }
      await tellOf('it is started anew');
      printLine(this.io.stderr, `the process of ${this.path} ${why}; it is started anew in ${wait} s`);
      await pause(wait, this.io.signal);
      wait = Math.min(2 * wait, START_seconds.most);
    }
  }

  /** One process, to its end, and all told that its journal says. */
  private async session(): Promise<Ended> {
    const { run, path, file, io } = this;
    // A run that was cut off before it had anything to go on from begins again.
    const begun = (await listCheckpoints(join(path, 'checkpoints')).catch(() => [])).length > 0;
    if (!begun) await discardUnstarted(path);
    const words = begun
      ? ['resume', path]
      : ['train', file, '-o', `${path}/`, ...(run.from === undefined ? [] : ['--from', run.from])];
    words.push(...useWords());
    if (run.notify !== undefined) {
      words.push('--notify', run.notify.command, '--notify-every', String(run.notify.every_seconds));
    }
    const program = run.program ?? mainFile();
    const child = spawn(process.execPath, [...process.execArgv, program, ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, [SUPERVISOR]: String(process.pid) },
    });
    let last = '';
    child.stderr?.on('data', (bytes: Buffer) => {
      last = (last + bytes.toString('utf8')).slice(-LAST_CHARACTERS);
    });
    child.stderr?.pipe(io.stderr, { end: false });
    const passOn = () => child.kill((io.signal?.reason as Interruption | undefined)?.signal ?? 'SIGTERM');
    if (io.signal?.aborted) passOn();
    io.signal?.addEventListener('abort', passOn, { once: true });
    this.teller?.begin(!begun);
    try {
      return { ...(await endOf(child)), last: last.trimEnd().split('\n').at(-1) ?? '' };
    } finally {
      io.signal?.removeEventListener('abort', passOn);
      await this.teller?.done();
    }
  }

  private async tell(notification: Omit<Notification, 'run'>): Promise<void> {
    await this.notifier?.tell({ ...notification, run: this.path });
  }

  /** The error that the last session ended with, by its journal. */
  private async lastFailure(): Promise<HappenedRecord | undefined> {
    let last: HappenedRecord | undefined;
    for await (const line of readJournal(this.journal)) {
      if (line.kind === 'happened') last = line.what === 'failed' ? line : undefined;
    }
    return last;
  }

  /** What changes with every update, or every epoch of a run without a journal. */
  private async progress(): Promise<string> {
    let update = 0;
    for await (const line of readJournal(this.journal)) if (line.kind === 'outcome') update = line.id;
    const checkpoints = await listCheckpoints(join(this.path, 'checkpoints')).catch(() => []);
    return `${update} ${checkpoints.at(-1) ?? ''}`;
  }
}

function endOf(child: ChildProcess): Promise<Omit<Ended, 'last'>> {
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
