import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MeasuredFile } from '../../calibration/measured/index.js';
import { trainLabels, trainsOf } from '../../calibration/trains/index.js';
import { RandomStream } from '../../core/index.js';
import { file, series } from './measured-series.js';

interface Program {
  readonly cycles: number;
  readonly up: number;
  readonly down: number;
  /** How many times e a train goes towards its end. */
  readonly curved: number;
  /** Of a read, in shares of the window. */
  readonly noise: number;
  readonly seed: number;
}

/** A cell of soft bounds over 0.6 … 10.4 µS, pulsed up and down in turn and read after each pulse [S]. */
function pulsed({ cycles, up, down, curved, noise, seed }: Program): number[] {
  const random = new RandomStream(seed, 'reads');
  const states: number[] = [];
  let g = 1e-6;
  for (let c = 0; c < cycles; c++) {
    for (let k = 0; k < up + down; k++) {
      g += k < up ? (curved / up) * (10.4e-6 - g) : (curved / down) * (0.6e-6 - g);
      states.push(g + 9e-6 * noise * random.normal());
    }
  }
  return states;
}

const oneColumn = (states: readonly number[], more = {}): MeasuredFile =>
  file([series('train', { pulse: states.map((_, i) => i + 1), ...more, conductance_S: states })]);

const lengths = (measured: MeasuredFile, way: 'up' | 'down') =>
  trainsOf(measured)
    .trains.filter(({ direction }) => direction === way)
    .map(({ states }) => states.length);

const programs = (noise: readonly number[]) =>
  fc.record({
    cycles: fc.integer({ min: 1, max: 8 }),
    up: fc.integer({ min: 16, max: 90 }),
    down: fc.integer({ min: 16, max: 90 }),
    curved: fc.double({ min: 1.5, max: 4, noNaN: true }),
    noise: fc.constantFrom(...noise),
    seed: fc.integer({ min: 1, max: 1e6 }),
  });

