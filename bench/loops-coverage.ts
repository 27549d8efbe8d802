/**
 * Coverage of the 95 % intervals of models with a state: loops of a made-up cell (`loops/synthetic.ts`) with noise of .2 % of the largest
 * current, white and AR(1) of ρ = .7, fitted from the truth and estimated as `calibrate fit` estimates them. Models and noises take
 * turns, a seed after the other, and each result is a line of the file: call it again to go on.
 *   npm run bench -- loops-coverage [--seeds 100] [--minutes 19] [--only vteam] [--file loops-coverage.jsonl]
 */
import { parseArgs } from 'node:util';
import { estimateLoops, LoopProblem, loopModel, scaleOf, weightsOf } from '../calibration/dynamics/index.js';
import { leastSquares } from '../calibration/estimates/index.js';
import { RandomStream } from '../core/index.js';
import { withCheckpoints } from './loops/checkpoints.js';
import { measured, NOISE, triangles, truths } from './loops/synthetic.js';
import { machine } from './machine.js';

const CORRELATIONS = [0, 0.7];

interface Covered {
  readonly key: string;
  /** By parameter: whether its interval held the truth, and whether it was called identifiable. */
  readonly held: Readonly<Record<string, readonly [held: boolean, identifiable: boolean]>>;
  readonly correlation: number | null;
  readonly status: string;
  readonly seconds: number;
}

/** One loop drawn, fitted from the truth, with all its intervals. */
export function coveredOnce(model: string, correlation: number, seed: number): Omit<Covered, 'key'> {
  const truth = truths[model];
  const random = new RandomStream(seed, `loops ${model} ${correlation}`);
  const loop = measured(model, truth, triangles(), (most) => NOISE * most, correlation, random);
  const began = process.cpuUsage().user;
  const weights = weightsOf([loop], 0);
  const problem = new LoopProblem(loopModel(model), [loop], scaleOf([loop]), { weights });
  const fit = leastSquares(problem, truth, { iterations: 200 });
  const found = estimateLoops({ model, values: Array.from(fit.values), weights }, [loop], { propose: false });
  const held = Object.entries(found.estimates).map(
    ([name, { low, high, identifiable }], j) =>
      [name, [truth[j] >= low && truth[j] <= high, identifiable]] as const,
  );
  return {
    held: Object.fromEntries(held),
    correlation: found.correlation?.value ?? null,
    status: fit.status,
    seconds: (process.cpuUsage().user - began) / 1e6,
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '100' },
      minutes: { type: 'string', default: '19' },
      only: { type: 'string' },
      file: { type: 'string', default: 'loops-coverage.jsonl' },
    },
  });
  const models = Object.keys(truths).filter((name) => values.only === undefined || name === values.only);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, k) => k + 1);
  const keys = seeds.flatMap((seed) =>
    models.flatMap((model) => CORRELATIONS.map((rho) => `${model} ${rho} ${seed}`)),
  );
  console.log(machine());
  const results = withCheckpoints<Covered>(values.file, keys, Number(values.minutes), (key) => {
    const [model, rho, seed] = key.split(' ');
    return coveredOnce(model, Number(rho), Number(seed));
  });
  for (const model of models) {
    for (const rho of CORRELATIONS) {
      const own = results.filter(({ key }) => key.startsWith(`${model} ${rho} `));
      if (own.length > 0) console.log(`${model}, ρ ${rho}: ${coverageText(own)}`);
    }
  }
}

function coverageText(results: readonly Covered[]): string {
  const n = results.length;
  const of = (name: string, at: 0 | 1): number =>
    (100 * results.filter(({ held }) => held[name][at]).length) / n;
  const names = Object.keys(results[0].held);
  const shares = names.map((name) => of(name, 0));
  const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
  const open = names.filter((name) => of(name, 1) < 95).map((name) => `${name} ${of(name, 1).toFixed(0)}`);
  return [
    `${n} seeds: mean ${mean.toFixed(1)} %, least ${Math.min(...shares).toFixed(1)} %`,
    ` (${names.map((name, j) => `${name} ${shares[j].toFixed(0)}`).join(', ')})`,
    open.length === 0 ? '' : `; identifiable in fewer than 95 %: ${open.join(', ')}`,
    `; correlation carried in ${results.filter(({ correlation }) => correlation !== null).length}`,
    `; ${results.filter(({ status }) => status !== 'converged').length} fits not converged`,
    `; ${(results.reduce((sum, { seconds }) => sum + seconds, 0) / n).toFixed(2)} s of processor time each`,
  ].join('');
}
