import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDirectory, writeFileAtomically } from '../../../records/index.js';
import { newestCheckpoint } from '../run-trial.js';
import type { Trial } from '../trial.js';
import { TrialStore } from '../trial-store.js';
import { MOST_LOSSES, type TrialPlace, type TrialWork } from './place.js';
import { Slurm, type SlurmTask } from './slurm-commands.js';
import { slurmScript } from './slurm-script.js';

/** How a task of an array is started: `ohmprop study worker --slurm-task`. */
export interface SlurmProgram {
  readonly line: readonly string[];
  /** What the user adds to the script: `--time=2:00:00`. */
  readonly options: readonly string[];
  /** How often the queue is looked at, ms. */
  readonly poll_ms?: number;
}

const POLL_MS = 5000;
/** How long a trial may be in no queue before its answer counts as lost, ms: disks of clusters are late. */
const LATE_MS = 5000;
/** How long tasks have to save what they compute, ms. */
const PATIENCE_MS = 120_000;

/**
 * Arrays of jobs: a script is written, submitted, watched and its answers collected. What is killed, requeued or out of its time is submitted
 * again and goes on from its checkpoint. A study that was killed finds its arrays in the queue again.
 */
export class SlurmPlace implements TrialPlace {
  constructor(
    private readonly program: SlurmProgram,
    private readonly slurm = new Slurm(),
  ) {}

  async run(work: TrialWork): Promise<void> {
    await this.slurm.requireHere();
    await new SlurmStudy(work, this.slurm, this.program, await this.slurm.mostTasks()).run();
  }
}

/** A task of one of the study's arrays. */
interface Place {
  readonly array: number;
  readonly job: string;
  readonly index: number;
}

class SlurmStudy {
  private readonly store: TrialStore;
  private readonly folder: string;
  private readonly open: Map<string, Trial>;
  /** Where each open trial was submitted last. */
  private readonly places = new Map<string, Place>();
  private readonly started = new Set<string>();
  private readonly missingSince = new Map<string, number>();
  private readonly losses = new Map<
    string,
    { readonly lost: number; readonly checkpoint: string | undefined }
  >();
  private readonly said = new Set<string>();
  private last: number;

  constructor(
    private readonly work: TrialWork,
    private readonly slurm: Slurm,
    private readonly program: SlurmProgram,
    private readonly most: number,
  ) {
    this.store = new TrialStore(work.path);
    this.folder = join(work.path, 'slurm');
    this.open = new Map(work.trials.map((trial) => [trial.key, trial]));
    this.last = this.findArrays();
  }

