import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  learnedStrategy,
  type ProgramEvent,
  Programming,
  type ProgramRequest,
  rampStrategy,
} from '../../calibration/program/index.js';
import { SimulatedCells } from '../../devices/cells/index.js';
import { linearCells, pulsePreset } from '../../devices/cells/pulse/index.js';
import { ThresholdCells } from './threshold-cells.js';

const uS = 1e-6;
/** 0.5 V to 2 V in steps of 0.1 V, 100 ns, then up to 10 µs. */
const ramp = {
  potentiation: { start_V: 0.5, step_V: 0.1, stop_V: 2, width_s: 1e-7, longest_s: 1e-5 },
  depression: { start_V: -0.5, step_V: 0.1, stop_V: -2, width_s: 1e-7, longest_s: 1e-5 },
};
const cells = (start_uS: number[]) =>
  new ThresholdCells(
    1,
    start_uS.length,
    Float64Array.from(start_uS, (g) => g * uS),
  );
const request = (targets_uS: number[], more: Partial<ProgramRequest> = {}): ProgramRequest => ({
  targets_S: Float64Array.from(targets_uS, (g) => g * uS),
  within: { absolute_S: 1 * uS },
  strategy: rampStrategy(ramp),
  ...more,
});
const heard = () => {
  const events: ProgramEvent[] = [];
  return { events, onEvent: (event: ProgramEvent) => events.push(event) };
};

