import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { inputError } from '../core/index.js';
import { readRegularFile } from '../core/input/index.js';
import { readYaml } from '../core/yaml/index.js';
import type { SessionEvent, Sink } from '../experiments/sessions/index.js';
import { writeFileAtomically } from '../records/index.js';
import { quantity } from './frame/index.js';
import { type Io, warn } from './io.js';
import { isJournalled, type Notification, notificationOf } from './notification.js';
import { supervisorOf } from './supervisor-of.js';
import { JournalTeller } from './tell-journal.js';

/** What is run, and how seldom. */
export interface NotifySettings {
  readonly command: string;
  /** At most once in so long for each occasion, s. */
  readonly every_seconds: number;
}

/** An occasion is told at most once in ten minutes: a loose cable must not ring all night. */
const EVERY_seconds = 600;
/** How long the end of a session waits for the commands that it started, ms. */
const PARTING_ms = 10_000;
const TOLD_FILE = 'notified.json';

/** Options of commands that train. */
export const notifyOptions = {
  notify: z.string().optional().meta({
    flag: '--notify <command>',
    description: 'run this, with JSON on its stdin, when the run pauses, goes on, fails, is stopped, is done',
  }),
  notifyEvery: quantity('s', z.number().nonnegative().optional()).meta({
    flag: '--notify-every <s>',
    description: `at most once in so long for each of them (default ${EVERY_seconds})`,
  }),
};

const settingsSchema = z.strictObject({
  notify: z.string().optional(),
  notifyEvery: z.number().nonnegative().optional(),
});

/**
 * What was asked for by flags or else by the user's own settings, `~/.config/ohmprop/settings.yaml` (`notify`, `notifyEvery`);
 * never by a file of a run: those come from elsewhere.
 * @throws OhmpropError `settings.invalid`, or `config.unused` for an interval of nothing
 */
export async function notifySettings(
  io: Io,
  flags: { readonly notify?: string; readonly notifyEvery?: number },
): Promise<NotifySettings | undefined> {
  const own = await userSettings(io);
  const command = flags.notify ?? own.notify;
  if (command === undefined || command.trim() === '') {
    if (flags.notifyEvery === undefined) return undefined;
    throw inputError('config.unused', '--notify-every has no effect: nothing is run; say what with --notify');
  }
  return { command, every_seconds: flags.notifyEvery ?? own.notifyEvery ?? EVERY_seconds };
}

async function userSettings({ env }: Io): Promise<z.infer<typeof settingsSchema>> {
  // A test that gives no environment has no home.
  const home = env.HOME ?? (env.USERPROFILE === undefined ? undefined : homedir());
  const folder = env.XDG_CONFIG_HOME ?? env.APPDATA ?? (home && join(home, '.config'));
  if (folder === undefined) return {};
  const path = join(folder, 'ohmprop', 'settings.yaml');
  const bytes = await readRegularFile(path, { most_bytes: 65536 }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw inputError('settings.invalid', `${path} cannot be read: ${cause.message}`, cause);
  });
  if (bytes === undefined) return {};
  const parsed = settingsSchema.safeParse(
    readYaml(new TextDecoder().decode(bytes), path, 'settings.invalid') ?? {},
  );
  if (parsed.success) return parsed.data;
  throw inputError('settings.invalid', `${path}: ${z.prettifyError(parsed.error)}`);
}

/**
 * Runs a command at each occasion of a run, not more often than its interval; what was told when is kept in the run's directory,
 * as the process may be another the next time.
 */
export class Notifier {
  private readonly underWay = new Set<Promise<void>>();
  private run = '';

  constructor(
    private readonly io: Io,
    private readonly settings: NotifySettings,
  ) {}

  /** Of a session; one that is supervised leaves it to its supervisor for as long as that lives (`tell-journal.ts`). */
  readonly sink: Sink = async (event: SessionEvent) => {
    if (event.type === 'session-started') this.run = event.run;
    const notification = notificationOf(event, this.run);
    const { supervised, alive } = supervisorOf(this.io.env);
    if (notification !== undefined && !alive) {
      // What it had not told of yet is in the journal, this occasion included.
      if (supervised) await new JournalTeller(this, this.run).look();
      if (!supervised || !isJournalled(event)) await this.tell(notification);
    }
    if (event.type === 'failed' || event.type === 'finished' || event.type === 'interrupted')
      await this.parted();
  };

  async tell(notification: Notification): Promise<void> {
    const told = join(notification.run, TOLD_FILE);
    const times = readTimes(told);
    const now = Date.now();
    const last = times[notification.event];
    if (last !== undefined && now >= last && now - last < 1000 * this.settings.every_seconds) return;
    await writeFileAtomically(told, `${JSON.stringify({ ...times, [notification.event]: now })}\n`).catch(
      () => {},
    );
    const running = this.start(notification).finally(() => this.underWay.delete(running));
    this.underWay.add(running);
  }

  /** How much of the run's journal has been told of, bytes. */
  toldUpTo(run: string): number {
    return readTimes(join(run, TOLD_FILE)).journal ?? 0;
  }

  async setToldUpTo(run: string, bytes: number): Promise<void> {
    const told = join(run, TOLD_FILE);
    const content = { ...readTimes(told), journal: bytes };
    await writeFileAtomically(told, `${JSON.stringify(content)}\n`).catch(() => {});
  }

  /** Once all commands have ended, or have had long enough. */
  async parted(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PARTING_ms);
    });
    await Promise.race([Promise.all(this.underWay), enough]);
    clearTimeout(timer);
  }

  private start(notification: Notification): Promise<void> {
    return new Promise((resolve) => {
      const { command } = this.settings;
      const child = spawn(command, { shell: true, stdio: ['pipe', 'ignore', 'ignore'], windowsHide: true });
      const failed = (why: string) => {
        warn(this.io, `--notify: ${why}; nobody was told that the run ${notification.event}`);
        resolve();
      };
      child.once('error', ({ message }) => failed(message));
      child.once('exit', (code, signal) => {
        if (code === 0) resolve();
        else failed(`the command ended with ${signal ?? `exit code ${code}`}`);
      });
      // It may not want to know.
      child.stdin.on('error', () => {});
      child.stdin.end(`${JSON.stringify({ at: new Date().toISOString(), ...notification })}\n`);
    });
  }
}

/** Time of the last telling of each occasion, ms, and `journal`: what was told of it, bytes. */
function readTimes(path: string): Record<string, number> {
  try {
    return z.record(z.string(), z.number()).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