  async run(): Promise<void> {
    const { signal } = this.work;
    const { poll_ms = POLL_MS } = this.program;
    while (this.open.size > 0 && !signal.aborted) {
      const { tasks, trouble } = await this.slurm.tasks();
      if (trouble !== undefined) this.say(`SLURM does not answer: ${trouble}; waiting for it`);
      else await this.look(tasks ?? []);
      if (this.open.size > 0) await sleep(poll_ms, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) await this.stop();
  }

  /** Arrays of a study process that is gone. @returns the number of the last */
  private findArrays(): number {
    const all = existsSync(this.folder) ? readdirSync(this.folder).map(Number).filter(Number.isInteger) : [];
    for (const array of all.sort((a, b) => a - b)) {
      const folder = join(this.folder, String(array));
      try {
        const job = readFileSync(join(folder, 'job'), 'utf8').trim();
        for (const [index, key] of readFileSync(join(folder, 'trials.txt'), 'utf8')
          .trim()
          .split('\n')
          .entries()) {
          if (this.open.has(key)) this.places.set(key, { array, job, index });
        }
      } catch {
        // Written and not submitted.
      }
    }
    return all.at(-1) ?? 0;
  }

  private async look(tasks: readonly SlurmTask[]): Promise<void> {
    const listed = new Map(tasks.map((task) => [`${task.job}_${task.index}`, task]));
    const toSubmit: Trial[] = [];
    for (const [key, trial] of this.open) {
      if (this.store.isDone(key)) this.end(key, 'done');
      else if (this.store.failureOf(key) !== undefined) this.end(key, 'failed');
      else if (await this.isToBeSubmitted(key, listed)) toSubmit.push(trial);
    }
    for (let at = 0; at < toSubmit.length; at += this.most)
      await this.submit(toSubmit.slice(at, at + this.most));
  }

  private async isToBeSubmitted(key: string, listed: ReadonlyMap<string, SlurmTask>): Promise<boolean> {
    const place = this.places.get(key);
    if (place === undefined) return true;
    const task = listed.get(`${place.job}_${place.index}`);
    if (task !== undefined) {
      this.missingSince.delete(key);
      if (task.state === 'RUNNING' && !this.started.has(key)) {
        this.started.add(key);
        this.work.tell({ type: 'trial-started', key });
      }
      if (task.state === 'PENDING' && !ordinary.test(task.reason))
        this.say(`SLURM holds trials back: ${task.reason} (scontrol show job ${place.job})`);
      return false;
    }
    const since = this.missingSince.get(key);
    if (since === undefined) this.missingSince.set(key, performance.now());
    const { poll_ms = POLL_MS } = this.program;
    if (since === undefined || performance.now() - since < Math.min(LATE_MS, poll_ms)) return false;
    this.missingSince.delete(key);
    this.started.delete(key);
    const reason = this.lastWords(place);
    // One that got further before it was ended has another try: a training longer than the time of its jobs.
    const checkpoint = await newestCheckpoint(this.store.directoryOf(key));
    const before = this.losses.get(key);
    const lost = before === undefined || before.checkpoint !== checkpoint ? 1 : before.lost + 1;
    this.losses.set(key, { lost, checkpoint });
    this.work.tell({ type: 'trial-lost', key, reason });
    if (lost < MOST_LOSSES) return true;
    await this.work.giveUp(key, `${lost} jobs were lost over it: ${reason}`);
    this.end(key, 'failed');
    return false;
  }

  private lastWords({ array, job, index }: Place): string {
    const file = join(this.folder, String(array), `${index}.log`);
    let last: string | undefined;
    try {
      last = readFileSync(file, 'utf8').trim().split('\n').at(-1);
    } catch {
      // It never began.
    }
    return `its job ${job}_${index} is gone${last === undefined || last === '' ? '' : `: ${last.slice(-200)}`}`;
  }

  private async submit(trials: readonly Trial[]): Promise<void> {
    const array = ++this.last;
    const folder = join(this.folder, String(array));
    await makeDirectory(folder);
    const list = join(folder, 'trials.txt');
    await writeFileAtomically(list, trials.map(({ key }) => `${key}\n`).join(''));
    const script = join(folder, 'array.sh');
    const { line, options } = this.program;
    const name = basename(resolve(this.work.path));
    await writeFileAtomically(
      script,
      slurmScript({ name, count: trials.length, folder, list, cwd: process.cwd(), line, options }),
    );
    const job = await this.slurm.submit(script);
    await writeFileAtomically(join(folder, 'job'), `${job}\n`);
    for (const [index, { key }] of trials.entries()) this.places.set(key, { array, job, index });
    this.work.tell({ type: 'waiting', text: `${trials.length} trials are SLURM job ${job} (${script})` });
  }

  private end(key: string, end: 'done' | 'failed'): void {
    if (this.open.delete(key)) this.work.tell({ type: 'trial-ended', key, end });
  }

  private say(text: string): void {
    if (!this.said.has(text)) this.work.tell({ type: 'waiting', text });
    this.said.add(text);
  }

  /** Ends what it submitted, and waits until that has saved what it computes. */
  private async stop(): Promise<void> {
    const jobs = [...new Set([...this.places.values()].map(({ job }) => job))];
    await this.slurm.cancel(jobs);
    const until = performance.now() + PATIENCE_MS;
    while (performance.now() < until) {
      const { tasks = [] } = await this.slurm.tasks();
      if (!tasks.some(({ job }) => jobs.includes(job))) break;
      await sleep(this.program.poll_ms ?? 1000);
    }
    for (const key of this.open.keys()) if (this.store.isDone(key)) this.end(key, 'done');
  }
}

/** Why tasks wait that nobody needs to be told of (squeue(1)). */
const ordinary =
  /^(None|Priority|Resources|BeginTime|Cleaning|Prolog|JobArrayTaskLimit|Assoc\w*|QOS\w*|Dependency)?$/;
