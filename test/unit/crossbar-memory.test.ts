import { describe, expect, it } from 'vitest';
import { Crossbar, CrossbarMemory, solveCrossbar } from '../../solver/crossbar/index.js';

const wires = { row_ohm: 2, column_ohm: 2, driver_ohm: 0, sense_ohm: 0 };
/** Two crossbars of one size, so that the memory of one fits the other. */
const cells = (seed: number) =>
  Float64Array.from({ length: 24 * 20 }, (_, e) => 1e-5 * (2 + Math.sin(seed + 7 * e)));
const description = (seed: number) => ({ rows: 24, columns: 20, conductances_S: cells(seed), wires });
const inputs_V = Float64Array.from({ length: 24 }, (_, i) => Math.cos(i));
const drive = { count: 1, rows_V: inputs_V };
const outputs = (solution: { outputCurrents_A: Float64Array }) =>
  Float64Array.from(solution.outputCurrents_A);

describe('kernel memory that crossbars hand on', () => {
  const alone = [1, 2].map((seed) => {
    const crossbar = new Crossbar(description(seed));
    const found = outputs(crossbar.solve(drive));
    crossbar.close();
    return found;
  });

  it('is of one crossbar at a time: two that are open at once do not disturb each other', () => {
    const memory = new CrossbarMemory();
    new Crossbar(description(3), { memory }).close();
    const first = new Crossbar(description(1), { memory });
    const second = new Crossbar(description(2), { memory });
    for (let round = 0; round < 2; round++) {
      expect(outputs(first.solve(drive))).toEqual(alone[0]);
      expect(outputs(second.solve(drive))).toEqual(alone[1]);
    }
    first.close();
    expect(outputs(second.solve(drive))).toEqual(alone[1]);
    second.close();
  });

  it('leaves a one-shot solution as it was, whoever solves after or between', async () => {
    const solutions = await Promise.all(
      [1, 2, 1, 2].map(async (seed, n) => {
        for (let turn = 0; turn < n; turn++) await Promise.resolve();
        const solution = solveCrossbar({ ...description(seed), inputs_V });
        const voltages_V = Float64Array.from(solution.wordVoltages_V);
        await new Promise((resolve) => setTimeout(resolve, 1));
        expect(solution.wordVoltages_V).toEqual(voltages_V);
        return solution;
      }),
    );
    for (const [n, solution] of solutions.entries()) expect(outputs(solution)).toEqual(alone[n % 2]);
  });
});
