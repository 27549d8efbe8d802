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
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyScheme,
  type CrossbarCells,
  type CrossbarWires,
  describeCrossbar,
  schemeBiases,
} from '../circuits/crossbar/index.js';
import { crossbarNetlist } from '../circuits/netlist/index.js';
import { readRaw, writeSpice } from '../circuits/spice/index.js';
import { RandomStream } from '../core/index.js';
import {
  DiodeSelector,
  type ElementModel,
  elementPoint,
  expressionModel,
  LinearIonDrift,
  MosLevel1,
  ThresholdSelector,
  Vteam,
} from '../devices/elements/index.js';
import {
  type CellsSolution,
  CrossbarMemory,
  cellsOperatingPoint,
  mapCellSelections,
  mapSelections,
  ProgrammedCells,
  solveCells,
  solveCrossbar,
} from '../solver/crossbar/index.js';
import { machine } from './machine.js';

const SEED = 1;
const RUNS = 5;
/** ngspice is stopped after it, ms. */
const PATIENCE = 18 * 60_000;
const wires = { row_ohm: 1, column_ohm: 1 };

/** Cells by what they are called on this bench's command line. */
async function kinds(): Promise<Readonly<Record<string, Omit<CrossbarCells, 'states'>>>> {
  const sinh = await expressionModel({
    name: 'sinh',
    current: 'x*sinh(3*v)/3',
    state: { low: 0, high: 1e-3, initial: 1e-5 },
    rate: '0',
  });
  const transistor = new MosLevel1({ KP: 2e-4, W: 2e-6, L: 1e-7, VTO: 0.5, GAMMA: 0.4, LAMBDA: 0.05 });
  return {
    sinh: { model: sinh },
    diode: { model: sinh, selector: new DiodeSelector() },
    threshold: { model: sinh, selector: new ThresholdSelector() },
    '1T1R': { model: sinh, transistor },
    vteam: { model: new Vteam() },
  };
}

function statesOf({ state }: ElementModel, count: number): Float64Array {
  const random = new RandomStream(SEED, 'states');
  const { low, high } = state!;
  return Float64Array.from({ length: count }, () =>
    high === 1e-3 ? 10 ** -random.between(4, 5) : random.between(low, high),
  );
}

function inputs(count: number): Float64Array {
  const random = new RandomStream(SEED, 'inputs');
  return Float64Array.from({ length: count }, () => random.between(0.2, 1));
}

interface Time {
  readonly ms: number;
  readonly processor_ms: number;
}

/** Best of several after warm-up, by the clock and by the processor. */
function best(warm: number, runs: number, work: () => void): Time {
  for (let k = 0; k < warm; k++) work();
  let [ms, processor_ms] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let k = 0; k < runs; k++) {
    const usage = process.cpuUsage();
    const started = performance.now();
    work();
    ms = Math.min(ms, performance.now() - started);
    const { user, system } = process.cpuUsage(usage);
    processor_ms = Math.min(processor_ms, (user + system) / 1000);
  }
  return { ms, processor_ms };
}

const timeText = ({ ms, processor_ms }: Time) =>
  `${ms.toFixed(2)} ms (processor time ${processor_ms.toFixed(2)} ms)`;

/** One solve in a loop, as the bars have it. */
function timeOf(
  cells: CrossbarCells,
  rows: number,
  columns: number,
): { time: Time; solution: CellsSolution } {
  const memory = new CrossbarMemory();
  const problem = { rows, columns, wires, cells, inputs_V: inputs(rows), tolerance: 1e-9, memory };
  const gates_V = cells.transistor && { gates_V: new Float64Array(rows).fill(2.5) };
  let solution = solveCells({ ...problem, ...gates_V });
  const time = best(rows > 500 ? 2 : 20, RUNS, () => {
    solution = solveCells({ ...problem, ...gates_V, into: solution });
  });
  if (solution.status !== 'settled') throw new Error(solution.message);
  return { time, solution };
}

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

/** User and system time of ngspice, s, as the shell counts them. Nothing where it does not end. */
function processorTime(args: readonly string[]): number | undefined {
  const { stdout, error } = spawnSync(
    'bash',
    ['-c', 'ngspice "$@" > /dev/null 2>&1; times', 'bash', ...args],
    { encoding: 'utf8', timeout: PATIENCE },
  );
  if (error !== undefined) return undefined;
  const [, ofChildren = ''] = stdout.trim().split('\n');
  return [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * Number(m) + Number(s),
    0,
  );
}

