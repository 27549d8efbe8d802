import { describe, expect, it } from 'vitest';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import { trainsOf } from '../../calibration/trains/index.js';

const read = (text: string, name = 'drawn.csv', answers = {}) =>
  readMeasuredBytes(new TextEncoder().encode(text), name, { answers });

/** 1 → 10 µS in 40 pulses and back in 40. */
const state = (n: number): number => {
  const up = (k: number) => (1 - Math.exp(-k / 15)) / (1 - Math.exp(-39 / 15));
  return n < 40 ? 1 + 9 * up(n) : 10 - 9 * up(n - 40);
};

describe('pulses and reads in one record', () => {
  /** A pulse that carries more than any state does, a rest, a read at 50 mV. */
  const record = (read_V: number): string =>
    Array.from({ length: 80 }, (_, n) => {
      const pulse = n < 40 ? 2 : -1.8;
      return [
        `${n},${pulse},${(pulse * 1e-3).toExponential(4)}`,
        `${n + 0.2},0,1e-12`,
        `${n + 0.5},${read_V},${(read_V * state(n) * 1e-6).toExponential(6)}`,
      ].join('\n');
    }).join('\n');

  it('are told apart by the read voltage, as set or as the smallest', async () => {
    const told = `Read Voltage (V):50E-3\nTime (s),Voltage (V),Current (A)\n${record(0.05)}`;
    const untold = `Time (s),Voltage (V),Current (A)\n${record(0.05)}`;
    for (const text of [told, untold]) {
      const { trains, remarks } = trainsOf(await read(text));
      expect(trains.map(({ direction, unit, states }) => [direction, unit, states.length])).toEqual([
        ['up', 'S', 40],
        ['down', 'S', 40],
      ]);
      expect(trains[0].amplitude_V).toBe(2);
      expect(trains[1].amplitude_V).toBe(-1.8);
      trains[0].states.forEach((s, n) => void expect(s * 1e6).toBeCloseTo(state(n), 4));
      expect(remarks.join()).toContain('80 reads at 50.0 mV after 80 pulses');
    }
  });

  it('leave trains of two pulse heights as they are', async () => {
    const rows = Array.from({ length: 80 }, (_, n) => `${n},${n < 40 ? 1.2 : -1.3},${state(n)}`).join('\n');
    const { trains, remarks } = trainsOf(await read(`time (s),V (V),G (uS)\n${rows}`));
    expect(trains.map(({ states }) => states.length)).toEqual([40, 40]);
    expect(remarks.join()).not.toContain('take turns');
  });
});

describe('a state over time', () => {
  const rows = (value: (n: number) => number) =>
    Array.from({ length: 80 }, (_, n) => `${10 * n},${value(n)}`).join('\n');

  it('that rises and falls steadily is pulses; one that is left alone is not', async () => {
    const pulsed = await read(`time (ms),G (uS)\n${rows((n) => state(n) * (1 + 0.01 * Math.sin(7 * n)))}`);
    expect(pulsed.series[0].kind).toBe('train');
    expect(pulsed.remarks.join()).toContain('G (uS) rises and falls over time (ms)');
    expect(trainsOf(pulsed).trains.map(({ direction }) => direction)).toEqual(['up', 'down']);
    const answered = await read(`time (ms),G (uS)\n${rows(state)}`, 'drawn.csv', { kind: 'retention' });
    expect(answered.series[0].kind).toBe('retention');
    const falls = await read(`time (ms),G (uS)\n${rows((n) => 10 * (n + 1) ** -0.1)}`);
    const scatters = await read(`time (ms),G (uS)\n${rows((n) => 10 + Math.sin(n * n))}`);
    for (const kept of [falls, scatters]) expect(kept.series[0].kind).toBe('retention');
    expect((await read(`time (ms),G (uS)\n${rows(state)}`, 'retention_3.csv')).series[0].kind).toBe(
      'retention',
    );
  });
});
