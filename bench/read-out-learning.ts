/**
 * How exactly nodes must be read, and what a held nudge saves:
 *   npm run bench -- read-out-learning [seeds=5] [samples=20000] [only=TEXT]
 * drn-xs on MNIST, one epoch, tested on the whole test set; each row a nudge, a β and a read-out in published units, mean and standard
 * deviation over seeds. Finds the data through OHMPROP_DATA.
 */
import { join } from 'node:path';
import { inputError } from '../core/index.js';
import { composeRun } from '../experiments/composition/index.js';
import { readConfig } from '../experiments/schema/index.js';
import { machine } from './machine.js';

const held = (beta: number, ...more: string[]) => [
  'training.nudge=current-held',
  `training.beta=${beta}`,
  ...more,
];
const live = (beta: number, ...more: string[]) => [`training.beta=${beta}`, ...more];
/** One published volt is 1 mV. */
const noise = (volts: number) => `readout.noise_V=${volts * 1e-3}`;
const bits = (n: number) => [`readout.bits=${n}`, 'readout.fullScale_V=[10mV, 2mV]'];
const differences = (n: number) => [
  ...bits(n),
  'readout.difference=true',
  'readout.differenceScale_V=[20uV, 500uV]',
  'readout.meanBits=8',
];

const rows: readonly (readonly [string, readonly string[]])[] = [
  ['live, β 1', live(1)],
  ['held, β 1', held(1)],
  ['held, β 10', held(10)],
  ['held, β 100', held(100)],
  ['live, β 1, noise 1e-3', live(1, noise(1e-3))],
  ['live, β 1, noise 1e-3, 100 reads', live(1, noise(1e-3), 'readout.reads=100')],
  ['live, β 1, noise 5e-3', live(1, noise(5e-3))],
  ['held, β 20, noise 5e-3', held(20, noise(5e-3))],
  ['held, β 100, noise 2e-2', held(100, noise(2e-2))],
  ['live, β 1, 10 bits', live(1, ...bits(10))],
  ['live, β 1, 12 bits', live(1, ...bits(12))],
  ['live, β 1, 14 bits', live(1, ...bits(14))],
  ['held, β 20, 8 bits', held(20, ...bits(8))],
  ['held, β 20, 10 bits', held(20, ...bits(10))],
  ['live, β 1, differences of 4 bits', live(1, ...differences(4))],
  ['live, β 1, differences of 6 bits', live(1, ...differences(6))],
  ['live, β 1, inputs of 4 bits', live(1, 'readout.dacBits=4')],
  ['held, β 10, cross-entropy', held(10, 'training.cost=cross-entropy')],
  ['held, β 10, squared hinge', held(10, 'training.cost=squared-hinge')],
  ['held, β 10, margin', held(10, 'training.cost=margin')],
];

export async function run(args: readonly string[]): Promise<void> {
  const given = new Map(args.map((arg) => arg.split('=') as [string, string]));
  const seeds = Number(given.get('seeds') ?? 5);
  const samples = Number(given.get('samples') ?? 20_000);
  const folder = process.env.OHMPROP_DATA;
  if (folder === undefined) {
    throw inputError(
      'bench.data',
      'bench read-out-learning: needs MNIST: set OHMPROP_DATA to a folder with mnist/ in it',
    );
  }
  console.log(machine());
  for (const [name, set] of rows.filter(([row]) => row.includes(given.get('only') ?? ''))) {
    const errors: number[] = [];
    const start = performance.now();
    for (let seed = 1; seed <= seeds; seed++) {
      const config = await readConfig({
        preset: 'drn-xs',
        set: [
          `data=mnist:${join(folder, 'mnist')}`,
          `limit=${samples}`,
          `seed=${seed}`,
          'training.epochs=1',
          'threads=1',
          ...set,
        ],
      });
      const { trainer } = await composeRun(config);
      for await (const event of trainer.run()) {
        if (event.type === 'epoch') errors.push(100 * event.record.testError);
      }
      await trainer.device.close();
    }
    const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length;
    const deviation = Math.sqrt(
      errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / Math.max(1, errors.length - 1),
    );
    const seconds = (performance.now() - start) / 1000 / seeds;
    console.log(
      `${name.padEnd(36)} ${mean.toFixed(2)} ± ${deviation.toFixed(2)} %  (${errors.map((e) => e.toFixed(2)).join(', ')})  ${seconds.toFixed(1)} s a run`,
    );
  }
}
