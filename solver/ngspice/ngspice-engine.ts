import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { inputError, runError } from '../../core/index.js';

/**
 * Results by ngspice's own names: `v(a)`, `i(v1)`; one value a point. Complex ones, of a deck with .ac, are two vectors:
 * `re(v(a))` and `im(v(a))`.
 */
export type NgspiceResult = Readonly<Record<string, readonly number[]>>;

interface Complex {
  readonly real: number;
  readonly img: number;
}

interface Answer {
  readonly data?: readonly { readonly name: string; readonly values: readonly (number | Complex)[] }[];
  readonly errors?: readonly string[];
}

/** What ngspice prints when there is no result, whatever the engine hands back. */
const failed = /could not be simulated|not parsed|aborted|no writable vector|interrupted due to error|fatal/i;

/** Runs in the worker: one deck at a time. */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
(async () => {
  const { Simulation } = await import(workerData);
  const simulation = new Simulation();
  await simulation.start();
  parentPort.on('message', async (deck) => {
    try {
      simulation.setNetList(deck);
      const result = await simulation.runSim();
      parentPort.postMessage({ errors: simulation.getError(), data: result && result.data });
    } catch (error) {
      parentPort.postMessage({ errors: ['fatal: ' + (error && error.message), ...simulation.getError()] });
    }
  });
  parentPort.postMessage({});
})();
`;

/**
 * ngspice 45 in WebAssembly, from the package eecircuit-engine where that is installed, in a worker of its own: a deck that it never
 * returns from is stopped at a deadline.
 */
export class NgspiceEngine {
  private worker: Worker | undefined;

  private constructor(private readonly entry: string) {}

  /** @throws OhmpropError that says how to install the package when it is not there */
  static async start(): Promise<NgspiceEngine> {
    const entry = findPackage();
    if (entry === undefined) {
      throw inputError(
        'ngspice.missing',
        'ngspice does not come with ohmprop: add it with "npm install eecircuit-engine@1" (MIT licence, 42 MB), or leave out --engine ngspice',
      );
    }
    return new NgspiceEngine(entry);
  }

  /**
   * Runs a deck and gives its vectors: of the operating point where the deck asks for one, else of its analysis.
   * @param deadline_seconds after which it is stopped
   * @throws OhmpropError with ngspice's words when it finds no result, or takes too long
   */
  async run(deck: string, deadline_seconds = 60): Promise<NgspiceResult> {
    this.worker ??= await this.launch(deadline_seconds);
    const answer = await this.ask(this.worker, deadline_seconds, deck);
    const errors = (answer.errors ?? []).filter((line) => line.trim() !== '');
    if (answer.data === undefined || errors.some((line) => failed.test(line))) {
      throw runError('ngspice.failed', `ngspice: ${errors.slice(-6).join(' | ') || 'no result'}`);
    }
    return Object.fromEntries(
      answer.data.flatMap(({ name, values }) => realVectors(name.toLowerCase(), values)),
    );
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private async launch(deadline_seconds: number): Promise<Worker> {
    const worker = new Worker(program, { eval: true, workerData: this.entry, stdout: true, stderr: true });
    worker.unref();
    await this.ask(worker, deadline_seconds);
    return worker;
  }

  private async ask(worker: Worker, deadline_seconds: number, deck?: string): Promise<Answer> {
    worker.ref();
    const answer = await new Promise<Answer>((resolve) => {
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        worker.off('message', settle);
        worker.off('error', onError);
        worker.off('exit', onExit);
        resolve(answer);
      };
      const onError = (error: Error): void => settle({ errors: [`fatal: ${error.message}`] });
      const onExit = (): void => settle({ errors: ['fatal: ngspice ended'] });
      const late = (): void => settle({ errors: [`fatal: no answer within ${deadline_seconds} s`] });
      const timer = setTimeout(late, 1000 * deadline_seconds);
      worker.on('message', settle);
      worker.on('error', onError);
      worker.on('exit', onExit);
      if (deck !== undefined) worker.postMessage(deck);
    });
    worker.unref();
    // After a fatal end nothing more may be asked of it.
    if (answer.errors?.some((line) => line.startsWith('fatal'))) await this.close();
    return answer;
  }
}

/** A vector as real ones; a frequency is no complex number, whatever the engine makes of it. */
function realVectors(name: string, values: readonly (number | Complex)[]): [string, readonly number[]][] {
  if (values.every((value) => typeof value === 'number')) return [[name, values]];
  const parts = values.map((value) => (typeof value === 'number' ? { real: value, img: 0 } : value));
  const real = parts.map((part) => part.real);
  if (name === 'frequency') return [[name, real]];
  return [
    [`re(${name})`, real],
    [`im(${name})`, parts.map((part) => part.img)],
  ];
}

/** The package's module, looked for beside this project and above it. */
function findPackage(): string | undefined {
  for (const folder of createRequire(import.meta.url).resolve.paths('eecircuit-engine') ?? []) {
    const root = join(folder, 'eecircuit-engine');
    if (!existsSync(join(root, 'package.json'))) continue;
    const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { module?: string };
    return pathToFileURL(join(root, description.module ?? 'dist/eecircuit-engine.mjs')).href;
  }
  return undefined;
}
