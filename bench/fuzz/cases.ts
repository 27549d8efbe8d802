import { OhmpropError, RandomStream } from '../../core/index.js';
import type { Target } from './target.js';
import { targets } from './targets.js';

/** What a thread tells the one that watches it: numbers in shared memory, as it may be unable to say anything. */
export const progress = {
  /** The case under way, and when it began, ms. */
  index: 0,
  began_ms: 1,
  accepted: 2,
  /** The longest, and which. */
  worst_ms: 3,
  worstIndex: 4,
  done: 5,
  /** Cases that took more than a second, of parsers that may. */
  overSecond: 6,
  length: 8,
} as const;

/** What went wrong with one case. */
export interface Fault {
  readonly index: number;
  readonly what: string;
}

/** A case that takes longer is told, and at fault unless its parser may. */
export const SECOND_ms = 1000;

/** One parser's cases, each the same whenever it is made again. */
export class Cases {
  private constructor(
    readonly target: Target,
    private readonly stream: RandomStream,
  ) {}

  static async of(name: string, seed: number, folder: string): Promise<Cases> {
    const target = await targets[name]();
    await target.prepare?.(folder);
    return new Cases(target, new RandomStream(seed, `fuzz-${name}`));
  }

  get patience_ms(): number {
    return this.target.patience_ms ?? SECOND_ms;
  }

  input(index: number): unknown {
    return this.target.make(this.stream.at(index));
  }

  /** @returns whether the parser took it, or what went wrong */
  async take(input: unknown): Promise<boolean | string> {
    try {
      const taken = this.target.take(input);
      return taken instanceof Promise ? await taken : taken;
    } catch (error) {
      if (error instanceof OhmpropError) return harmless(error.message) ? false : `message: ${error.message}`;
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }

  /** Runs cases one after the other, until one is at fault. */
  async run(from: number, to: number, shared: Float64Array): Promise<Fault | undefined> {
    for (let index = from; index < to; index++) {
      const input = this.input(index);
      const began = performance.timeOrigin + performance.now();
      shared[progress.index] = index;
      shared[progress.began_ms] = began;
      const taken = await this.take(input);
      const ms = performance.timeOrigin + performance.now() - began;
      if (ms > SECOND_ms) shared[progress.overSecond]++;
      if (ms > shared[progress.worst_ms]) {
        shared[progress.worst_ms] = ms;
        shared[progress.worstIndex] = index;
      }
      if (typeof taken === 'string') return { index, what: taken };
      if (taken) shared[progress.accepted]++;
      shared[progress.done]++;
    }
    return undefined;
  }
}

/** What people are shown steers no terminal and is no flood. */
function harmless(message: string): boolean {
  return message.length <= 8000 && !/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u.test(message);
}
