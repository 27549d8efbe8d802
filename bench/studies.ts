import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputError, RandomStream } from '../core/index.js';
import { machine } from './machine.js';

// Studies whose processes are killed, and what a second worker is worth: `npm run bench -- studies kill [trials] [seed]`,
// `npm run bench -- studies speed`.

const program = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/** @throws `bench.usage` */
export async function run([part, ...numbers]: readonly string[]): Promise<void> {
  console.log(machine());
  const [first = 500, seed = 1] = numbers.map(Number);
  if (part === 'kill') return kill(first, seed);
  if (part === 'speed') return speed();
  throw inputError('bench.usage', `studies: needs kill or speed, got ${part ?? 'nothing'}`);
}

const WORKER_KILLS = 50;
const STUDY_KILLS = 5;

/** Short trials under `kill -9` of workers and of the study itself, beside the same study that nobody disturbs. */
async function kill(trials: number, seed: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'study-kill-'));
  const line = (name: string) => [
    program,
    ...[
      'study',
      '--name',
      name,
      '--max-trials',
      String(trials),
      '--workers',
      '2',
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
  let [workers, studies, starts] = [0, 0, 0];
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
      const all = childrenOf(study.pid ?? 0);
      const one = all[Math.floor(random.uniform() * all.length)];
      if (one === undefined || workers >= WORKER_KILLS) continue;
      process.kill(one, 'SIGKILL');
      workers++;
    }
    if ((await over) === 0) break;
  }
  const [quiet, disturbed] = ['undisturbed', 'killed'].map((name) =>
    readTable(join(folder, name, 'trials.csv')),
  );
  const keys = new Set(disturbed.map(([, , , key]) => key));
  const errorAt = new Map(disturbed.map(([ohm, , error]) => [ohm, error]));
  const same = quiet.filter(([ohm, , error]) => errorAt.get(ohm) === error).length;
  console.log(
    `${trials} trials, ${workers} workers and ${studies} studies killed, ${starts} starts, seed ${seed}: ${disturbed.length} results, ${keys.size} of them distinct, ${same} with the numbers of the undisturbed study`,
  );
  if (disturbed.length === trials) rmSync(folder, { recursive: true });
  else console.log(`left for a look: ${folder}`);
  if (disturbed.length !== trials || keys.size !== trials || same !== trials) process.exitCode = 1;
}

/** One worker and two, in turn, on the same four trials; and what a study adds to the time of its trials. */
async function speed(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'study-speed-'));
  const seconds: Record<number, number[]> = { 1: [], 2: [] };
  const overhead: number[] = [];
  for (let round = 0; round < 5; round++) {
    for (const workers of [1, 2]) {
      const out = join(folder, `${round}-${workers}`);
      const started = performance.now();
      await ended(
        start([
          program,
          ...['study', '--seeds', '4', '--workers', String(workers), '-o', `${out}/`],
          ...['--', 'train', '--preset', 'drn-xs', '--epochs', '1', '--threads', '1', '--limit', '5000'],
        ]),
      );
      const all = (performance.now() - started) / 1000;
      seconds[workers].push(all);
      const computed = readTable(join(out, 'trials.csv')).reduce((sum, row) => sum + Number(row.at(-2)), 0);
      if (workers === 1) overhead.push((all - computed) / 4);
    }
  }
  const [one, two] = [1, 2].map((workers) => Math.min(...seconds[workers]));
  console.log(
    `drn-xs, four trials, best of 5: one worker ${one.toFixed(1)} s, two ${two.toFixed(1)} s, ratio ${(one / two).toFixed(2)}`,
  );
  console.log(
    `beside the trials themselves: ${Math.min(...overhead).toFixed(2)} s a trial, start of the program included`,
  );
  rmSync(folder, { recursive: true });
}

function start(line: readonly string[]): ChildProcess {
  return spawn(process.execPath, line, { stdio: ['ignore', 'ignore', 'inherit'] });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => child.once('exit', (code) => done(code)));

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
