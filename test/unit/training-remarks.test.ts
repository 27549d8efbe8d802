import { describe, expect, it } from 'vitest';
import { RangeWatch } from '../../learning/beyond-range.js';
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

describe('a training that ends where it began', () => {
  const said = (trainError: number, cosines: readonly (number | undefined)[], last = true) =>
    new TrainingRemarks(dataSet, 'S', 'V').of(
      {
        epoch: 3,
        trainError,
        confusion: [9, 0, 0, 0, 9, 0, 0, 0, 9],
        gradient: {
          layers: [],
          groups: Object.fromEntries(cosines.map((cosine, at) => [`W${at + 1}`, { cosine, norm: 1 }])),
        },
      } as unknown as EpochRecord,
      last,
    );

  it('as its estimate is no gradient is told so, with what to change', () => {
    expect(said(0.65, [0.01, -0.2, 0.9])).toEqual([
      expect.stringMatching(/train error of 65\.0 %.*cosine of W1 0\.01, W2 -0\.20; .*--node-offset/),
    ]);
  });

  it('is not blamed where all groups point about the right way, the error is lower, epochs are left, or nothing is known', () => {
    expect(said(0.65, [0.3, 0.9])).toEqual([]);
    expect(said(0.5, [0.01])).toEqual([]);
    expect(said(0.65, [0.01], false)).toEqual([]);
    expect(said(0.65, [undefined])).toEqual([]);
  });
});

describe('reads that drown what they are to tell', () => {
  const told = (...layers: { contrast: number; resolution?: number }[]) =>
    new TrainingRemarks(dataSet, 'S', 'V').of(
      { epoch: 3, confusion: [9, 0, 0, 0, 9, 0, 0, 0, 9], gradient: { layers } } as unknown as EpochRecord,
      false,
    );

  it('are told of the worst layer, in volts, and not where nodes are read exactly or well', () => {
    expect(told({ contrast: 1e-9 })).toEqual([]);
    expect(told({ contrast: 3e-6, resolution: 1e-5 })).toEqual([]);
    expect(told({ contrast: 1e-6, resolution: 1e-5 }, { contrast: 4e-7, resolution: 1e-5 })).toEqual([
      expect.stringMatching(/^nodes of layer 2 differ by 400 nV .* off by 10\.0 µV: .*--nudge current-held/),
    ]);
  });
});

describe('nodes beyond the range that they are read over', () => {
  const equilibrium = (...layers: number[][]) => ({ layer: (l: number) => Float64Array.from(layers[l]) });

  it('are counted layer by layer over all samples, and the layer of the largest share is told', () => {
    const watch = new RangeWatch([1, 0.5]);
    watch.look(equilibrium([0.9, -1.2, 1, 0.1], [0.1], [0.6]), 3);
    expect(watch.worst()).toEqual({ layer: 3, share: 1, end: 0.5, largest: 0.6 });
    watch.look(equilibrium([-2, 1.1, 0, 0], [0.1], [0.5]), 3);
    watch.look(equilibrium([0, 0, 0, 0], [-0.5], [-0.4]), 3);
    // 3 of 12 and 1 of 3
    expect(watch.worst()).toEqual({ layer: 3, share: 1 / 3, end: 0.5, largest: 0.6 });
  });

  it('are nothing to tell of where all are within it', () => {
    const watch = new RangeWatch([1]);
    watch.look(equilibrium([1, -1], [0]), 2);
    expect(watch.worst()).toBeUndefined();
  });

  it('are told once, with how many, how far, and what to change', () => {
    const remarks = new TrainingRemarks(dataSet, 'S', 'V');
    const confusion = [9, 0, 0, 0, 9, 0, 0, 0, 9];
    const beyondRange = { layer: 1, share: 0.0003, end: 0.01, largest: 0.0146 };
    const said = (more: object) =>
      remarks.of({ epoch: 2, confusion, ...more } as unknown as EpochRecord, false);
    expect(said({})).toEqual([]);
    expect(said({ beyondRange })).toEqual([
      expect.stringMatching(
        /^after epoch 2 0\.03 % of the states of layer 1 .* ±10\.0 mV .* furthest at 14\.6 mV: .*--node-full-scale/,
      ),
    ]);
    expect(said({ beyondRange })).toEqual([]);
  });
});

describe('nodes that are read too coarsely for what they tell', () => {
  const said = (unit: 'V' | '1') =>
    new TrainingRemarks(dataSet, unit === 'V' ? 'S' : '1', unit).of(
      {
        epoch: 3,
        confusion: [9, 0, 0, 0, 9, 0, 0, 0, 9],
        gradient: { layers: [{ contrast: 2e-4, resolution: 0.01 }], groups: {} },
      } as unknown as EpochRecord,
      false,
    );

  it('are told, with a nudge that the network has', () => {
    expect(said('V')).toEqual([
      expect.stringMatching(/^nodes of layer 1 differ by 200 µV .* by 10\.0 mV: .* Nudge by a held current/),
    ]);
    expect(said('1')).toEqual([
      expect.stringMatching(
        /^nodes of layer 1 differ by 0\.0002 .* by 0\.01: .* Use a larger --beta, or take more/,
      ),
    ]);
    expect(said('1').join()).not.toContain('held');
  });
});
