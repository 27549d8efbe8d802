import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputError, RandomStream, runError } from '../core/index.js';
import { planText, type Trial, TrialStore } from '../experiments/studies/index.js';
import { machine } from './machine.js';

// Studies whose processes are killed, here or on Redis with its server killed once: `npm run bench -- studies kill [trials] [seed]`,
// `… studies redis [trials] [seed]`. What a second worker is worth, on MNIST of OHMPROP_DATA: `… studies speed [samples] [rounds] [epochs]`. The time
// and memory that the report of so many trials takes: `… studies report [trials]`.

const program = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/** @throws `bench.usage` */
export async function run([part, ...numbers]: readonly string[]): Promise<void> {
  console.log(machine());
  const [first = 500, seed = 1] = numbers.map(Number);
  if (part === 'kill') return kill(first, seed);
  if (part === 'redis') return kill(first, seed, await Redis.start());
  if (part === 'speed')
    return speed(Number(numbers[0] ?? 60_000), Number(numbers[1] ?? 3), Number(numbers[2] ?? 6));
  if (part === 'report') return report(numbers[0] === undefined ? 10_000 : first);
  throw inputError('bench.usage', `studies: needs kill, redis, speed or report, got ${part ?? 'nothing'}`);
}

const WORKER_KILLS = 50;
const STUDY_KILLS = 5;

/**
 * Short trials under `kill -9` of workers and of the study itself, and once of the Redis server, beside the same study here that nobody
 * disturbs.
 */
async function kill(trials: number, seed: number, redis?: Redis): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'study-kill-'));
  const crew = redis === undefined ? undefined : new Crew(redis.url, folder);
  const where = (name: string) =>
    redis === undefined || name === 'undisturbed' ? ['--workers', '2'] : ['--redis', redis.url];
  const line = (name: string) => [
    program,
    ...[
      'study',
      '--name',
      name,
      '--max-trials',
      String(trials),
      ...where(name),
      '-o',
      join(folder, `${name}/`),
    ],
    ...['--axis', `wireOhm=log:100m:100:${trials}`, '--keep', 'relativeError'],
    ...['--', 'crossbar', 'report', '--random', '32x32', '--inputs', '1V'],
  ];
  const started = performance.now();
  await ended(start(line('undisturbed')));
  const quiet_ms = performance.now() - started;
  const random = new RandomStream(seed, 'kills');
  let [workers, studies, starts, servers] = [0, 0, 0, 0];
  // Spread over the time that it takes, so that most fall into trials.
  const pause_ms = quiet_ms / (WORKER_KILLS + STUDY_KILLS);
  for (;;) {
    starts++;
    const study = start(line('killed'));
    const over = ended(study);
    let code: number | null | undefined;
    void over.then((got) => {
      code = got;
    });
    while (code === undefined && workers + studies < WORKER_KILLS + STUDY_KILLS) {
      await new Promise((go) => setTimeout(go, 2 * pause_ms * random.uniform()));
      if (code !== undefined) break;
      if (studies < STUDY_KILLS && random.uniform() < STUDY_KILLS / (WORKER_KILLS + STUDY_KILLS)) {
        study.kill('SIGKILL');
        studies++;
        break;
      }
      if (redis !== undefined && servers === 0 && workers > WORKER_KILLS / 2) {
        await redis.restart();
        servers++;
        continue;
      }
      const all = crew === undefined ? childrenOf(study.pid ?? 0) : crew.processes();
      const one = all[Math.floor(random.uniform() * all.length)];
      if (one === undefined || workers >= WORKER_KILLS) continue;
      process.kill(one, 'SIGKILL');
      workers++;
    }
    if ((await over) === 0) break;
  }
  crew?.end();
  redis?.end();
  const [quiet, disturbed] = ['undisturbed', 'killed'].map((name) =>
    readTable(join(folder, name, 'trials.csv')),
  );
  const keys = new Set(disturbed.map(([, , , key]) => key));
  const errorAt = new Map(disturbed.map(([ohm, , error]) => [ohm, error]));
  const same = quiet.filter(([ohm, , error]) => errorAt.get(ohm) === error).length;
  console.log(
    `${trials} trials, ${workers} workers, ${studies} studies and ${servers} Redis servers killed, ${starts} starts, seed ${seed}: ${disturbed.length} results, ${keys.size} of them distinct, ${same} with the numbers of the undisturbed study`,
  );
  if (disturbed.length === trials) rmSync(folder, { recursive: true });
  else console.log(`left for a look: ${folder}`);
  if (disturbed.length !== trials || keys.size !== trials || same !== trials) process.exitCode = 1;
}

/** A Redis of the bench's own, on loopback. */
class Redis {
  private server: ChildProcess | undefined;
  readonly url: string;

  private constructor(private readonly port: number) {
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(port = 26_379): Promise<Redis> {
    const redis = new Redis(port);
    await redis.restart();
    return redis;
  }

  /** By `kill -9`, so that it comes back without anything. */
  async restart(): Promise<void> {
    this.end();
    await new Promise((go) => setTimeout(go, 500));
    this.server = spawn('redis-server', ['--port', String(this.port), '--bind', '127.0.0.1', '--save', ''], {
      stdio: 'ignore',
    });
  }

  end(): void {
    this.server?.kill('SIGKILL');
  }
}

/** Two `ohmprop study worker` of one process each; one that is killed is started again, as a service would. */
class Crew {
  private readonly members: (ChildProcess | undefined)[] = [undefined, undefined];
  private isOver = false;

