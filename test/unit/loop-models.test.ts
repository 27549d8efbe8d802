import { expect, it } from 'vitest';
import { dynamicCell, dynamicsCell } from '../../calibration/cell-files/index.js';
import {
  fitLoops,
  type LoopData,
  LoopProblem,
  LoopResponse,
  loopModel,
  loopModels,
  scaleOf,
  weightsOf,
} from '../../calibration/dynamics/index.js';
import { triangleDrive } from '../../core/index.js';

const period_s = 0.1;
const times_s = Float64Array.from({ length: 121 }, (_, i) => (i * period_s) / 120);
const drive_V = times_s.map(triangleDrive(0.9, -0.8, period_s));

/** What a model answers in the middle of its bounds for a loop of a few 10 kΩ. */
function loopOf(name: string): { loop: LoopData; truth: number[] } {
  const model = loopModel(name);
  const guess: LoopData = {
    name: 'drawn',
    cell: 'a',
    times_s,
    drive_V,
    // wide open: 10 kΩ and 100 kΩ
    current_A: drive_V.map((v, i) => v * (i > 30 && i < 90 ? 1e-4 : 1e-5)),
    fitted: new Uint8Array(times_s.length).fill(1),
    frequency_Hz: 10,
    circuit: { series_ohm: 0 },
  };
  const scale = scaleOf([guess]);
  const starts = model.starts(scale);
  const truth = [...starts[starts.length - 1], 0.4];
  const problem = new LoopProblem(model, [guess], scale, { weights: weightsOf([guess], 0) });
  return { loop: { ...guess, current_A: problem.answer(truth, 0)!.current_A.slice() }, truth };
}

it.each(loopModels.map(({ name }) => name))(
  '%s: is found again nearby, and its cell file answers as the fit does, either way round',
  async (name) => {
    const { loop, truth } = loopOf(name);
    const near = truth.map((value, j) => value * (j % 2 === 0 ? 1.004 : 0.996));
    const fitted = fitLoops(name, [loop], { from: near });
    expect(fitted.loops[0].r2).toBeGreaterThan(0.99999);
    for (const negative of [false, true]) {
      const parts = dynamicsCell('a', { fitted, heldOut: [] }, [loop], negative);
      const cell = await dynamicCell(parts);
      const sign = negative ? -1 : 1;
      const response = new LoopResponse(
        { times_s, drive_V: drive_V.map((v) => sign * v) },
        { series_ohm: 0 },
        [],
        4,
      );
      expect(response.run(cell!.model, fitted.loops[0].start, false)).toBe(true);
      const most = loop.current_A.reduce((a, i) => Math.max(a, Math.abs(i)), 0);
      response.current_A.forEach((i, k) => {
        expect(Math.abs(sign * i - fitted.loops[0].current_A[k])).toBeLessThan(2e-3 * most);
      });
    }
  },
);
