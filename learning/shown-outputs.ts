import { costLaw } from '../devices/contract/index.js';
import type { Coder } from './coding.js';
import type { Samples } from './data/index.js';

/** Test samples whose outputs every epoch keeps, and numbers in all: a line of metrics stays short. */
const MOST_SAMPLES = 6;
const MOST_NUMBERS = 60;
const DIGITS = 5;

/** What a few test samples, the same in every epoch, came to at rest. */
export interface ShownOutputs {
  /** Of outputs and targets: `V` or `1`. */
  readonly unit: string;
  /** Which of the test samples, from 0. */
  readonly samples: readonly number[];
  /** Their classes and the answers, by number; nothing where numbers are asked for. */
  readonly labels?: readonly number[];
  readonly answers?: readonly number[];
  /** By sample, states of the outputs in the device's node unit, five digits of each. */
  readonly outputs: readonly (readonly number[])[];
  /** What the outputs should be; nothing where the cost takes classes and no states. */
  readonly targets?: readonly (readonly number[])[];
}

/** Keeps the outputs of the first test sample of each class, as far as there is room. */
export class OutputsKept {
  private readonly chosen: readonly number[];
  private readonly outputs: number[][] = [];
  private readonly targets: number[][] = [];
  private readonly answers: number[] = [];
  private readonly size: number;

  constructor(
    private readonly samples: Samples,
    private readonly coder: Coder,
  ) {
    this.size = coder.outputs;
    this.chosen = firstOfClasses(samples, Math.min(MOST_SAMPLES, Math.floor(MOST_NUMBERS / this.size)));
  }

  /** Takes what a batch of the samples from `start` on came to; outputs and targets `[batch × outputs]`. */
  take(start: number, outputs: Float64Array, targets: Float64Array): void {
    const { size, coder } = this;
    for (const [place, index] of this.chosen.entries()) {
      const from = (index - start) * size;
      if (from < 0 || from >= outputs.length) continue;
      this.outputs[place] = Array.from(outputs.subarray(from, from + size), rounded);
      if (coder.values === undefined) this.answers[place] = coder.classOf(outputs, index - start);
      this.targets[place] = Array.from(targets.subarray(from, from + size), rounded);
    }
  }

  /** Nothing where there is no room for a sample. */
  get shown(): ShownOutputs | undefined {
    const { chosen: samples, outputs, targets, answers, coder } = this;
    if (samples.length === 0) return undefined;
    const labels = samples.map((index) => this.samples.labels[index]);
    return {
      unit: coder.info.nodeUnit,
      samples,
      ...(coder.values === undefined ? { labels, answers } : {}),
      outputs,
      // Of classes and signs a cost takes no states.
      ...(costLaw(coder.cost.cost ?? 'squared').targets === 'voltages' ? { targets } : {}),
    };
  }
}

/** The first sample of each class, then the first others. */
function firstOfClasses({ labels, count }: Samples, most: number): number[] {
  const first = new Map<number, number>();
  for (let s = 0; s < count; s++) if (!first.has(labels[s])) first.set(labels[s], s);
  const own = [...first.values()].slice(0, most);
  for (let s = 0; s < count && own.length < most; s++) if (!own.includes(s)) own.push(s);
  return own.sort((a, b) => a - b);
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
