import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { describeCrossbar } from '../circuits/crossbar/index.js';
import { RandomStream } from '../core/index.js';
import { Crossbar, type CrossbarSolution, DirectCrossbar, solveCrossbar } from '../solver/crossbar/index.js';

// `npm run bench -- crossbar [largest size]`: wire 1 Ω, devices log-uniform 1 kΩ – 100 kΩ, seed 1. Times are those of a loop that
// writes node voltages into the arrays of the solution before (`into`); what fresh arrays cost instead stands beside them.
const SEED = 1;
const RUNS = 5;
const KCL = 1e-9;
const DIRECT_UP_TO = 256;
const wires = { row_ohm: 1, column_ohm: 1 };

interface Row {
  readonly case: string;
  readonly ms: number;
  readonly processor_ms?: number;
  readonly bar_ms?: number;
  /** With fresh arrays for the results of every solve. */
  readonly fresh_ms?: number;
  readonly direct_ms?: number;
  readonly ratio?: number;
  readonly kclOverLargestCurrent?: number;
  readonly method?: string;
  readonly iterations?: number;
  readonly bytesPerCell?: number;
}

function devices(cells: number): Float64Array {
  const stream = new RandomStream(SEED, 'devices');
  return Float64Array.from({ length: cells }, () => 10 ** -stream.between(3, 5));
}

function inputs(values: number): Float64Array {
  const stream = new RandomStream(SEED, 'inputs');
  return Float64Array.from({ length: values }, () => stream.between(0.2, 1));
}

/** Processor time of the best run below, ms: what the clock would say on an idle machine, or a little more. */
let processor_ms = 0;

/** Best of `runs` after `warm` unmeasured calls, ms by the clock. */
function best(runs: number, warm: number, work: () => void): number {
  for (let k = 0; k < warm; k++) work();
  let least = Number.POSITIVE_INFINITY;
  processor_ms = Number.POSITIVE_INFINITY;
  for (let k = 0; k < runs; k++) {
    const usage = process.cpuUsage();
    const started = performance.now();
    work();
    least = Math.min(least, performance.now() - started);
    const { user, system } = process.cpuUsage(usage);
    processor_ms = Math.min(processor_ms, (user + system) / 1000);
  }
  return least;
}

function oneInput(size: number, bar_ms: number | undefined): Row {
  const conductances_S = devices(size * size);
  const inputs_V = inputs(size);
  let solution: CrossbarSolution | undefined;
  const problem = { rows: size, columns: size, conductances_S, inputs_V, wires, tolerance: KCL };
  const before = process.memoryUsage().rss;
  solution = solveCrossbar(problem);
  const grown = process.memoryUsage().rss - before;
  const runs = size > 4000 ? 1 : RUNS;
  const warm = size > 4000 ? 0 : size > 500 ? 2 : 30;
  const fresh_ms = best(runs, warm, () => {
    solution = solveCrossbar(problem);
  });
  const ms = best(runs, warm, () => {
    if (solution !== undefined) solution = solveCrossbar({ ...problem, into: solution });
  });
  if (solution?.status !== 'settled') throw new Error(`${size} × ${size} did not settle`);
  const { stats } = solution;
  const row: Row = {
    case: `${size} × ${size}, one input`,
    ms,
    processor_ms,
    fresh_ms,
    ...(bar_ms === undefined ? {} : { bar_ms }),
    kclOverLargestCurrent: stats.kclResidual_A / stats.largestCurrent_A,
    method: stats.method,
    iterations: stats.iterations,
    ...(size > 2000 ? { bytesPerCell: grown / size ** 2 } : {}),
  };
  if (size > DIRECT_UP_TO) return row;
  const circuit = describeCrossbar({ rows: size, columns: size, conductances_S, wires });
  const direct_ms = best(size > 128 ? 1 : RUNS, 0, () => {
    new DirectCrossbar(circuit).solve(
      (i) => inputs_V[i],
      () => 0,
    );
  });
  return { ...row, direct_ms, ratio: direct_ms / ms };
}

function hundredInputs(threads: number): Row {
  const size = 128;
  const count = 100;
  const crossbar = new Crossbar(
    { rows: size, columns: size, conductances_S: devices(size * size), wires },
    { tolerance: KCL, threads },
  );
  const drive = { count, rows_V: inputs(size * count) };
  let solution = crossbar.solve(drive);
  const fresh_ms = best(2 * RUNS, 5, () => {
    solution = crossbar.solve(drive);
  });
  const ms = best(2 * RUNS, 5, () => {
    solution = crossbar.solve(drive, { into: solution });
  });
  const inputs_processor_ms = processor_ms;
  const setup_ms = best(RUNS, 5, () => {
    new Crossbar(
      { rows: size, columns: size, conductances_S: devices(size * size), wires },
      { tolerance: KCL },
    ).close();
  });
  const { stats } = solution;
  crossbar.close();
  return {
    case: `128 × 128, 100 inputs, ${threads} thread${threads > 1 ? 's' : ''} (set-up ${setup_ms.toFixed(1)} ms apart)`,
    ms,
    processor_ms: inputs_processor_ms,
    fresh_ms,
    ...(threads === 1 ? { bar_ms: 40 } : {}),
    kclOverLargestCurrent: stats.kclResidual_A / stats.largestCurrent_A,
    method: stats.method,
    iterations: stats.iterations,
  };
}

