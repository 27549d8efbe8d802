import { describe, expect, it } from 'vitest';
import { arrayTwin } from '../../calibration/batch/index.js';
import { cellForPulses } from '../../calibration/cell-files/index.js';
import { measureTrains, pulsesEach } from '../../calibration/trains/index.js';
import { SimulatedCells } from '../../devices/cells/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';

const shape = {
  potentiation: { amplitude_V: 1.5, width_s: 1e-6 },
  depression: { amplitude_V: -1.5, width_s: 1e-6 },
};
const limits = { voltage_V: [-1.5, 1.5] as [number, number] };

/** Simulated cells that take the pulses of a plan: those of their model are not known. */
function cells(nonidealities: object) {
  const model = { ...linearCells(30, 10, 100e-6), pulse: shape };
  return new SimulatedCells({ rows: 3, columns: 4, model, seed: 3, nonidealities });
}

describe('the twin of an array', () => {
  it('has the steps and the window of its cells, the pulses that were given, and those that never move', async () => {
    const array = cells({ c2c: 0.05, read: 0.002, d2dStep: 0.1 });
    const places = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => ({ row, column })));
    let told = 0;
    const measured = await measureTrains(array, {
      cells: places,
      pulse: shape,
      pulses: 24,
      cycles: 2,
      restReads: 8,
      onCell: (done) => {
        told = done;
      },
    });
    expect(told).toBe(9);
    expect(array.energy.potentiationPulses + array.energy.depressionPulses).toBe(
      9 * pulsesEach({ pulses: 24, cycles: 2 }),
    );
    expect(measured[0].trains.map(({ direction, cycle }) => `${direction} ${cycle}`)).toEqual([
      'up 1',
      'down 1',
      'up 2',
      'down 2',
    ]);
    // one more that no pulse moves
    const rest_S = Float64Array.from({ length: 8 }, (_, n) => 20e-6 * (1 + 1e-3 * (n % 2)));
    const dead = measured[0].trains.map((train) => ({
      ...train,
      states: train.states.map((_, n) => 20e-6 * (1 + 1e-3 * (n % 3))),
    }));
    const { parts, cells: each } = await arrayTwin(
      'the array',
      [...measured, { row: 2, column: 3, trains: dead, rest_S }],
      limits,
      { threads: 1 },
    );
    expect(each.map(({ stuck }) => stuck)).toEqual([...Array(9).fill(false), true]);
    expect(parts.population?.spreads.stuck).toMatchObject({ value: 0.1, n: 10 });
    expect(parts.pulse?.potentiation.pulse).toEqual(shape.potentiation);
    expect(parts.pulse?.depression.pulse).toEqual(shape.depression);
    expect(parts.limits).toEqual(limits);
    const model = cellForPulses({ ...parts, provenance: { program: 'test', sources: [] } })?.model;
    // 24 of about 30 pulses from end to end
    const step_S = ((model?.g_max_S ?? 0) - (model?.g_min_S ?? 0)) * (model?.potentiation.step(0.5) ?? 0);
    expect(step_S / (90e-6 / 30)).toBeGreaterThan(0.8);
    expect(step_S / (90e-6 / 30)).toBeLessThan(1.2);
  });

  it('is none where no pulse moves anything, and ends with whole cells where it is broken off', async () => {
    const array = cells({});
    const ended = new AbortController();
    const measured = await measureTrains(array, {
      cells: [
        { row: 0, column: 0 },
        { row: 0, column: 1 },
      ],
      pulse: shape,
      pulses: 8,
      cycles: 1,
      restReads: 2,
      signal: ended.signal,
      onCell: () => ended.abort(),
    });
    expect(measured).toHaveLength(1);
    const still = measured.map((one) => ({
      ...one,
      trains: one.trains.map((train) => ({ ...train, states: train.states.map(() => 1e-5) })),
      rest_S: Float64Array.of(1e-5, 1.001e-5),
    }));
    await expect(arrayTwin('dead', still, limits)).rejects.toMatchObject({
      code: 'calibrate.no-cell',
      message: expect.stringMatching(/no pulse moves any of 1 cells/),
    });
  });
});
