/**
 * Which update policies survive which cells: the preset `digits` (embedded, drawn digits), a few epochs, several seeds, every
 * policy. Prints a table of test errors, mean ± standard deviation over the seeds.
 *   npm run build && node dist/bench/policies.js [--seeds 5 | --seeds 2,3] [--epochs 3] [--only MODEL] [--policy NAME]
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { policyNames } from '../devices/cells/policies/index.js';
import { composeRun } from '../experiments/composition/index.js';
import { readConfig } from '../experiments/schema/index.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '3' },
    only: { type: 'string' },
    policy: { type: 'string' },
  },
});

/** Of policies that need numbers of their own where a cell's steps are noisy. */
const numbers: Readonly<Record<string, Record<string, number>>> = {
  'tiki-taka-chopped': { fastGain: 100 },
};

/** Zero-shift needs pairs, and says itself what they do; one-sided pairs go with policies that count pulses. */
function goes({ pairing, pairUpdate }: Record<string, unknown>, policy: string): boolean {
  if (policy === 'zero-shift') return pairing === 'differential' && pairUpdate === undefined;
  return pairUpdate !== 'one-sided' || ['proportional', 'sign', 'accumulate'].includes(policy);
}

const policies = policyNames.filter((name) => values.policy === undefined || name === values.policy);

/** So many from 1 on, or these. */
const seeds = values.seeds.includes(',')
  ? values.seeds.split(',').filter(Boolean).map(Number)
  : Array.from({ length: Number(values.seeds) }, (_, k) => k + 1);

const QUIET = { d2d: 0, c2c: 0, c2cRange: 0, writeNoise: 0 };
const setups: Record<string, Record<string, unknown>> = {
  'linear, 1000 states, window 100': { model: 'linear' },
  'Ag:a-Si, shape alone': { model: 'ag-asi-jo', ...QUIET },
  'Ag:a-Si, as published (3.5 % of range a pulse)': { model: 'ag-asi-jo' },
  'Ag:a-Si pairs, shape alone': { model: 'ag-asi-jo', pairing: 'differential', ...QUIET },
  'Ag:a-Si pairs, one cell fixed': {
    model: 'ag-asi-jo',
    pairing: 'differential',
    pairUpdate: 'first',
    ...QUIET,
  },
  'Ag:a-Si pairs, one-sided': {
    model: 'ag-asi-jo',
    pairing: 'differential',
    pairUpdate: 'one-sided',
    ...QUIET,
  },
  'HfO2 of Gong, c2c and write noise off': { model: 'hfo2-gong', c2c: 0, writeNoise: 0 },
  'HfO2 of Gong, as published': { model: 'hfo2-gong' },
};

async function errorOf(cells: Record<string, unknown>, policy: string, seed: number): Promise<number> {
  const config = await readConfig({
    preset: 'digits',
    set: [],
    flags: {
      seed,
      training: { epochs: Number(values.epochs) },
      cells: { ...cells, policy, ...numbers[policy] },
    },
  });
  const run = await composeRun(config);
  let error = Number.NaN;
  try {
    for await (const event of run.trainer.run()) {
      if (event.type === 'epoch') error = event.record.testError;
    }
  } catch (failure) {
    process.stderr.write(`${(failure as Error).message}\n`);
  } finally {
    await run.trainer.device.close();
  }
  return error;
}

console.log(
  `${cpus()[0].model}, node ${process.version}, ${values.epochs} epochs, seeds ${seeds.join(', ')}`,
);
console.log(`| test error, % | ${policies.join(' | ')} |\n|---|${policies.map(() => '---|').join('')}`);
for (const [name, cells] of Object.entries(setups)) {
  if (values.only !== undefined && !name.includes(values.only)) continue;
  const row: string[] = [];
  for (const policy of policies) {
    if (!goes(cells, policy)) {
      row.push('');
      continue;
    }
    const errors: number[] = [];
    for (const seed of seeds) {
      errors.push(100 * (await errorOf(cells, policy, seed)));
      process.stderr.write(`${name}, ${policy}, seed ${seed}: ${errors.at(-1)?.toFixed(2)}\n`);
    }
    const mean = errors.reduce((a, b) => a + b) / errors.length;
    const sigma = Math.sqrt(errors.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, errors.length - 1));
    row.push(`${mean.toFixed(1)} ± ${sigma.toFixed(1)}`);
    process.stderr.write(`${name}, ${policy}: ${row.at(-1)}\n`);
  }
  console.log(`| ${name} | ${row.join(' | ')} |`);
}
