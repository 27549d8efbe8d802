import { expect, it } from 'vitest';
import { type LoopData, LoopProblem, loopModel, scaleOf } from '../../calibration/dynamics/index.js';
import { sineDrive } from '../../core/index.js';

const times_s = Float64Array.from({ length: 81 }, (_, i) => i / 800);
const loop: LoopData = {
  name: 'a',
  cell: '',
  times_s,
  drive_V: times_s.map(sineDrive(0.8, 0.8, 10)),
  current_A: times_s.map((t, i) => 2e-4 * Math.sin(2 * Math.PI * 10 * t) * (1 + 0.3 * Math.sin(i))),
  fitted: Uint8Array.from(times_s, (_, i) => (i % 7 === 0 ? 0 : 1)),
  circuit: { series_ohm: 0 },
};
const weights = { scale_A: 3e-4, logShare: 0.5, knee_A: 1e-6 };
const values = Float64Array.of(2e3, 2e4, 0.33, 0.22, 1e-3, 0.035, 0.2);

it('counts every point once where ratios count beside differences, with the square of both', () => {
  const problem = new LoopProblem(loopModel('mss'), [loop], scaleOf([loop]), { weights });
  const points = loop.fitted.filter((is) => is === 1).length;
  // a point that counted twice would make intervals of noise that is a share of the current shorter by a root of two
  expect([problem.count, problem.lengths]).toEqual([points, [points]]);
  const out = new Float64Array(points);
  problem.residuals(values, out);
  const model = problem.answer(values, 0)!.current_A;
  let square = 0;
  for (const [i, is] of loop.fitted.entries()) {
    if (!is) continue;
    square += ((model[i] - loop.current_A[i]) / 3e-4) ** 2;
    square += (0.5 * (Math.asinh(model[i] / 1e-6) - Math.asinh(loop.current_A[i] / 1e-6))) ** 2;
  }
  expect(out.reduce((sum, r) => sum + r * r, 0) / square).toBeCloseTo(1, 12);
});

it.each([0, 0.5])('has the slopes that differences show, with a share of %s', (logShare) => {
  const problem = new LoopProblem(loopModel('mss'), [loop], scaleOf([loop]), {
    weights: { ...weights, logShare },
  });
  const columns = problem.parameters.map(() => new Float64Array(problem.count));
  const held = columns.map(() => false);
  problem.jacobian(values, columns, held);
  const at = (j: number, step: number): Float64Array => {
    const out = new Float64Array(problem.count);
    problem.residuals(
      values.map((v, k) => (k === j ? v + step : v)),
      out,
    );
    return out;
  };
  for (const [j, column] of columns.entries()) {
    const step = 1e-6 * values[j];
    const [above, below] = [at(j, step), at(j, -step)];
    const most = Math.max(...column.map(Math.abs));
    for (const [i, slope] of column.entries())
      expect(Math.abs((above[i] - below[i]) / (2 * step) - slope)).toBeLessThan(1e-4 * most);
  }
});

it('has a slope where model and measured current are the same', () => {
  const first = new LoopProblem(loopModel('mss'), [loop], scaleOf([loop]), { weights });
  const same = { ...loop, current_A: first.answer(values, 0)!.current_A.slice() };
  const problem = new LoopProblem(loopModel('mss'), [same], scaleOf([loop]), { weights });
  const columns = problem.parameters.map(() => new Float64Array(problem.count));
  problem.jacobian(
    values,
    columns,
    columns.map(() => false),
  );
  const slopes = problem.slopesOf(values, 0)[0].filter((_, i) => loop.fitted[i] === 1);
  const model = same.current_A.filter((_, i) => loop.fitted[i] === 1);
  for (const [i, slope] of slopes.entries()) {
    const both = Math.hypot(1 / 3e-4, 0.5 / Math.hypot(model[i], 1e-6));
    expect(columns[0][i]).toBeCloseTo(slope * both, 12);
  }
});
