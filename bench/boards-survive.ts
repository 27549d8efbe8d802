import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RandomStream } from '../core/index.js';
import { nominalParts, referenceBoard, sameTaps, type Taps, tapsAfter } from '../devices/boards/index.js';
import { BoardClient } from '../drivers/board/index.js';
import { TcpTransport } from '../drivers/transport/index.js';
import { type ServedBoard, serveOnTcp, VirtualBoard } from '../drivers/virtual-board/index.js';
import type { JournalLine } from '../records/index.js';
import { SolvedBoard } from '../solver/board/index.js';
import { machine } from './machine.js';

// Runs that are started once with --supervised while their process is killed, their cable pulled, their board's supply cut and their
// machine put to sleep at random moments: whether each ends with no other command typed, with nothing lost and nothing done twice.
// The board's parts are nominal and measure without noise, so that a run that nobody disturbs tells where each has to end.
//
//   npm run bench -- boards-survive --state /tmp/survive.jsonl [--part 0.01] [--dtr-reset] [--seed 1] [--minutes 20]
//
// Stopped and started again with the same --state it goes on with the next run; after so many minutes no further run is begun.

/** What happens to a run, and how often in all. */
const bar = { kill: 200, unplug: 100, brownOut: 50, sleep: 20 } as const;
type Trouble = keyof typeof bar;

/** Troubles of one run. */
const TROUBLES_A_RUN = 8;
const runs = { xor: 60, iris: 8 } as const;
type Preset = keyof typeof runs;

/** One run, disturbed, and what became of it. */
export interface SurvivedRun {
  readonly run: number;
  readonly firmware: string;
  readonly preset: Preset;
  readonly troubles: Readonly<Record<Trouble, number>>;
  /** It ended well, with no other command typed. */
  readonly ended: boolean;
  /** Updates that the journal does not tell, or tells twice. */
  readonly lost: number;
  readonly doubled: number;
  /** The board holds what its journal leads to, and what a run that nobody disturbs leads to. */
  readonly asJournalled: boolean;
  readonly asUndisturbed: boolean;
  /** Real steps of wipers beside those of the undisturbed run; where no supply was cut none are needed. */
  readonly extraSteps: number;
  /** Pauses and ends of processes, and how many of either were told. */
  readonly pauses: readonly [happened: number, told: number];
  readonly failures: readonly [happened: number, told: number];
  /** What was told of pauses is, one for one, what the journal says. */
  readonly eachPauseOnce: boolean;
  readonly seconds: number;
}

const mainFile = [new URL('../cli/main.js', import.meta.url), new URL('../dist/cli/main.js', import.meta.url)]
  .map((url) => fileURLToPath(url))
  .find((path) => existsSync(path));

/**
 * Disturbs one run after another until each trouble has happened often enough.
 * @param part share of the bar
 */
export async function survive(options: {
  readonly seed: number;
  readonly part: number;
  readonly dtrReset: boolean;
  /** Runs of this one alone; else both in turn. */
  readonly only?: Preset;
  /** Epochs of a run. Default: those of the bar. */
  readonly epochs?: number;
  /** What was found before. */
  readonly before?: readonly SurvivedRun[];
  /** No run is begun after so long. */
  readonly minutes?: number;
  readonly tell?: (run: SurvivedRun) => void;
}): Promise<SurvivedRun[]> {
  const { seed, part, only, before = [], minutes = Number.POSITIVE_INFINITY, tell } = options;
  const until_ms = performance.now() + 60_000 * minutes;
  const all = [...before];
  const undisturbed = new Map<Preset, { taps: Taps; steps: number }>();
  const left = () => {
    const done = (trouble: Trouble) => all.reduce((sum, { troubles }) => sum + troubles[trouble], 0);
    return (Object.keys(bar) as Trouble[]).map(
      (trouble) => [trouble, Math.ceil(part * bar[trouble]) - done(trouble)] as const,
    );
  };
  for (let run = all.length; left().some(([, n]) => n > 0) && performance.now() < until_ms; run++) {
    const random = new RandomStream(seed, 'survive', run);
    const preset: Preset = only ?? (run % 2 === 0 ? 'iris' : 'xor');
    const bag = left().flatMap(([trouble, n]) => Array.from({ length: Math.max(0, n) }, () => trouble));
    const troubles = Array.from({ length: Math.min(TROUBLES_A_RUN, bag.length) }, () =>
      bag.splice(random.integer(bag.length), 1).at(0),
    ).filter((trouble) => trouble !== undefined);
    if (!undisturbed.has(preset)) undisturbed.set(preset, await ofUndisturbed(preset, options));
    const found = await disturbed(run, preset, troubles, random, options, undisturbed.get(preset)!);
    all.push(found);
    tell?.(found);
  }
  return all;
}

interface Kind {
  readonly dtrReset: boolean;
  readonly epochs?: number;
}

