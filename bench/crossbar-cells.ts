/**
 * Crossbars whose cells follow models.
 *   npm run bench -- crossbar-cells times [size …]       I = x·sinh(3 V)/3, x log-uniform 10–100 µS, wires 1 Ω, inputs .2–1 V, set-up
 *                                                         included, warm, into kept arrays; alone and behind a diode or a threshold
 *                                                         selector, a linear solve of the same size beside each
 *   npm run bench -- crossbar-cells maps [size]          every selection, all schemes
 *   npm run bench -- crossbar-cells linear-map [size]    every selection of a linear array, wires 2 Ω, all schemes
 *   npm run bench -- crossbar-cells ngspice [kind …] [rowsxcolumns …]   node voltages beside ngspice, and its time
 *   npm run bench -- crossbar-cells pulses [size]        pulses under v/2 and reads of ion-drift cells
 *   npm run bench -- crossbar-cells program [size]       pulses beside a plain integration over operating points, fourth order, fixed steps
 */
import { schemeBiases } from '../circuits/crossbar/index.js';
import { RandomStream } from '../core/index.js';
import { mapCellSelections, mapSelections, solveCrossbar } from '../solver/crossbar/index.js';
import {
  beside,
  besideNgspice,
  best,
  inputs,
  kinds,
  pulses,
  RUNS,
  SEED,
  statesOf,
  timeOf,
  timeText,
  wires,
} from './crossbar-cells/index.js';
import { machine } from './machine.js';

async function times(sizes: readonly number[]): Promise<void> {
  const bars = new Map([
    [128, 8],
    [512, 90],
    [1024, 450],
  ]);
  const all = await kinds();
  for (const size of sizes) {
    const states = statesOf(all.sinh.model, size * size);
    const linear = { rows: size, columns: size, wires, conductances_S: states, inputs_V: inputs(size) };
    let last = solveCrossbar(linear);
    const plain = best(size > 500 ? 2 : 20, RUNS, () => {
      last = solveCrossbar({ ...linear, tolerance: 1e-9, into: last });
    });
    const { time: alone, solution } = timeOf({ ...all.sinh, states }, size, size);
    const bar = bars.has(size) ? `, bar ${bars.get(size)} ms` : '';
    console.log(
      `${size} × ${size} sinh: ${timeText(alone)}${bar}; ${solution.stats.iterations} iterations; linear ${timeText(plain)}`,
    );
    for (const kind of ['diode', 'threshold']) {
      const { time } = timeOf({ ...all[kind], states }, size, size);
      const ratio = time.processor_ms / alone.processor_ms;
      console.log(`  behind a ${kind} selector: ${timeText(time)}, ${ratio.toFixed(1)} × (aim 3)`);
    }
  }
}

async function maps(size: number): Promise<void> {
  const { sinh } = await kinds();
  const cells = { ...sinh, states: statesOf(sinh.model, size * size) };
  for (const scheme of Object.keys(schemeBiases) as (keyof typeof schemeBiases)[]) {
    const time = best(0, 1, () => {
      const map = mapCellSelections({ rows: size, columns: size, wires, cells, scheme, selected_V: 1 });
      if (map.status !== 'settled') throw new Error(map.message);
    });
    console.log(`${size * size} selections of ${size} × ${size} sinh cells, ${scheme}: ${timeText(time)}`);
  }
}

function linearMaps(size: number): void {
  const random = new RandomStream(SEED, 'cells');
  const conductances_S = Float64Array.from({ length: size * size }, () => 10 ** -random.between(3, 5));
  const lines = { row_ohm: 2, column_ohm: 2 };
  for (const scheme of Object.keys(schemeBiases) as (keyof typeof schemeBiases)[]) {
    const time = best(0, 1, () => {
      const map = mapSelections({
        rows: size,
        columns: size,
        wires: lines,
        conductances_S,
        scheme,
        selected_V: 1,
      });
      if (map.status !== 'settled') throw new Error(map.message);
    });
    console.log(`${size * size} selections of ${size} × ${size} linear cells, ${scheme}: ${timeText(time)}`);
  }
}

/** What each word of the command line does. */
const topics: Readonly<Record<string, (args: readonly string[]) => Promise<void> | void>> = {
  times: (args) => times(args.length === 0 ? [128, 512, 1024] : args.map(Number)),
  maps: ([size = '64']) => maps(Number(size)),
  pulses: ([size = '64']) => pulses(Number(size)),
  program: ([size = '16', count = '12']) => beside(Number(size), Number(count)),
  'linear-map': ([size = '256']) => linearMaps(Number(size)),
  ngspice: async (args) => {
    const shapes = args.filter((arg) => /^\d+x\d+$/.test(arg)).map((arg) => arg.split('x').map(Number));
    const wanted = args.filter((arg) => !/^\d+x\d+$/.test(arg));
    await besideNgspice(
      wanted.length === 0 ? Object.keys(await kinds()) : wanted,
      (shapes.length === 0
        ? [
            [8, 12],
            [33, 33],
            [64, 64],
          ]
        : shapes) as [number, number][],
    );
  },
};

export async function run([topic = 'times', ...args]: readonly string[]): Promise<void> {
  const work = topics[topic];
  if (work === undefined) throw new Error(`needs one of ${Object.keys(topics).join(', ')}; got ${topic}`);
  await work(args);
  console.log(machine());
}