/** Shorts, opens, wires from nothing to as resistive as cells: one input at 128 × 128, set-up included. */
function hardCases(): Row[] {
  const size = 128;
  const plain = devices(size * size);
  const place = new RandomStream(SEED, 'places');
  const scatter = (count: number, value_S: number) => {
    const g = plain.slice();
    for (let k = 0; k < count; k++) g[place.integer(g.length)] = value_S;
    return g;
  };
  const cases: [string, Float64Array, number, readonly number[]][] = [
    ...[0, 0.1, 10, 100].map((ohm): [string, Float64Array, number, number[]] => [
      `wire ${ohm} Ω`,
      plain,
      ohm,
      [],
    ]),
    ...[1, 100, 1000].map((n): [string, Float64Array, number, number[]] => [
      `${n} short${n === 1 ? '' : 's'}`,
      scatter(n, 1000),
      1,
      [],
    ]),
    ['5 % opens', scatter(Math.round(size * size * 0.05), 0), 1, []],
    ['all on', new Float64Array(size * size).fill(1e-3), 1, []],
    ['all off', new Float64Array(size * size).fill(1e-5), 1, []],
    ['a floating row', plain, 1, [17]],
  ];
  const rows = cases.map(([name, conductances_S, ohm, floatingRows]): Row => {
    let solution: CrossbarSolution | undefined;
    const ms = best(1, 1, () => {
      solution = solveCrossbar({
        rows: size,
        columns: size,
        conductances_S,
        inputs_V: inputs(size),
        wires: { row_ohm: ohm, column_ohm: ohm },
        floatingRows,
        tolerance: KCL,
      });
    });
    return settledRow(`128 × 128, ${name}`, ms, solution);
  });
  for (const [r, c] of [
    [1, 1024],
    [1024, 1],
  ]) {
    let solution: CrossbarSolution | undefined;
    const ms = best(1, 1, () => {
      solution = solveCrossbar({
        rows: r,
        columns: c,
        conductances_S: devices(1024),
        inputs_V: inputs(r),
        wires,
        tolerance: KCL,
      });
    });
    rows.push(settledRow(`${r} × ${c}`, ms, solution));
  }
  return rows;
}

function settledRow(name: string, ms: number, solution: CrossbarSolution | undefined): Row {
  if (solution?.status !== 'settled') throw new Error(`${name} did not settle`);
  const { method, iterations, kclResidual_A, largestCurrent_A } = solution.stats;
  return { case: name, ms, method, iterations, kclOverLargestCurrent: kclResidual_A / largestCurrent_A };
}

/** Prints the table of docs/results/crossbar.md and writes it to bench/results/crossbar.json. */
export async function run(args: string[]): Promise<void> {
  const largest = Number(args.find((a) => /^\d+$/.test(a)) ?? 4096);
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version, load: loadavg() };
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load average ${machine.load.map((l) => l.toFixed(2)).join(' ')}`,
  );
  const rows: Row[] = [];
  const report = (row: Row) => {
    rows.push(row);
    const bar = row.bar_ms === undefined ? '' : `, bar ${row.bar_ms} ms`;
    const processor =
      row.processor_ms === undefined ? '' : ` (processor time ${row.processor_ms.toFixed(2)} ms)`;
    const fresh = row.fresh_ms === undefined ? '' : `, fresh arrays ${row.fresh_ms.toFixed(2)} ms`;
    const direct =
      row.direct_ms === undefined
        ? ''
        : `, direct sparse LU ${row.direct_ms.toFixed(0)} ms (× ${row.ratio?.toFixed(0)})`;
    const bytes = row.bytesPerCell === undefined ? '' : `, ${row.bytesPerCell.toFixed(0)} bytes a cell`;
    console.log(
      `${row.case}: ${row.ms.toFixed(2)} ms${processor}${fresh}${bar}${direct}; ${row.method}, ${row.iterations} iteration${row.iterations === 1 ? '' : 's'}, KCL ${row.kclOverLargestCurrent?.toExponential(1)} of the largest current${bytes}`,
    );
  };
  const bars = new Map([
    [64, undefined],
    [128, 2],
    [256, 6],
    [512, 25],
    [1024, 120],
    [2048, undefined],
    [4096, 10_000],
  ]);
  for (const [size, bar] of bars) if (size <= largest) report(oneInput(size, bar));
  report(hundredInputs(1));
  report(hundredInputs(2));
  for (const row of hardCases()) report(row);
  const at = (size: number) => rows.find((row) => row.case.startsWith(`${size} ×`));
  const growth = (time: 'ms' | 'processor_ms' | 'fresh_ms') => {
    const [small, large] = [at(256)?.[time], at(2048)?.[time]];
    return small === undefined || large === undefined ? Number.NaN : Math.log(large / small) / Math.log(8);
  };
  const exponent = growth('ms');
  console.log(
    `time grows as N^${exponent.toFixed(2)} from 256 to 2048 (processor time N^${growth('processor_ms').toFixed(2)}, fresh arrays N^${growth('fresh_ms').toFixed(2)}; bar 2.3)`,
  );
  const alone = rows.find((row) => row.case.includes('1 thread'))?.ms ?? Number.NaN;
  const together = rows.find((row) => row.case.includes('2 threads'))?.ms ?? Number.NaN;
  console.log(`100 inputs: two threads take ${(together / alone).toFixed(2)} of one (bar 0.6)`);
  console.log(`load average ${loadavg()[0].toFixed(2)}`);
  const folder = new URL('./results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(
    new URL('crossbar.json', folder),
    `${JSON.stringify({ machine, seed: SEED, loadAfter: loadavg(), rows, exponent }, undefined, 2)}\n`,
  );
}