  constructor(
    private readonly url: string,
    private readonly folder: string,
  ) {
    for (const at of this.members.keys()) this.engage(at);
  }

  /** Those that take trials and those that compute them. */
  processes(): number[] {
    return this.members.flatMap((member) =>
      member?.pid === undefined ? [] : [member.pid, ...childrenOf(member.pid)],
    );
  }

  end(): void {
    this.isOver = true;
    for (const member of this.members) member?.kill('SIGKILL');
  }

  private engage(at: number): void {
    if (this.isOver) return;
    const words = ['study', 'worker', '--redis', this.url, '--workers', '1'];
    const member = spawn(process.execPath, [program, ...words], { cwd: this.folder, stdio: 'ignore' });
    this.members[at] = member;
    member.once('exit', () => this.engage(at));
  }
}

/** One worker and two, in turn, on the same four trials; and what a study adds to the time of its trials. */
async function speed(samples: number, rounds: number, epochs: number): Promise<void> {
  const data = process.env.OHMPROP_DATA;
  if (data === undefined)
    throw inputError('bench.data', 'studies speed: set OHMPROP_DATA to a folder with mnist/ in it');
  const folder = mkdtempSync(join(tmpdir(), 'study-speed-'));
  const seconds: Record<number, number[]> = { 1: [], 2: [] };
  const overhead: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const workers of [1, 2]) {
      const out = join(folder, `${round}-${workers}`);
      const started = performance.now();
      const code = await ended(
        start([
          program,
          ...['study', '--seeds', '4', '--workers', String(workers), '-o', `${out}/`],
          ...['--', 'train', '--preset', 'drn-xs', '--data', `mnist:${join(data, 'mnist')}`],
          ...['--epochs', String(epochs), '--threads', '1', '--limit', String(samples)],
        ]),
      );
      if (code !== 0) throw runError('bench.study', `studies speed: the study ended with exit code ${code}`);
      const all = (performance.now() - started) / 1000;
      seconds[workers].push(all);
      const computed = readTable(join(out, 'trials.csv')).reduce((sum, row) => sum + Number(row.at(-2)), 0);
      if (workers === 1) overhead.push((all - computed) / 4);
    }
  }
  const [one, two] = [1, 2].map((workers) => Math.min(...seconds[workers]));
  console.log(
    `drn-xs, ${samples} samples, ${epochs} epochs, four trials, best of ${rounds}: one worker ${one.toFixed(1)} s, two ${two.toFixed(1)} s, ratio ${(one / two).toFixed(2)}`,
  );
  console.log(
    `beside the trials themselves: ${Math.min(...overhead).toFixed(2)} s a trial, start of the program included`,
  );
  rmSync(folder, { recursive: true });
}

/** So many trials with answers as trainings leave them: `study report` of them, time and memory. */
async function report(trials: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'study-report-'));
  const points = trials / 5;
  const stream = new RandomStream(1, 'report');
  const options = { preset: 'drn-xs', training: { epochs: 10 } };
  const all = Array.from({ length: trials }, (_, at): Trial => {
    const [noise_V, seed] = [1e-9 * (1 + (at % points)), 1 + Math.floor(at / points)];
    return {
      key: at.toString(16).padStart(16, '0'),
      values: { 'readout.noise_V': noise_V },
      seed,
      command: 'train',
      options: { ...options, readout: { noise_V }, seed },
      optionsHash: String(at),
      inputs: [],
      program: { version: '0' },
      takesThreads: true,
      fillsDirectory: true,
      drawsReport: true,
    };
  });
  const store = new TrialStore(folder);
  await store.plan(all);
  const axes = [
    { key: 'readout.noise_V', values: all.slice(0, points).map(({ values }) => Object.values(values)[0]) },
  ];
  const plan = {
    name: 'many',
    command: 'train',
    options,
    axes,
    sampling: { kind: 'grid' as const },
    seeds: 5,
  };
  writeFileSync(
    join(folder, 'study.yaml'),
    JSON.stringify(planText({ ...plan, keep: ['testError'], limits: [] })),
  );
  for (const trial of all) {
    await store.begin(trial);
    const epochs = Array.from({ length: 10 }, (_, epoch) => ({
      epoch: epoch + 1,
      testError: stream.uniform(),
    }));
    await store.succeed(trial.key, {
      answer: { testError: stream.uniform(), epochs },
      seconds: 1,
      endedAt: '',
    });
  }
  const started = performance.now();
  const child = start([program, 'study', 'report', folder]);
  let most_kB = 0;
  const look = setInterval(() => {
    most_kB = Math.max(most_kB, peakOf(child.pid ?? 0));
  }, 20);
  const code = await ended(child);
  clearInterval(look);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `report of ${trials} trials: exit code ${code}, ${seconds.toFixed(1)} s, at most ${(most_kB / 1024).toFixed(0)} MB`,
  );
  rmSync(folder, { recursive: true });
}

function start(line: readonly string[]): ChildProcess {
  return spawn(process.execPath, line, { stdio: ['ignore', 'ignore', 'inherit'] });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => child.once('exit', (code) => done(code)));

/** Most memory of a process so far, kB (Linux). */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
      .map(Number);
  } catch {
    return [];
  }
}

function readTable(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','));
}
