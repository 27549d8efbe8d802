import { beforeAll, describe, expect, it } from 'vitest';
import {
  calibrateBoard,
  jointDesign,
  predictNodes,
  randomDrive,
  Sensitivities,
  straightLine,
  Unknowns,
} from '../../calibration/boards/index.js';
import { RandomStream } from '../../core/index.js';
import {
  boardProfiles,
  drawParts,
  nominalParts,
  xorNanoAsDrawn,
  xorNanoBoard,
} from '../../devices/boards/index.js';
import { SimulatedBench } from './simulated-bench.js';

describe.each(boardProfiles)('slopes of readings of the $name board', (profile) => {
  it('are those of differences, by every unknown part', () => {
    const unknowns = new Unknowns(profile);
    const place = (pot: number, tap: number) => unknowns.pot(pot, tap);
    const at = (x: Float64Array) => new Sensitivities(unknowns, unknowns.parts(x), place);
    // Away from the data sheet, where nothing cancels by symmetry.
    const x = unknowns
      .start()
      .map((value, j) => value + 0.3 * unknowns.list[j].prior.sigma * Math.sin(7.3 * j));
    const circuit = jointDesign(unknowns, 12, new RandomStream(1, 'slopes'))[11];
    const nodes = profile.hidden + profile.outputs;
    const slopes = new Map<string, number>();
    at(x).each(circuit, (drive, node, _reading, places, by, length) => {
      for (let i = 0; i < length; i++) {
        const key = `${drive * nodes + node} ${places[i]}`;
        slopes.set(key, (slopes.get(key) ?? 0) + by[i]);
      }
    });
    for (let j = 0; j < unknowns.size; j += profile.pots > 20 ? 7 : 2) {
      const step = 1e-3 * unknowns.list[j].prior.sigma;
      const [up, down] = [1, -1].map((sign) => {
        const moved = x.slice();
        moved[j] += sign * step;
        return at(moved).readings(circuit);
      });
      for (let i = 0; i < up.length; i++) {
        const difference = (up[i] - down[i]) / (2 * step);
        const slope = slopes.get(`${i} ${j}`) ?? 0;
        // V for one standard deviation of the part.
        expect(Math.abs(slope - difference) * unknowns.list[j].prior.sigma).toBeLessThan(5e-6);
      }
    }
  });
});

describe('a calibration of a board as drawn that the line calls a xor-nano', () => {
  const parts = drawParts(xorNanoAsDrawn, 11, { readerGain: 0.03 });
  // The firmware cannot tell.
  const board = Object.assign(new SimulatedBench(parts, 3, 8), { profile: xorNanoBoard });
  let found: Awaited<ReturnType<typeof calibrateBoard>>;
  beforeAll(async () => {
    found = await calibrateBoard(board, { reads: 8, once: true });
  }, 120_000);

  it('knows which board it is', () => {
    expect(found.profile.name).toBe('xor-nano-as-drawn');
    expect(found.which.moved_V).toBeGreaterThan(0.1);
  });

  it('moves wipers only while inputs and nudges are at rest, and leaves them at rest', () => {
    expect(board.movedUnderDrive).toBe(0);
    expect(board.driven).toBe(false);
  });

  it('foretells readings of tap sets that it has not seen within two steps of the converter, and says how surely', async () => {
    const { tapMin, tapMax, pots, reader } = xorNanoAsDrawn;
    const random = new RandomStream(5, 'held-out');
    let [within, count, z] = [0, 0, 0];
    for (let set = 0; set < 50; set++) {
      const taps = Uint8Array.from({ length: pots }, () => tapMin + random.integer(tapMax - tapMin + 1));
      await board.setInputs([-1505, -1505], [0, 0]);
      await board.writeTaps({ taps, residuals: new Int16Array(pots) });
      await board.connectOnly(taps.keys());
      for (let d = 0; d < 4; d++) {
        const drive = randomDrive(xorNanoAsDrawn, random);
        await board.setInputs(drive.inputs_mV, [0, 0]);
        const { reading_V, sigma_V } = predictNodes(found, taps, [drive]);
        for (const [n, reading] of (await board.readNodes()).entries()) {
          const off_V = reading / 8000 - reading_V[n];
          within += Math.abs(off_V) <= 2 * reader.step_V ? 1 : 0;
          z += (off_V / sigma_V[n]) ** 2;
          count++;
        }
      }
    }
    expect(within / count).toBeGreaterThan(0.99);
    expect(Math.sqrt(z / count)).toBeGreaterThan(0.6);
    expect(Math.sqrt(z / count)).toBeLessThan(1.3);
  });

  it('finds resistances, switches, diodes and pumps, up to what a siemens is', () => {
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    // In units of what the nudges inject for a volt of theirs, and of the sources' volt.
    const injected = mean(parts.nudgeConductance_S.map((g, k) => g * parts.nudges[k].gain));
    const volt = mean(parts.sources.slice(0, 4).map(({ gain }) => gain));
    const scale = injected / xorNanoAsDrawn.nudgeConductance_S / volt;
    let [worst, sum, count] = [0, 0, 0];
    for (const [e, { resistance_ohm }] of found.pots.entries()) {
      for (const [i, ohm] of resistance_ohm.entries()) {
        const there = parts.calibration.resistance_ohm[e][xorNanoAsDrawn.tapMin + i] * scale;
        worst = Math.max(worst, Math.abs(ohm / there - 1));
        sum += (ohm / there - 1) ** 2;
        count++;
      }
    }
    expect(Math.sqrt(sum / count)).toBeLessThan(0.0015);
    expect(worst).toBeLessThan(0.01);
    for (const [s, { switch_ohm }] of found.sources.entries()) {
      expect(Math.abs(switch_ohm.value - scale * parts.sourceResistance_ohm[s])).toBeLessThan(1);
    }
    for (const [k, { load_S }] of found.nudges.entries()) {
      expect(load_S.value / (parts.nudgeLoad_S[k] / scale)).toBeCloseTo(1, 2);
    }
    for (const { N, RS_ohm } of found.diodes.flat()) {
      expect(N.value).toBeCloseTo(1.1, 2);
      expect(Math.abs(RS_ohm.value - 12)).toBeLessThan(0.3);
    }
    expect(found.notIdentified[0]).toMatch(/how long a siemens is/);
  });
});

describe('the straight line of a pot', () => {
  it('is that of its data sheet for a pot as in the data sheet', () => {
    const { tapMin, tapMax } = xorNanoBoard;
    const table = nominalParts(xorNanoBoard).calibration.resistance_ohm[0].slice(tapMin, tapMax + 1);
    const { atZero_ohm, endToEnd_ohm, nonlinearity } = straightLine(xorNanoBoard, table);
    expect(atZero_ohm).toBeCloseTo(1285, 6);
    expect(endToEnd_ohm).toBeCloseTo(100e3, 6);
    expect(nonlinearity).toBeLessThan(1e-9);
  });
});
