/**
 * Coverage of the 95 % intervals of static laws: curves drawn there and back over −1 V … 1 V from each law, with noise of 1 % that is
 * white (of the largest current), a share of the current, or both, fitted as `calibrate fit` fits sweeps.
 *   npm run bench -- branches-coverage [--seeds 300] [--only sinh]
 */
import { parseArgs } from 'node:util';
import { branchModel, branchSpreads, fitBranch } from '../calibration/branches/index.js';
import { RandomStream } from '../core/index.js';
import { machine } from './machine.js';

/** Parameters of each law in their order. */
const truths: Readonly<Record<string, readonly number[]>> = {
  ohmic: [3e-5],
  sinh: [3e-6, 3],
  exponential: [4e-6, 2],
  power: [4e-6, 2],
};

/** Of the largest current, and of the current itself. */
const noises: Readonly<Record<string, readonly [white: number, share: number]>> = {
  white: [0.01, 0],
  proportional: [0, 0.01],
  both: [0.005, 0.01],
};

const POINTS = 101;

/** How often each interval held the truth, by parameter. */
export function branchCoverage(law: string, noise: readonly [number, number], seeds: number) {
  const model = branchModel(law);
  const truth = truths[law];
  const way = Array.from({ length: POINTS }, (_, k) => (2 * k) / (POINTS - 1) - 1);
  const voltage_V = Float64Array.from([...way, ...way.reverse()]);
  const clean = voltage_V.map((v) => model.current(truth, v));
  const most = clean.reduce((a, i) => Math.max(a, Math.abs(i)), 0);
  const names = model
    .parameters({ voltage_V, current_A: clean, most_V: 1, most_A: most })
    .map(({ name }) => name);
  const truthOf = new Map([...names.map((name, k) => [name, truth[k]] as const), ['offset_A', 0] as const]);
  const held = new Map([...truthOf.keys()].map((name) => [name, 0]));
  let unconverged = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const random = new RandomStream(seed, `branches ${law}`);
    const current_A = clean.map(
      (i) => i * (1 + noise[1] * random.normal()) + noise[0] * most * random.normal(),
    );
    const [spread_A] = branchSpreads([current_A]).spreads;
    const points = { name: law, sweeps: [{ voltage_V, current_A, spread_A }] };
    const fit = fitBranch(points, law);
    if (fit.status !== 'converged') unconverged++;
    for (const [name, value] of truthOf) {
      const { low, high } = fit.estimates[name];
      if (value >= low && value <= high) held.set(name, held.get(name)! + 1);
    }
  }
  const shares = [...held].map(([name, count]) => [name, count / seeds] as const);
  return { shares, mean: shares.reduce((sum, [, share]) => sum + share, 0) / shares.length, unconverged };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { seeds: { type: 'string', default: '300' }, only: { type: 'string' } },
  });
  console.log(machine());
  for (const [kind, noise] of Object.entries(noises)) {
    for (const law of Object.keys(truths).filter((law) => values.only === undefined || law === values.only)) {
      const { shares, mean, unconverged } = branchCoverage(law, noise, Number(values.seeds));
      const each = shares.map(([name, share]) => `${name} ${(100 * share).toFixed(1)}`).join(', ');
      console.log(
        `${law}, ${kind} noise: mean ${(100 * mean).toFixed(1)} % (${each}); ${unconverged} not converged`,
      );
    }
  }
}
