/**
 * Operating points of general circuits: a diode network built in code, a crossbar read from text, a board's circuit
 * solved again and again, and the refactorisation of a grid matrix beside mathjs. Best of 5, warmed, one thread;
 * processor time where a run is long enough to have one.
 *   npm run build && node dist/bench/circuits.js [folder]
 * With a folder the decks are written there as well, for `ngspice -b`.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { Netlist } from '../circuits/netlist/index.js';
import { parseSpice, writeSpice } from '../circuits/spice/index.js';
import { RandomStream } from '../core/index.js';
import { OperatingPointSolver } from '../solver/mna/index.js';
import { type CscPattern, patternOfEntries, SparseLu } from '../solver/sparse/index.js';
import { diodeNetwork, logUniform } from './diode-network.js';

const SEED = 1;

/** A side × side crossbar with 1 Ω wire segments, as SPICE text. */
function crossbarText(side: number): string {
  const random = new RandomStream(SEED, 'crossbar');
  const lines = [`crossbar ${side} x ${side}`];
  for (let i = 0; i < side; i++) {
    lines.push(`V${i} s${i} 0 ${random.uniform().toFixed(4)}`, `RD${i} s${i} w${i}_0 1`);
    for (let j = 0; j < side; j++) {
      lines.push(`R${i}_${j} w${i}_${j} b${i}_${j} ${logUniform(random, 1e3, 1e5).toPrecision(6)}`);
      if (j + 1 < side) lines.push(`RW${i}_${j} w${i}_${j} w${i}_${j + 1} 1`);
      lines.push(i + 1 < side ? `RB${i}_${j} b${i}_${j} b${i + 1}_${j} 1` : `RS${j} b${i}_${j} 0 1`);
    }
  }
  return [...lines, '.op', '.end', ''].join('\n');
}

/** Nine nodes with six diodes between thirteen sources, as on the reference board; three drives an example. */
function boardMicroseconds(): { microseconds: number; iterations: number } {
  const random = new RandomStream(SEED, 'board');
  const tap = (): number => 75 + 390.6 * (4 + random.integer(252));
  const netlist = new Netlist('board');
  for (let i = 0; i < 10; i++) netlist.voltage(`vx${i}`, `x${i}`, '0', 0);
  for (let k = 0; k < 3; k++)
    netlist.voltage(`vs${k}`, `s${k}`, '0', 0).resistor(`rn${k}`, `s${k}`, `o${k}`, 22e3);
  for (let j = 0; j < 6; j++) {
    for (let i = 0; i < 10; i++) netlist.resistor(`p${i}_${j}`, `x${i}`, `h${j}`, tap());
    const [anode, cathode] = j % 2 === 0 ? ['0', `h${j}`] : [`h${j}`, '0'];
    netlist.diode(`d${j}`, anode, cathode, { IS: 2.6e-7, N: 1.05 });
    for (let k = 0; k < 3; k++) netlist.resistor(`q${j}_${k}`, `h${j}`, `o${k}`, tap());
  }
  const solver = new OperatingPointSolver(netlist);
  const inputs = Array.from({ length: 10 }, (_, i) => solver.voltageSourceIndex(`vx${i}`));
  const nudges = Array.from({ length: 3 }, (_, k) => solver.voltageSourceIndex(`vs${k}`));
  const examples = 5000;
  let iterations = 0;
  const seconds = best(() => {
    iterations = 0;
    for (let n = 0; n < examples; n++) {
      for (let i = 0; i < 10; i += 2) {
        const x = random.between(-1.75, 1.75);
        solver.setVoltage_V(inputs[i], x);
        solver.setVoltage_V(inputs[i + 1], -x);
      }
      for (const sign of [0, 1, -1]) {
        for (const nudge of nudges) solver.setVoltage_V(nudge, 1.2 * sign);
        iterations += solver.settle().stats.iterations;
      }
    }
  });
  return { microseconds: (1e6 * seconds) / (3 * examples), iterations: iterations / (3 * examples) };
}

