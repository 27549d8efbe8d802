import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { SimulatedCells } from '../../devices/cells/index.js';
import {
  CellDraws,
  drawPopulation,
  idealCells,
  nonidealities,
} from '../../devices/cells/nonidealities/index.js';
import { linearCells, pulsePresets } from '../../devices/cells/pulse/index.js';

const ROWS = 13;
const COLUMNS = 17;
const CELLS = ROWS * COLUMNS;

describe.each(pulsePresets.map((model) => [model.name, model] as const))('kernel on %s', (_, model) => {
  it('moves every cell as its model says, any number of pulses', async () => {
    const random = new RandomStream(3, 'test');
    const cells = new SimulatedCells({
      rows: ROWS,
      columns: COLUMNS,
      model,
      seed: 1,
      nonidealities: idealCells,
    });
    const start = Float64Array.from({ length: CELLS }, () => random.uniform());
    const span = model.g_max_S - model.g_min_S;
    await cells.set(start.map((w) => model.g_min_S + span * w));
    const counts = Int16Array.from(start, () => random.integer(41) - 20);
    const before = Float64Array.from(cells.packed.state.subarray(0, CELLS));
    const report = await cells.pulse({ counts }, { id: 1 });
    let up = 0;
    for (let c = 0; c < CELLS; c++) {
      const shape = counts[c] > 0 ? model.potentiation : model.depression;
      const expected = shape.after(before[c], Math.abs(counts[c]));
      expect(Math.abs(cells.packed.state[c] - expected)).toBeLessThan(2e-5);
      up += Math.max(0, counts[c]);
    }
    expect(report.potentiationPulses).toBe(up);
  });
});

describe('pulses', () => {
  it('spread and noise are those of their addresses', async () => {
    const asked = { d2dStep: 0.2, d2dAsymmetry: 0.05, c2c: 0.3, c2cRange: 0.01, write: 0.02 };
    const cells = new SimulatedCells({
      rows: ROWS,
      columns: COLUMNS,
      model: linearCells(100, 10),
      seed: 5,
      group: 2,
      nonidealities: asked,
      initial_S: 50e-6,
    });
    const before = cells.packed.state[0];
    const counts = Int16Array.from({ length: CELLS }, (_, c) => (c % 5) - 2);
    await cells.pulse({ counts }, { id: 7 });
    const { gainUp, gainDown } = drawPopulation(CELLS, nonidealities(asked), 5, 2);
    const draw = (name: string) => new CellDraws(5, name, 2).normals(7, 0, CELLS);
    const [c2c, range, write] = [draw('c2c'), draw('c2c-range'), draw('write')];
    for (let c = 0; c < CELLS; c++) {
      const k = Math.abs(counts[c]);
      const gain = counts[c] > 0 ? gainUp[c] : gainDown[c];
      const step = (Math.sign(counts[c]) * gain) / 100;
      const state = before + step * (k + 0.3 * Math.sqrt(k) * c2c[c]) + 0.01 * Math.sqrt(k) * range[c];
      expect(Math.abs(cells.packed.state[c] - state)).toBeLessThan(1e-5);
      if (k > 0) expect(Math.abs(cells.packed.seen[c] - state - 0.02 * write[c])).toBeLessThan(1e-5);
    }
  });

  it('k pulses at once have the mean and spread of k single ones where the step depends on the state', async () => {
    const size = { rows: 200, columns: 200 };
    const model = pulsePresets.find((preset) => preset.name === 'hfo2-array-om-gong')!;
    const noise = { ...idealCells, c2c: 0.4 };
    const states = async (updates: number, k: number) => {
      const cells = new SimulatedCells({
        ...size,
        model,
        seed: 9,
        nonidealities: noise,
        initial_S: model.g_min_S,
      });
      for (let n = 1; n <= updates; n++)
        await cells.pulse({ counts: new Int16Array(40_000).fill(k) }, { id: n });
      const w = cells.packed.state.subarray(0, 40_000);
      const mean = w.reduce((a, b) => a + b, 0) / w.length;
      return { mean, sigma: Math.sqrt(w.reduce((a, b) => a + (b - mean) ** 2, 0) / w.length) };
    };
    const [atOnce, singly] = [await states(1, 6), await states(6, 1)];
    expect(Math.abs(atOnce.mean - singly.mean)).toBeLessThan((4 * singly.sigma) / 200);
    expect(atOnce.sigma / singly.sigma).toBeCloseTo(1, 1);
  });

  it('counts energy at the published pulse: V²·G·t', async () => {
    const model = pulsePresets.find((preset) => preset.name === 'ag-asi-jo')!;
    const cells = new SimulatedCells({ rows: 1, columns: 1, model, seed: 1, nonidealities: idealCells });
    const before = cells.packed.state[0];
    const { energy_J } = await cells.pulse({ counts: Int16Array.of(1) }, { id: 1 });
    const after = cells.packed.state[0];
    const g = model.g_min_S + (model.g_max_S - model.g_min_S) * 0.5 * (before + after);
    expect(energy_J / (3.2 ** 2 * 300e-6 * g)).toBeCloseTo(1, 6);
  });

  it('a stuck cell stays, whatever is asked of it', async () => {
    const cells = new SimulatedCells({
      rows: 40,
      columns: 40,
      model: linearCells(),
      seed: 2,
      nonidealities: { stuck: 0.2, c2c: 0.3, c2cRange: 0.05, write: 0.05 },
      initial_S: 50e-6,
    });
    const stuck = cells.packed.stuck();
    const before = await cells.read();
    for (let id = 1; id <= 5; id++) await cells.pulse({ counts: new Int16Array(1600).fill(9) }, { id });
    const after = await cells.read();
    expect(stuck.reduce((a, b) => a + b, 0)).toBeGreaterThan(200);
    after.forEach((g, c) => {
      if (stuck[c]) expect(g).toBe(before[c]);
    });
  });
});

it('says of reads no more than they can be: the range itself, and 4.9 σ beyond it where reads are noisy', () => {
  const reach = (read: number) => {
    const nonideal = { ...idealCells, read };
    const { info } = new SimulatedCells({
      rows: 1,
      columns: 1,
      model: linearCells(100, 10),
      seed: 1,
      nonidealities: nonideal,
    });
    return [info.read_min_S / info.g_min_S, info.read_max_S / info.g_max_S];
  };
  for (const read of [0, 0.01, 0.05]) {
    const [low, high] = reach(read);
    expect(low).toBeCloseTo(1 - 4.9 * read, 4);
    expect(high).toBeCloseTo(1 + 4.9 * read, 4);
  }
});
