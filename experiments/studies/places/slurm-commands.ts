import { execFile } from 'node:child_process';
import { inputError, quoted, runError } from '../../../core/index.js';

/** One task of an array, as the queue lists it. */
export interface SlurmTask {
  readonly job: string;
  readonly index: number;
  /** PENDING, RUNNING, COMPLETING, … */
  readonly state: string;
  readonly reason: string;
}

/** Runs a program of SLURM to its end. */
export type RunProgram = (
  program: string,
  words: readonly string[],
) => Promise<{ readonly code: number | string; readonly stdout: string; readonly stderr: string }>;

/** SLURM by its own commands. */
export class Slurm {
  constructor(private readonly run: RunProgram = runProgram) {}

  /** @throws `study.slurm` (exit code 2) where it is not installed */
  async requireHere(): Promise<void> {
    for (const program of ['sbatch', 'squeue', 'scancel']) {
      const { code } = await this.run(program, ['--version']);
      if (code === 'ENOENT') {
        throw inputError(
          'study.slurm',
          `${program} is not here: --slurm wants to be started where jobs are submitted, on a login node of a cluster`,
        );
      }
    }
  }

  /** Tasks that an array may have (`MaxArraySize` of slurm.conf less one); its default where it is not said. */
  async mostTasks(): Promise<number> {
    const { stdout } = await this.run('scontrol', ['show', 'config']);
    const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(stdout)?.[1] ?? 1001);
    return Math.max(1, size - 1);
  }

  /** @returns the number of the job @throws `study.slurm` with what sbatch says */
  async submit(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.run('sbatch', ['--parsable', script]);
    const job = /^(\d+)/.exec(stdout.trim())?.[1];
    if (code === 0 && job !== undefined) return job;
    throw runError('study.slurm', `sbatch ${script}: ${said(stderr, code)}`);
  }

  /** Tasks of the user's arrays that wait or run. Nothing where the controller does not answer. */
  async tasks(): Promise<{ readonly tasks?: readonly SlurmTask[]; readonly trouble?: string }> {
    const { code, stdout, stderr } = await this.run('squeue', ['--me', '-h', '-r', '-o', '%F|%K|%T|%r']);
    if (code !== 0) return { trouble: said(stderr, code) };
    return { tasks: stdout.split('\n').flatMap(taskOf) };
  }

  /** Ends jobs, or tasks such as `17_3`; what is gone already is no error. */
  async cancel(jobs: readonly string[]): Promise<void> {
    if (jobs.length > 0) await this.run('scancel', [...jobs]);
  }
}

/** A line of `squeue -o '%F|%K|%T|%r'`. */
export function taskOf(text: string): SlurmTask[] {
  const [job, index, state, ...reason] = text.trim().split('|');
  if (!/^\d+$/.test(job) || !/^\d+$/.test(index ?? '')) return [];
  return [{ job, index: Number(index), state, reason: reason.join('|') }];
}

function said(stderr: string, code: number | string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return last === '' ? `exit code ${code}` : quoted(last.replace(/^\w+: error: /, ''));
}

const runProgram: RunProgram = (program, words) =>
  new Promise((done) => {
    execFile(program, [...words], { encoding: 'utf8', maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : (error.code ?? String(error.signal)), stdout, stderr });
    });
  });