async function ofUndisturbed(preset: Preset, kind: Kind): Promise<{ taps: Taps; steps: number }> {
  const bench = await Bench.open(kind.dtrReset);
  try {
    const trained = bench.start(preset, kind.epochs);
    if ((await trained.ended) !== 0) throw new Error(`a run that nobody disturbs failed:\n${trained.said()}`);
    return { taps: (await bench.held()).taps, steps: bench.board.wiperSteps };
  } finally {
    await bench.close();
  }
}

async function disturbed(
  run: number,
  preset: Preset,
  troubles: readonly Trouble[],
  random: RandomStream,
  kind: Kind,
  wanted: { taps: Taps; steps: number },
): Promise<SurvivedRun> {
  const started = performance.now();
  const bench = await Bench.open(kind.dtrReset);
  const counts: Record<Trouble, number> = { kill: 0, unplug: 0, brownOut: 0, sleep: 0 };
  try {
    const trained = bench.start(preset, kind.epochs);
    let over = false;
    void trained.ended.then(() => {
      over = true;
    });
    for (const trouble of troubles) {
      // A moment within one of the next updates, or between two of them, or while the last trouble is still being mended.
      const updates = bench.updates() + random.integer(5);
      await until(() => over || bench.updates() >= updates);
      await pause(random.between(0, 0.2));
      if (over) break;
      if (await bench.make(trouble, random)) counts[trouble]++;
    }
    const code = await trained.ended;
    if (code !== 0) process.stderr.write(`run ${run} ended with ${code}:\n${trained.said()}\n`);
    const journal = bench.journal();
    const ids = journal.flatMap((line) => (line.kind === 'outcome' ? [line.id] : []));
    const { taps, firmware } = await bench.held();
    const told = bench.told();
    const happened = (what: string) =>
      journal.filter((line) => line.kind === 'happened' && line.what === what).map(({ at }) => at);
    const toldAt = (event: string) => told.filter((one) => one.event === event).map(({ at }) => at);
    const pauses = happened('paused');
    // A process whose end starts another, and one that ends the run otherwise than well.
    const ends = happened('restarted').length + (code === 0 ? 0 : 1);
    return {
      run,
      firmware,
      preset,
      troubles: counts,
      ended: code === 0,
      lost: Math.max(0, ...ids) - new Set(ids).size,
      doubled: ids.length - new Set(ids).size,
      asJournalled: sameTaps(shadowOf(journal), taps),
      asUndisturbed: sameTaps(wanted.taps, taps),
      extraSteps: bench.board.wiperSteps - wanted.steps,
      pauses: [pauses.length, toldAt('paused').length],
      failures: [ends, toldAt('failed').length],
      eachPauseOnce: JSON.stringify(pauses.toSorted()) === JSON.stringify(toldAt('paused').toSorted()),
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await bench.close();
  }
}

/** What a journal says that was done, done by somebody else. */
function shadowOf(journal: readonly JournalLine[]): Taps {
  const [start] = journal;
  if (start?.kind !== 'held') throw new Error('a journal begins with what the board holds');
  let taps: Taps = { taps: Uint8Array.from(start.taps), residuals: Int16Array.from(start.residuals) };
  for (const line of journal) if (line.kind === 'outcome') taps = tapsAfter(taps, line.steps);
  return taps;
}

/** A board, a cable that can be pulled, and a directory to train in. */
class Bench {
  private readonly folder = mkdtempSync(join(tmpdir(), 'ohmprop-survive-'));
  private readonly run = join(this.folder, 'run');
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;

  private constructor(
    readonly board: VirtualBoard,
    private readonly served: ServedBoard,
    private readonly dtrReset: boolean,
  ) {}

  static async open(dtrReset: boolean): Promise<Bench> {
    const parts = nominalParts(referenceBoard);
    const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
    const bench = new Bench(board, await serveOnTcp(board, { port: 0 }), dtrReset);
    await bench.plugIn();
    return bench;
  }

  /** `ohmprop train --supervised`, and no other command. */
  start(preset: Preset, epochs: number = runs[preset]): { ended: Promise<number>; said: () => string } {
    if (mainFile === undefined) throw new Error('build first: npm run build');
    let said = '';
    const child = spawn(
      process.execPath,
      [
        ...[
          mainFile,
          'train',
          '--data',
          preset,
          '--epochs',
          String(epochs),
          '--device',
          `tcp://127.0.0.1:${this.port}`,
          '--supervised',
        ],
        ...['--out', 'run', '--notify', `cat >> ${join(this.folder, 'told.jsonl')}`, '--notify-every', '0'],
      ],
      {
        cwd: this.folder,
        stdio: ['ignore', 'ignore', 'pipe'],
        // Every virtual board has the same number: another one on this machine is not to be found in its place.
        env: {
          ...process.env,
          OHMPROP_LAB: join(this.folder, 'lab'),
          OHMPROP_LINES: join(this.folder, 'lines'),
        },
      },
    );
    child.stderr.on('data', (text: Buffer) => {
      said += text;
    });
    const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
    return { ended, said: () => said };
  }

  /** @returns whether there was anything to disturb */
  async make(trouble: Trouble, random: RandomStream): Promise<boolean> {
    switch (trouble) {
      case 'kill':
        return this.signal('SIGKILL');
      case 'sleep': {
        const slept = this.signal('SIGSTOP');
        const pid = this.trainer();
        await pause(random.between(0.1, 4));
        if (slept && pid !== undefined) this.signal('SIGCONT', pid);
        return slept;
      }
      case 'unplug':
        await this.unplug();
        await pause(random.between(0, 3));
        await this.plugIn();
        return true;
      case 'brownOut':
        this.board.brownOut();
        return true;
    }
  }

  journal(): JournalLine[] {
    return linesOf(join(this.run, 'journal.jsonl')) as unknown as JournalLine[];
  }

  updates(): number {
    return this.journal().findLast((line) => line.kind === 'outcome')?.id ?? 0;
  }

  told(): { event: string; at: string }[] {
    return linesOf(join(this.folder, 'told.jsonl')) as { event: string; at: string }[];
  }

  async held(): Promise<{ taps: Taps; firmware: string }> {
    const client = await BoardClient.open(TcpTransport.of(this.served.address));
    try {
      return { taps: await client.readTaps(), firmware: client.description.firmware };
    } finally {
      await client.close();
    }
  }

  async close(): Promise<void> {
    await this.unplug();
    await this.served.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private trainer(): number | undefined {
    try {
      return Number(JSON.parse(readFileSync(join(this.run, 'run.lock'), 'utf8')).pid);
    } catch {
      return undefined;
    }
  }

  private signal(signal: NodeJS.Signals, pid = this.trainer()): boolean {
    try {
      return pid !== undefined && process.kill(pid, signal);
    } catch {
      return false;
    }
  }

  private async plugIn(): Promise<void> {
    const server = createServer((near) => {
      if (this.dtrReset) this.board.resetPin({ bootloader_seconds: 0.5, causeHidden: true });
      const far = connect(Number(this.served.address.split(':')[2]), '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ]) {
        this.sockets.add(one);
        one.setNoDelay(true);
        one.on('error', () => {});
        one.on('close', () => {
          this.sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
    this.server = server;
  }

  private async unplug(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

function linesOf(file: string): Record<string, unknown>[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(0.01);
}

/** A table of what was found. */
export function summaryOf(all: readonly SurvivedRun[]): string {
  const sum = (of: (run: SurvivedRun) => number) => all.reduce((total, run) => total + of(run), 0);
  const troubles = (Object.keys(bar) as Trouble[]).map((t) => `${sum((run) => run.troubles[t])} × ${t}`);
  const whole = all.filter(({ troubles: { brownOut } }) => brownOut === 0);
  return [
    `${all.length} runs: ${troubles.join(', ')}; firmware ${[...new Set(all.map(({ firmware }) => firmware))].join(', ')}`,
    `ended by themselves: ${all.filter(({ ended }) => ended).length}`,
    `updates lost: ${sum(({ lost }) => lost)}, doubled: ${sum(({ doubled }) => doubled)}`,
    `taps as journalled: ${all.filter((r) => r.asJournalled).length}, as of a run that nobody disturbs: ${all.filter((r) => r.asUndisturbed).length}`,
    `wiper steps beside those of training, ${whole.length} runs without a brown-out: ${whole.reduce((total, r) => total + r.extraSteps, 0)}`,
    `runs whose pauses were each told once: ${all.filter((r) => r.eachPauseOnce).length}`,
    `pauses, told: ${sum((r) => r.pauses[0])}, ${sum((r) => r.pauses[1])}; ends of processes, told: ${sum((r) => r.failures[0])}, ${sum((r) => r.failures[1])}`,
    `${(sum(({ seconds }) => seconds) / 60).toFixed(1)} min; ${machine()}`,
  ].join('\n');
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      state: { type: 'string' },
      part: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      'dtr-reset': { type: 'boolean', default: false },
      minutes: { type: 'string' },
    },
  });
  const { state } = values;
  const before = state === undefined ? [] : (linesOf(state) as unknown as SurvivedRun[]);
  const all = await survive({
    seed: Number(values.seed),
    part: Number(values.part),
    dtrReset: values['dtr-reset'],
    before,
    ...(values.minutes === undefined ? {} : { minutes: Number(values.minutes) }),
    tell: (found) => {
      const line = JSON.stringify(found);
      process.stdout.write(`${line}\n`);
      if (state !== undefined) appendFileSync(state, `${line}\n`);
    },
  });
  process.stdout.write(`${summaryOf(all)}\n`);
}