/** An unsymmetric matrix on a side × side grid, with 2 % of further entries nearby. */
function gridMatrix(side: number): { pattern: CscPattern; values: Float64Array } {
  const random = new RandomStream(SEED, 'grid');
  const size = side * side;
  const entries: [number, number, number][] = Array.from({ length: size }, (_, i) => [i, i, 1e-3]);
  const connect = (i: number, j: number): void => {
    const g = random.between(0.1, 1.1);
    entries.push([i, i, g], [j, j, g], [i, j, -g * (1 + 0.1 * random.uniform())], [j, i, -g]);
  };
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (x + 1 < side) connect(y * side + x, y * side + x + 1);
      if (y + 1 < side) connect(y * side + x, (y + 1) * side + x);
    }
  }
  for (let k = 0; k < 0.02 * size; k++) {
    const i = random.integer(size);
    const j = i + random.integer(7) - 3 + side * (random.integer(7) - 3);
    if (j >= 0 && j < size && j !== i) connect(i, j);
  }
  const { pattern, valueIndex } = patternOfEntries(
    size,
    entries.map(([row]) => row),
    entries.map(([, column]) => column),
  );
  const values = new Float64Array(pattern.rowIndex.length);
  valueIndex.forEach((place, k) => {
    values[place] += entries[k][2];
  });
  return { pattern, values };
}

async function mathjsSeconds({ pattern, values }: ReturnType<typeof gridMatrix>): Promise<number> {
  const math = (await import('mathjs')) as unknown as {
    SparseMatrix: new (data: object) => object;
    slu(matrix: object, order: number, threshold: number): object;
  };
  const matrix = new math.SparseMatrix({
    values: Array.from(values),
    index: Array.from(pattern.rowIndex),
    ptr: Array.from(pattern.columnStart),
    size: [pattern.size, pattern.size],
  });
  return best(() => void math.slu(matrix, 1, 0.001), 2);
}

/** Least processor time of several runs, s: on a shared machine wall time measures the neighbours. */
function best(work: () => void, runs = 5): number {
  let least = Number.POSITIVE_INFINITY;
  work();
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    const started = performance.now();
    work();
    const wall = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    // Short runs are below the resolution of the processor's clock.
    least = Math.min(least, wall < 0.01 ? wall : Math.min(wall, (user + system) / 1e6));
  }
  return least;
}

const ms = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;
console.log(`${cpus()[0].model}, node ${process.version}, load ${loadavg()[0].toFixed(2)}, seed ${SEED}`);

const networkSeconds = best(() => {
  const solver = new OperatingPointSolver(diodeNetwork(SEED));
  if (solver.solve().status !== 'settled') throw new Error('not settled');
});
const builtNetwork = diodeNetwork(SEED);
const setUp = best(() => void new OperatingPointSolver(builtNetwork).solve());
const { iterations } = new OperatingPointSolver(builtNetwork).solve().stats;
console.log(`784-128-10, ${builtNetwork.size} elements: build, set up, solve ${ms(networkSeconds)}; `);
console.log(`  set up and solve ${ms(setUp)}, ${iterations} Newton steps`);

const text = crossbarText(64);
const crossbarSeconds = best(() => {
  if (new OperatingPointSolver(parseSpice(text)).solve().status !== 'settled') throw new Error('not settled');
});
console.log(
  `64 × 64 crossbar, ${parseSpice(text).size} elements: parse, set up, solve ${ms(crossbarSeconds)}`,
);

const board = boardMicroseconds();
console.log(
  `board circuit, warm: ${board.microseconds.toFixed(1)} µs a solve, ${board.iterations.toFixed(1)} Newton steps`,
);

for (const side of [32, 100]) {
  const grid = gridMatrix(side);
  const analyse = best(() => void new SparseLu(grid.pattern));
  const lu = new SparseLu(grid.pattern);
  const refactor = best(() => void lu.factor(grid.values), 20);
  const b = new Float64Array(grid.pattern.size).fill(1);
  const solve = best(() => void lu.solve(b, new Float64Array(b.length)), 20);
  const { entries, operations } = lu.stats;
  console.log(
    `grid n = ${grid.pattern.size}: analyse ${ms(analyse)}, refactor ${ms(refactor)} ` +
      `(${(operations / refactor / 1e9).toFixed(1)} GFLOP/s, ${entries} entries), solve ${ms(solve)}`,
  );
  if (side === 32) {
    const mathjs = await mathjsSeconds(grid);
    console.log(
      `  mathjs slu ${ms(mathjs)}: ratio ${(mathjs / refactor).toFixed(0)} to refactor, ${(mathjs / (analyse + refactor)).toFixed(1)} with analysis`,
    );
  }
}
console.log(`load ${loadavg()[0].toFixed(2)}`);

const [folder] = process.argv.slice(2);
if (folder !== undefined) {
  writeFileSync(join(folder, 'network.cir'), writeSpice(builtNetwork));
  writeFileSync(join(folder, 'crossbar.cir'), text);
}