describe('several cycles in one column', () => {
  test('are cut at every turning point, with reads that scatter by up to 5 % of the window', () => {
    fc.assert(
      fc.property(programs([0, 0.001, 0.01, 0.03, 0.05]), (program) => {
        const measured = oneColumn(pulsed(program));
        expect([lengths(measured, 'up').length, lengths(measured, 'down').length]).toEqual([
          program.cycles,
          program.cycles,
        ]);
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  test('each with its own pulses: to a few that scatter hides', () => {
    fc.assert(
      fc.property(programs([0, 0.003, 0.01]), (program) => {
        const measured = oneColumn(pulsed(program));
        for (const way of ['up', 'down'] as const)
          for (const length of lengths(measured, way))
            expect(Math.abs(length - program[way])).toBeLessThanOrEqual(3);
      }),
      { numRuns: 150, seed: 8 },
    );
  });

  test('of fifty pulses each way have fifty each, and their labels', () => {
    const states = pulsed({ cycles: 4, up: 50, down: 50, curved: 3, noise: 0.01, seed: 3 });
    const { cells, remarks } = trainLabels(oneColumn(states));
    expect(cells).toHaveLength(1);
    expect(cells[0].up.map(({ points }) => points)).toEqual([50, 50, 50, 50]);
    expect(cells[0].down.map(({ points }) => points)).toEqual([50, 50, 50, 50]);
    expect(remarks.join()).toContain('cut at its turning points: 4 up of 50 reads, 4 down of 50 reads');
    // repetitions: the scatter of reads is told from misfit
    expect(cells[0].noise.up!.readWriteRange.value).toBeCloseTo(0.01, 2);
    const alone = trainLabels(
      oneColumn(pulsed({ cycles: 1, up: 50, down: 50, curved: 3, noise: 0, seed: 1 })),
    );
    for (const { labels } of cells[0].up)
      expect(Math.abs(labels.free.label - alone.cells[0].up[0].labels.free.label)).toBeLessThan(0.3);
  });

  test('with a reset between rises alone are repetitions of one direction', () => {
    const states = Array.from({ length: 120 }, (_, i) => 1e-6 + 9e-6 * (1 - Math.exp(-(i % 40) / 12)));
    expect([lengths(oneColumn(states), 'up'), lengths(oneColumn(states), 'down')]).toEqual([
      [40, 40, 40],
      [],
    ]);
  });

  test('are not made of one train with a glitch, nor of a slow hump', () => {
    const states = Array.from({ length: 60 }, (_, i) => 1e-6 + 9e-6 * (1 - Math.exp(-i / 20)));
    const glitch = states.map((g, i) => (i === 30 ? 3 * g : g));
    const hump = states.map((g, i) => g + 1e-6 * Math.exp(-(((i - 25) / 6) ** 2)));
    for (const one of [states, glitch, hump]) expect(lengths(oneColumn(one), 'up')).toEqual([60]);
  });
});

describe('columns that say how trains are cut', () => {
  const states = pulsed({ cycles: 3, up: 30, down: 20, curved: 2, noise: 0.08, seed: 5 });
  const rows = states.map((_, i) => i % 50);
  const right = [
    [30, 30, 30],
    [20, 20, 20],
  ];
  const cut = (measured: MeasuredFile) => [lengths(measured, 'up'), lengths(measured, 'down')];

  test('amplitudes of two signs, under whichever name; which sign raises a cell is the cell’s', () => {
    for (const role of ['amplitude_V', 'voltage_V']) {
      for (const sign of [1, -1])
        expect(cut(oneColumn(states, { [role]: rows.map((k) => sign * (k < 30 ? 1.2 : -1.3)) }))).toEqual(
          right,
        );
    }
    // unipolar: two heights of one sign
    expect(cut(oneColumn(states, { amplitude_V: rows.map((k) => (k < 30 ? 1.1 : 2.4)) }))).toEqual(right);
  });

  test('words for the direction, polarities, cycles and pulse numbers that begin again', () => {
    expect(cut(oneColumn(states, { direction: rows.map((k) => (k < 30 ? 1 : -1)) }))).toEqual(right);
    expect(cut(oneColumn(states, { polarity: rows.map((k) => (k < 30 ? 1 : 0)) }))).toEqual(right);
    const again = { pulse: rows.map((k) => (k < 30 ? k : k - 30)), conductance_S: states };
    expect(cut(file([series('train', again)]))).toEqual(right);
    const cycles = {
      cycle: states.map((_, i) => Math.floor(i / 50) + 1),
      pulse: again.pulse,
      conductance_S: states,
    };
    const { trains } = trainsOf(file([series('train', cycles)]));
    expect(trains.map(({ direction, cycle }) => `${direction} ${cycle}`)).toEqual([
      'up 1',
      'down 1',
      'up 2',
      'down 2',
      'up 3',
      'down 3',
    ]);
  });

  test('cycles beside LTP and LTD are repetitions', () => {
    const ltp = Array.from({ length: 3 }, (_, c) => states.slice(50 * c, 50 * c + 30)).flat();
    const cycle = ltp.map((_, i) => 1 + Math.floor(i / 30));
    const measured = file([
      series('train', { cycle, pulse: ltp.map((_, i) => i % 30), conductance_S: ltp }, { direction: 'up' }),
    ]);
    expect(trainsOf(measured).trains.map(({ states: s, cycle: c }) => [s.length, c])).toEqual([
      [30, 1],
      [30, 2],
      [30, 3],
    ]);
  });
});

describe('what is no train', () => {
  const random = new RandomStream(11, 'scatter');
  const scatter = Array.from({ length: 50 }, () => 5e-6 + 1e-6 * random.normal());

  test('scatter and nothing else makes no cell, whatever its heading says', () => {
    for (const more of [{ direction: 'up' as const }, { direction: 'down' as const }, {}]) {
      const { trains, refused } = trainsOf(
        file([series('train', { pulse: scatter.map((_, i) => i), conductance_S: scatter }, more)]),
      );
      expect(trains).toEqual([]);
      expect(refused[0].reason).toMatch(/no pulse moves it beyond its scatter|neither rises nor falls/);
    }
  });

  test('one value throughout, to the last bits, has no label', () => {
    const same = scatter.map((_, i) => 5e-6 * (1 + (i % 3) * 1e-15));
    const { cells, refused } = trainLabels(
      file([series('train', { conductance_S: same }, { direction: 'up' })]),
    );
    expect(cells).toEqual([]);
    expect(refused[0].reason).toContain('no pulse changes anything');
  });

  test('a potentiation that falls is asked about, and not read backwards', () => {
    const falls = Array.from({ length: 40 }, (_, i) => 1e-6 + 9e-6 * Math.exp(-i / 12));
    const { trains, refused } = trainsOf(
      file([series('train', { conductance_S: falls }, { direction: 'up' })]),
    );
    expect(trains).toEqual([]);
    expect(refused[0].reason).toContain(
      'called potentiation and falls from pulse to pulse: are the headings exchanged',
    );
  });
});