async function besideNgspice(wanted: readonly string[], shapes: readonly [number, number][]): Promise<void> {
  const all = await kinds();
  const folder = mkdtempSync(join(tmpdir(), 'crossbar-cells-'));
  try {
    for (const [rows, columns] of shapes) {
      for (const kind of wanted) {
        const made = all[kind];
        const cells = { ...made, states: statesOf(made.model, rows * columns) };
        const { time, solution } = timeOf(cells, rows, columns);
        const circuit = describeCrossbar({
          rows,
          columns,
          wires,
          conductances_S: new Float64Array(rows * columns).fill(1),
        });
        const gates_V = made.transistor && { gates_V: new Float64Array(rows).fill(2.5) };
        const netlist = crossbarNetlist(circuit, { count: 1, rows_V: inputs(rows), ...gates_V }, 0, cells);
        const tail = ['.options reltol=1e-9 vntol=1e-12 abstol=1e-16 gmin=1e-18', '.op'];
        const [cir, raw] = [join(folder, 'a.cir'), join(folder, 'a.raw')];
        writeFileSync(cir, writeSpice(netlist, { tail }));
        rmSync(raw, { force: true });
        const seconds = processorTime(['-b', '-r', raw, cir]);
        if (seconds === undefined) {
          console.log(
            `${rows} × ${columns} ${kind}: ngspice stopped after ${PATIENCE / 1000} s; ours ${timeText(time)}`,
          );
          continue;
        }
        const { variables } = readRaw(readFileSync(raw));
        const theirs = new Map(variables.map(({ name, values }) => [name, values[0]]));
        let [most_V, over] = [0, 0];
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            const k = i * columns + j;
            for (const [name, got] of [
              [`v(w_${i}_${j})`, solution.wordVoltages_V[k]],
              [`v(b_${i}_${j})`, solution.bitVoltages_V[k]],
            ] as const) {
              const apart_V = Math.abs(got - (theirs.get(name) ?? Number.NaN));
              if (!(apart_V < 1e-9 + 1e-6 * Math.abs(got))) over++;
              most_V = Math.max(most_V, apart_V);
            }
          }
        }
        console.log(
          `${rows} × ${columns} ${kind}: apart by at most ${most_V.toExponential(1)} V, ${over} of ${2 * rows * columns} nodes beyond 1e-9 V + 1e-6; ours ${timeText(time)}, ngspice ${seconds.toFixed(2)} s of processor time: ${((1000 * seconds) / time.processor_ms).toFixed(0)} ×`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Cells that pulses move: ion drift, and one whose current and rate both bend. */
async function moving(): Promise<
  Readonly<Record<string, { model: ElementModel; pulse_V: number; width_s: number }>>
> {
  const bent = await expressionModel({
    name: 'drift',
    current: 'g*(0.05 + x)*sinh(2*v)',
    rate: 'k*sinh(6*v)*(1.05 - x)*(x + 0.05)',
    state: { low: 0, high: 1, initial: 0.2 },
    parameters: { g: 2e-5, k: 1e3 },
  });
  return {
    'ion drift': { model: new LinearIonDrift(), pulse_V: 1, width_s: 1e-3 },
    'bent drift': { model: bent, pulse_V: 1, width_s: 1e-6 },
  };
}

function programmed(model: ElementModel, size: number, pulse_V: number, width_s: number, lines = wires) {
  const random = new RandomStream(SEED, 'states');
  const { low, high } = model.state!;
  const states = Float64Array.from({ length: size * size }, () =>
    random.between(low + 0.1 * (high - low), high - 0.4 * (high - low)),
  );
  return new ProgrammedCells({
    rows: size,
    columns: size,
    wires: lines,
    cells: { model, states },
    scheme: 'v/2',
    read_V: 0.1,
    potentiation: { amplitude_V: pulse_V, width_s },
    depression: { amplitude_V: -pulse_V, width_s },
  });
}

async function pulses(size: number): Promise<void> {
  const random = new RandomStream(SEED, 'pulses');
  for (const [name, { model, pulse_V, width_s }] of Object.entries(await moving())) {
    const array = programmed(model, size, pulse_V, width_s);
    const before = array.states;
    const range = model.state!.high - model.state!.low;
    let id = 0;
    let [ms, processor_ms] = [0, 0];
    const times: number[] = [];
    const count = 40;
    for (let k = 0; k < count + 10; k++) {
      const usage = process.cpuUsage();
      const started = performance.now();
      const indices = Uint32Array.of(random.integer(size * size));
      await array.pulse({ counts: Int16Array.of(k % 4 === 3 ? -1 : 1), indices }, { id: ++id });
      const { user, system } = process.cpuUsage(usage);
      if (k < 10) continue;
      times.push(performance.now() - started);
      ms += performance.now() - started;
      processor_ms += (user + system) / 1000;
    }
    times.sort((a, b) => a - b);
    const after = array.states;
    const most = after.reduce((worst, x, k) => Math.max(worst, Math.abs(x - before[k])), 0);
    const place = { row: size >> 1, column: size >> 1, rows: 1, columns: 1 };
    const startedRead = process.cpuUsage();
    for (let k = 0; k < 50; k++) await array.read(place);
    const read = process.cpuUsage(startedRead);
    console.log(
      `${size} × ${size} ${name}: a pulse ${timeText({ ms: ms / count, processor_ms: processor_ms / count })} in the mean of ${count}, median ${times[count >> 1].toFixed(2)} ms (bar 3 ms); a read ${((read.user + read.system) / 50_000).toFixed(2)} ms of processor time (bar 2 ms); largest movement ${((100 * most) / range).toFixed(2)} % of the range`,
    );
    await array.close();
  }
}

/** Every state after some pulses beside Runge and Kutta's fourth order at fixed steps, each network an operating point by sparse factors. */
async function beside(size: number, count: number): Promise<void> {
  const random = new RandomStream(SEED, 'pulses');
  const lines = { row_ohm: 5, column_ohm: 5, driver_ohm: 100, sense_ohm: 50 };
  for (const [name, { model, pulse_V, width_s }] of Object.entries(await moving())) {
    const array = programmed(model, size, pulse_V, width_s, lines);
    const range = model.state!.high - model.state!.low;
    let right: Float64Array = array.states;
    let most = 0;
    for (let id = 1; id <= count; id++) {
      const cell = random.integer(size * size);
      const sign = id % 3 === 0 ? -1 : 1;
      await array.pulse({ counts: Int16Array.of(sign), indices: Uint32Array.of(cell) }, { id });
      right = plainPulse(model, lines, size, right, cell, sign * pulse_V, width_s);
      for (const [k, x] of array.states.entries()) most = Math.max(most, Math.abs(x - right[k]) / range);
    }
    console.log(
      `${size} × ${size} ${name}, ${count} pulses: largest difference ${most.toExponential(1)} of the range (bar 1e-6)`,
    );
    await array.close();
  }
}

function plainPulse(
  model: ElementModel,
  lines: Partial<CrossbarWires>,
  size: number,
  from: Float64Array,
  cell: number,
  pulse_V: number,
  seconds: number,
): Float64Array {
  const {
    floatingRows: _rows,
    floatingColumns: _columns,
    ...drive
  } = applyScheme('v/2', {
    rows: size,
    columns: size,
    inputs_V: new Float64Array(size).fill(pulse_V),
    count: 1,
    selected: { row: Math.floor(cell / size), column: cell % size },
  });
  const conductances_S = new Float64Array(size * size).fill(1);
  const circuit = describeCrossbar({ rows: size, columns: size, wires: lines, conductances_S });
  const { low, high } = model.state!;
  const point = elementPoint();
  const rates = (states: Float64Array) => {
    const { word_V, bit_V } = cellsOperatingPoint(circuit, { model, states }, drive)!;
    return states.map((state, k) => {
      const v = word_V[k] - bit_V[k];
      model.evaluate(v, state, point);
      return model.rate!(v, point.current_A, state);
    });
  };
  const steps = 8;
  const h = seconds / steps;
  const clamp = (x: number) => Math.min(high, Math.max(low, x));
  let x = from;
  for (let n = 0; n < steps; n++) {
    const [k1, at] = [rates(x), x];
    const k2 = rates(at.map((s, k) => clamp(s + 0.5 * h * k1[k])));
    const k3 = rates(at.map((s, k) => clamp(s + 0.5 * h * k2[k])));
    const k4 = rates(at.map((s, k) => clamp(s + h * k3[k])));
    x = at.map((s, k) => clamp(s + (h / 6) * (k1[k] + 2 * k2[k] + 2 * k3[k] + k4[k])));
  }
  return x;
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