describe('write and verify', () => {
  it('raises amplitude and then width, turns round after an overshoot, and says what it did', async () => {
    const array = cells([20, 90, 50]);
    const { events, onEvent } = heard();
    const report = await new Programming(array, request([60, 30, Number.NaN])).run({ onEvent });
    expect(report).toMatchObject({
      status: 'done',
      accepted: 2,
      left: 0,
      finalWithin: 2,
      pulses: array.given.length,
    });
    expect(report.final_S[0] / uS).toBeCloseTo(60, 0);
    expect(report.final_S[1] / uS).toBeCloseTo(30, 0);
    expect(array.states_S[2]).toBe(50 * uS);
    // the first pulses are the ramp as it was asked for
    const first = array.given.filter(({ cell }) => cell === 0).slice(0, 4);
    expect(first.map(({ amplitude_V }) => Number(amplitude_V.toFixed(9)))).toEqual([0.5, 0.6, 0.7, 0.8]);
    expect(array.given.every(({ amplitude_V, count }) => amplitude_V * count > 0)).toBe(true);
    const pulses = events.filter((event) => event.kind === 'pulse');
    expect(
      pulses.map(({ cell, count, amplitude_V, width_s }) => ({ cell, count, amplitude_V, width_s })),
    ).toEqual(array.given);
    expect(pulses.map(({ update }) => update)).toEqual(array.given.map((_, i) => i + 1));
    expect(report.energy_J).toBeCloseTo(array.given.length * 1e-12, 18);
  });

  it('begins a turn where the cell first moved, not at the foot of the ramp', async () => {
    const array = cells([0]);
    array.states_S[0] = 20 * uS;
    await new Programming(array, request([50], { within: { absolute_S: 0.05 * uS } })).run();
    const volts = array.given.map(({ amplitude_V }) => amplitude_V);
    const turn = volts.findIndex((v, i) => i > 0 && Math.sign(v) !== Math.sign(volts[i - 1]));
    expect(turn).toBeGreaterThan(0);
    const back = volts.findIndex((v, i) => i > turn && v > 0);
    if (back >= 0) expect(volts[back]).toBeGreaterThan(0.5);
  });

  it('gives up what is stuck, what lies out of reach and what its budget does not pay for, each with its reason', async () => {
    const array = cells([50, 50, 50]);
    array.stuck.add(0);
    const weak = rampStrategy({
      potentiation: { start_V: 0.9, step_V: 0.1, stop_V: 1, width_s: 1e-7 },
      depression: { start_V: -0.9, step_V: 0.1, stop_V: -1, width_s: 1e-7 },
    });
    const report = await new Programming(array, request([80, 52, 80], { strategy: weak, budget: 60 })).run();
    expect(report.cells.map(({ status, reason }) => reason ?? status)).toEqual([
      'unresponsive',
      'accepted',
      'budget',
    ]);
    expect(report.givenUp).toMatchObject({ budget: 1, unresponsive: 1 });
    expect(report.cells[2].potentiationPulses).toBe(60);
    expect(report.cells[0].potentiationPulses).toBeLessThan(20);
    const end = cells([95]);
    const stops = new Proxy(end, {
      get(target, key, receiver) {
        if (key !== 'pulse') return Reflect.get(target, key, receiver);
        return async (...given: Parameters<typeof end.pulse>) => {
          const done = await end.pulse(...given);
          end.states_S[0] = Math.min(end.states_S[0], 97 * uS);
          return done;
        };
      },
    });
    const far = await new Programming(stops, request([100], { budget: 1000 })).run();
    expect(far.cells[0].reason).toBe('out-of-reach');
  });

  it('judges after the rest by other reads than those that ended the writing, and writes again what has moved', async () => {
    const array = cells([50, 50]);
    array.leak_S = 1.5 * uS;
    const { events, onEvent } = heard();
    const fine = { ...ramp.potentiation, step_V: 0.02 };
    const strategy = rampStrategy({ potentiation: fine, depression: { ...fine, start_V: -0.5, stop_V: -2 } });
    const report = await new Programming(
      array,
      request([60, 60], {
        strategy,
        after_seconds: 1,
        budget: 10_000,
        within: { absolute_S: 1 * uS },
        passes: 0,
      }),
    ).run({ onEvent });
    const kinds = events.filter(({ kind }) => kind === 'rejected' || kind === 'accepted');
    expect(kinds[0].kind).toBe('rejected');
    expect(report.elapsed_seconds).toBeGreaterThanOrEqual(2);
    for (const event of events) {
      if (event.kind === 'accepted') expect(event.after_seconds).toBeGreaterThanOrEqual(1);
    }
    expect(report.cells.every(({ rejections }) => rejections >= 1)).toBe(true);
  });

  it('writes again what its neighbours have disturbed when all are done', async () => {
    const array = cells([50, 50]);
    array.disturbance = 0.1;
    const report = await new Programming(array, request([60, 90])).run();
    expect(report).toMatchObject({ accepted: 2, finalWithin: 2 });
    const once = cells([50, 50]);
    once.disturbance = 0.1;
    const unmended = await new Programming(once, request([60, 90], { passes: 0 })).run();
    expect(unmended).toMatchObject({ accepted: 2, finalWithin: 1 });
  });

  it('takes cells in the order asked for', async () => {
    const seen = async (order: ProgramRequest['order'], seed = 0) => {
      const array = cells([50, 50, 50, 50, 50, 50]);
      await new Programming(array, request([60, 60, 60, 60, 60, 60], { order: order!, seed })).run();
      return [...new Set(array.given.map(({ cell }) => cell))];
    };
    expect(await seen('rows')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await seen([5, 0, 3, 1, 2, 4])).toEqual([5, 0, 3, 1, 2, 4]);
    expect(await seen('random', 1)).toEqual(await seen('random', 1));
    expect(await seen('random', 1)).not.toEqual(await seen('rows'));
    await expect(seen([0, 0, 1, 2, 3, 4])).rejects.toThrow('entry 1, cell 0, comes a second time');
    await expect(seen([0, 1, 2])).rejects.toThrow('leaves out 3 cells');
  });

  it('goes on after a stop with its counts of pulses, judging anew what it had accepted', async () => {
    const array = cells([20, 20, 20, 20]);
    const all = request([70, 70, 70, 70]);
    const stop = new AbortController();
    const before = new Programming(array, all);
    const half = await before.run({
      signal: stop.signal,
      onEvent: ({ kind, cell }) => {
        if (kind === 'pulse' && cell === 2) stop.abort();
      },
    });
    expect(half).toMatchObject({ status: 'stopped', left: 4 - half.accepted });
    array.states_S[0] = 30 * uS;
    const after = new Programming(array, all);
    after.restore(structuredClone(before.snapshot()));
    const whole = await after.run();
    expect(whole).toMatchObject({ status: 'done', accepted: 4, finalWithin: 4 });
    expect(whole.pulses).toBe(array.given.length);
    expect(whole.cells[0].rejections).toBe(1);
    const other = new Programming(array, request([70, 70, 70, 71]));
    expect(() => other.restore(before.snapshot())).toThrow('other targets');
  });

  it('never gives what the limits do not allow, whatever the ramp', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0.2, max: 2.9, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        async (start_V, step_V, maxPulse_V, maxPulses) => {
          const up = { start_V, step_V, stop_V: Math.max(start_V, 2), width_s: 1e-7, longest_s: 1e-6 };
          const both = { potentiation: up, depression: { ...up, start_V: -start_V, stop_V: -up.stop_V } };
          const limits = { maxPulse_V: Math.min(maxPulse_V, 2.5), maxPulses, maxWidth_s: 1e-5 };
          const array = cells([20, 80]);
          try {
            const strategy = rampStrategy(both, limits);
            await new Programming(array, request([70, 30], { strategy, limits, budget: 1000 })).run();
          } catch (error) {
            expect(error).toMatchObject({ code: 'program.ramp' });
          }
          for (const { amplitude_V, width_s } of array.given) {
            expect(Math.abs(amplitude_V)).toBeLessThanOrEqual(Math.min(maxPulse_V, 2.5));
            expect(width_s).toBeLessThanOrEqual(1e-5);
          }
          for (const cell of [0, 1]) {
            expect(array.given.filter((given) => given.cell === cell).length).toBeLessThanOrEqual(maxPulses);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses what cannot be programmed before anything is given', async () => {
    const array = cells([50, 50]);
    const asked =
      (targets: number[], more: Partial<ProgramRequest> = {}) =>
      () =>
        new Programming(array, request(targets, more));
    expect(asked([60, 120])).toThrow('cell 0,1: a target of 120 µS lies outside');
    expect(asked([60])).toThrow('needs 2 targets');
    expect(asked([0, 60], { within: { share: 0.02 } })).toThrow('--near 1uS');
    expect(asked([60, 60], { limits: { g_max_S: 55 * uS } })).toThrow('lies outside');
    expect(asked([Number.NaN, Number.NaN])).toThrow('no cell has a target');
    expect(asked([60, 60], { reads: 0 })).toThrow('reads must be a whole number');
    expect(array.given).toEqual([]);
  });
});

describe('learned steps', () => {
  const array = (model = linearCells(200), more: object = {}) =>
    new SimulatedCells({ rows: 4, columns: 4, model, seed: 3, nonidealities: more });
  const targets_S = Float64Array.from({ length: 16 }, (_, i) => (10 + 5 * i) * uS);

  it('needs few rounds where the model is right, and finds out where it is not', async () => {
    const pulses = async (model: ReturnType<typeof linearCells>) => {
      const { events, onEvent } = heard();
      const strategy = learnedStrategy(model);
      const report = await new Programming(array(), {
        targets_S,
        within: { absolute_S: 0.5 * uS },
        strategy,
        budget: 1000,
      }).run({
        onEvent,
      });
      expect(report).toMatchObject({ accepted: 16, finalWithin: 16 });
      return events.filter(({ kind }) => kind === 'pulse').length / 16;
    };
    expect(await pulses(linearCells(200))).toBeLessThan(5);
    // steps four times as large as the model says
    expect(await pulses(linearCells(800))).toBeLessThan(8);
    expect(await pulses(linearCells(50))).toBeLessThan(12);
  });

  it('programs a published cell with its noise, spread and dead cells, and says which are dead', async () => {
    const model = pulsePreset('ag-asi-jo');
    const simulated = new SimulatedCells({
      rows: 8,
      columns: 8,
      model,
      seed: 5,
      nonidealities: { read: 0.005, stuck: 0.05, c2c: 0.1, d2dStep: 0.2 },
    });
    const span_S = model.g_max_S - model.g_min_S;
    const wanted_S = Float64Array.from(
      { length: 64 },
      (_, i) => model.g_min_S + span_S * (0.2 + (0.6 * i) / 64),
    );
    const report = await new Programming(simulated, {
      targets_S: wanted_S,
      within: { absolute_S: 0.03 * span_S },
      strategy: learnedStrategy(model),
      after_seconds: 1,
      budget: 2000,
    }).run();
    const stuck = Array.from(simulated.packed.stuck(), (is, i) => (is ? i : -1)).filter((i) => i >= 0);
    const dead = report.cells.filter(({ reason }) => reason === 'unresponsive').map(({ cell }) => cell);
    expect(stuck.length).toBeGreaterThan(0);
    // a dead cell may happen to stand at its target
    const there = stuck.filter((cell) => report.cells[cell].status === 'accepted');
    expect(dead).toEqual(stuck.filter((cell) => !there.includes(cell)));
    expect(report.accepted).toBe(64 - dead.length);
  });
});
