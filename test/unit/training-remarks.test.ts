import { describe, expect, it } from 'vitest';
import type { DataSet } from '../../learning/index.js';
import type { EpochRecord } from '../../learning/training-events.js';
import { TrainingRemarks } from '../../learning/training-remarks.js';

const samples = { count: 600, labels: Uint8Array.from({ length: 600 }, (_, s) => s % 3) };
const dataSet = { classes: 3, classNames: ['a', 'b', 'c'], train: samples } as unknown as DataSet;

/** What is said over epochs, given how many of ten samples of class c are taken for c after each, from the third epoch on. */
function saidOver(...right: number[]): string[][] {
  const remarks = new TrainingRemarks(dataSet, 'S');
  return right.map((c, e) => {
    const confusion = [10, 0, 0, 0, 10, 0, 10 - c, 0, c];
    return remarks.of({ epoch: e + 3, confusion } as unknown as EpochRecord, e === right.length - 1);
  });
}

describe('an output that never answers', () => {
  const dead = [expect.stringMatching(/^output 2 \(c\) never answers: after epoch/)];
  const awake = [expect.stringMatching(/^output 2 \(c\) answers by now: after epoch/)];

  it('is told once, and taken back once it answers', () => {
    expect(saidOver(0, 0, 9, 10)).toEqual([dead, [], awake, []]);
  });

  it('is not told at every turn where it comes and goes, and the last word is true', () => {
    expect(saidOver(0, 5, 0, 5, 0, 5)).toEqual([dead, awake, [], [], [], []]);
    expect(saidOver(0, 5, 0, 5, 0)).toEqual([dead, awake, [], [], dead]);
  });
});
