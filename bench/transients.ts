/**
 * Transients beside ngspice (`ngspice` on the path; left out where there is none): error against steps on two memristors and an
 * RC step, then three large circuits at the tolerance that gives each about the same error. Errors are against our own run at a
 * hundredth of the tolerance, over the largest value. Times are processor time of both: of all of it, reading included, and of the steps
 * alone, which is that less a run of one step. Ours runs in this process, whose code is warm after the reference.
 *   npm run build && node dist/bench/transients.js [mesh] [cells] [network] [precision]
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSpice, readRaw, writeSpice } from '../circuits/spice/index.js';
import { RandomStream } from '../core/index.js';
import { MonotoneCurve, solveTransient, type TransientWaveforms } from '../solver/time/index.js';
import { diodeNetwork } from './diode-network.js';
import { machine } from './machine.js';
import { ngspiceTime_s } from './ngspice/index.js';

const SEED = 1;
/** ngspice is stopped after it, ms. */
const PATIENCE = 600_000;
/** Runs of which the best counts. */
const RUNS = 3;
const ONE_STEP = '1f 1f 0 1f uic';

interface Deck {
  readonly cards: readonly string[];
  /** step stop [start [longest]] [uic] */
  readonly tran: string;
  /** Nodes whose errors count. */
  readonly watched: readonly string[];
}

interface Found {
  /** Of all, and of reading, setting up and one step, s. */
  readonly seconds: number;
  readonly before_s: number;
  readonly points: number;
  readonly newton?: number;
  readonly curves: ReadonlyMap<
    string,
    { readonly times: ArrayLike<number>; readonly values: ArrayLike<number> }
  >;
}

const textOf = ({ cards, tran }: Deck, options: string): string =>
  ['bench', ...cards, `.options ${options}`, `.tran ${tran}`, '.end', ''].join('\n');

/** @param runs of which the best counts, after one that warms up */
async function ours(deck: Deck, reltol: number, runs = RUNS): Promise<Found> {
  let before_s = Number.POSITIVE_INFINITY;
  let best = await follow(deck, reltol);
  for (let run = 0; run < runs; run++) {
    before_s = Math.min(before_s, (await follow({ ...deck, tran: ONE_STEP }, reltol)).seconds);
    const again = await follow(deck, reltol);
    if (again.seconds < best.seconds) best = again;
  }
  const { seconds, value, stats } = best;
  const curves = new Map(
    deck.watched.map((node) => [node, { times: value.time_s, values: voltage(value, node) }]),
  );
  return { seconds, before_s, points: stats.steps, newton: stats.newtonIterations, curves };
}

async function follow(deck: Deck, reltol: number) {
  const before = process.cpuUsage();
  const circuit = parseSpice(textOf(deck, `reltol=${reltol} vntol=${reltol / 1e3}`));
  const { transient, tolerances, initialVoltages_V } = circuit.analyses;
  const { status, value, stats } = await solveTransient(circuit, transient[0], {
    ...tolerances,
    initialVoltages_V,
  });
  const { user, system } = process.cpuUsage(before);
  if (status !== 'completed') throw new Error(`${status} ${stats.worst}`);
  return { seconds: (user + system) / 1e6, value, stats };
}

const voltage = ({ voltages_V }: TransientWaveforms, node: string): Float64Array => voltages_V[node];

function theirs(deck: Deck, reltol: number): Found | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const [text, raw] = [join(folder, 'a.cir'), join(folder, 'a.raw')];
  writeFileSync(text, textOf(deck, `reltol=${reltol} vntol=${reltol / 1e3}`));
  const best = (run: () => number | undefined): number =>
    Math.min(...Array.from({ length: RUNS }, () => run() ?? Number.POSITIVE_INFINITY));
  const whole_s = best(() => ngspiceTime_s(['-b', '-r', raw, text], PATIENCE));
  if (!Number.isFinite(whole_s)) return undefined;
  const short = join(folder, 'short.cir');
  writeFileSync(short, textOf({ ...deck, tran: ONE_STEP }, `reltol=${reltol} vntol=${reltol / 1e3}`));
  const before_s = best(() => ngspiceTime_s(['-b', '-r', join(folder, 'short.raw'), short], PATIENCE));
  const { variables } = readRaw(readFileSync(raw));
  const times = variables[0].values;
  const curves = new Map(
    deck.watched.map((node) => [
      node,
      { times, values: variables.find(({ name }) => name === `v(${node})`)!.values },
    ]),
  );
  return {
    seconds: whole_s,
    before_s,
    points: times.length,
    curves,
  };
}

/** The largest difference at the points of `found` from the curve of `fine`, over the largest value. */
function errorOf(found: Found, fine: Found): number {
  let worst = 0;
  for (const [node, { times, values }] of found.curves) {
    const reference = fine.curves.get(node)!;
    const curve = new MonotoneCurve(reference.times, reference.values);
    const scale = Array.from(reference.values).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    for (let k = 1, at = 1; k < times.length; k++) {
      while (at + 1 < reference.times.length && reference.times[at] < times[k]) at++;
      const [from, to] = [reference.times[at - 1], reference.times[at]];
      const difference = values[k] - curve.between(at, (times[k] - from) / (to - from));
      worst = Math.max(worst, Math.abs(difference) / scale);
    }
  }
  return worst;
}

function line(name: string, reltol: number, found: Found | undefined, fine: Found): string {
  if (found === undefined) return `  ${name} ${reltol}: not there, or stopped after ${PATIENCE / 1000} s`;
  const { seconds, before_s, points, newton } = found;
  const steps = `${points} steps${newton === undefined ? '' : `, ${newton} Newton steps`}`;
  return `  ${name} ${reltol}: ${seconds.toFixed(3)} s, steps alone ${(seconds - before_s).toFixed(3)} s, ${steps}, error ${errorOf(found, fine).toExponential(1)}`;
}

async function compare(
  name: string,
  deck: Deck,
  tolerances: readonly [ours: number, theirs: number][],
): Promise<void> {
  console.log(name);
  const fine = await ours(deck, Math.min(...tolerances.flat()) / 100, 0);
  for (const [own, other] of tolerances) {
    console.log(line('ohmprop', own, await ours(deck, own), fine));
    console.log(line('ngspice', other, theirs(deck, other), fine));
  }
}

const driven: Deck = {
  cards: [
    'Vin in 0 SIN(0 1 1)',
    'Vs in p 0',
    'Bm p 0 I=V(p)/(100*V(x)+16000*(1-V(x)))',
    'Cx x 0 1 IC=0.1',
    'Bx 0 x I=1e4*I(Vs)*(1-pow(2*V(x)-1,2))',
  ],
  tran: '0.06 3 uic',
  watched: ['x'],
};
const threshold: Deck = {
  cards: [
    'Vin in 0 SIN(0 1 10)',
    'Rs in p 200',
    'Bm p 0 I=V(p)/(1000+19000*V(x))',
    'Cx x 0 1 IC=0.5',
    'Bx 0 x I=(V(p)>0.5?40*pow(V(p)/0.5-1,2):(V(p)<-0.4?-15*pow(V(p)/(-0.4)-1,3):0))*(1-pow(2*V(x)-1,4))',
  ],
  tran: '4m 0.2 uic',
  watched: ['x'],
};
const step: Deck = {
  cards: ['V1 in 0 1', 'R1 in out 1k', 'C1 out 0 1u IC=0'],
  tran: '100u 5m uic',
  watched: ['out'],
};

/** A side × side mesh of 100 Ω with 1 pF at every node. */
function mesh(side: number): Deck {
  const cards = ['V1 n0_0 0 PULSE(0 1 10n 1n 1n 1 2)', `Rl n${side - 1}_${side - 1} 0 1k`];
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      if (j + 1 < side) cards.push(`Rx${i}_${j} n${i}_${j} n${i}_${j + 1} 100`);
      if (i + 1 < side) cards.push(`Ry${i}_${j} n${i}_${j} n${i + 1}_${j} 100`);
      cards.push(`C${i}_${j} n${i}_${j} 0 1p`);
    }
  }
  return {
    cards,
    tran: '10n 500n',
    watched: [`n${side / 2}_${side / 2}`, 'n1_1', `n${side - 1}_${side - 1}`],
  };
}

/** side × side cells of a level-1 transistor and a memristor whose state is the voltage of a node; a row is written. */
function cells(side: number): Deck {
  const random = new RandomStream(SEED, 'cells');
  const cards = ['.model sel nmos (vto=0.45 kp=250u lambda=0.03)'];
  for (let i = 0; i < side; i++) {
    cards.push(`Vw${i} w${i} 0 PULSE(0 ${i === 0 ? 1.5 : 0} 10n 1n 1n 60n 200n)`);
    cards.push(`Vb${i} s${i} 0 PULSE(0 ${(0.8 + 0.4 * random.uniform()).toFixed(4)} 20n 1n 1n 30n 200n)`);
    cards.push(`Rb${i} s${i} b${i}_0 10`, `Cb${i} b${i}_0 0 10f`);
    for (let j = 0; j < side; j++) {
      const at = `${i}_${j}`;
      if (j > 0) cards.push(`Rl${at} b${i}_${j - 1} b${at} 1`, `Cl${at} b${at} 0 1f`);
      cards.push(`M${at} x${at} w${j} 0 0 sel W=0.6u L=60n`, `Cx${at} x${at} 0 0.1f`);
      cards.push(`B${at} b${at} x${at} I=V(b${at},x${at})*(V(q${at})/2k+(1-V(q${at}))/100k)`);
      cards.push(`Cq${at} q${at} 0 1 IC=${(0.1 + 0.3 * random.uniform()).toFixed(4)}`);
      cards.push(
        `Bq${at} 0 q${at} I=5e7*V(b${at},x${at})*(V(b${at},x${at})>0.3?1:0)*V(q${at})*(1-V(q${at}))`,
      );
    }
  }
  return { cards, tran: '1n 100n uic', watched: ['q0_0', 'q5_0', 'x3_0', `b2_${side - 1}`] };
}

/** The 784-128-10 diode network with 1 pF at every hidden node and output, its inputs switched on. */
function network(): Deck {
  const cards = writeSpice(diodeNetwork(SEED))
    .split('\n')
    .slice(1)
    .filter((card) => !card.startsWith('.op') && !card.startsWith('.end') && card !== '')
    .map((card) => card.replace(/^(v\S* \S+ 0) DC (\S+)$/, '$1 PULSE(0 $2 1n 1n 1n 1 2)'));
  for (let j = 0; j < 128; j++) cards.push(`Ch${j} h${j} 0 1p`);
  for (let k = 0; k < 10; k++) cards.push(`Co${k} o${k} 0 1p`);
  return { cards, tran: '1n 20n', watched: ['h0', 'h64', 'o0', 'o9'] };
}

/** The same tolerance for both; and where both come to about the same error, or nearest to it. */
const large: readonly [number, number][] = [
  [1e-3, 1e-3],
  [1e-1, 1e-4],
];

const asked = process.argv.slice(2);
const wanted = (name: string): boolean => asked.length === 0 || asked.includes(name);
console.log(`${machine()}, seed ${SEED}`);
if (wanted('precision')) {
  const all = [1e-3, 1e-4, 1e-5, 1e-6].map((tolerance): [number, number] => [tolerance, tolerance]);
  await compare('RC step', step, all);
  await compare('linear ion drift, Joglekar window', driven, all);
  await compare('VTEAM, sine', threshold, all);
}
if (wanted('cells'))
  await compare('32 × 32 cells of a transistor and a memristor', cells(32), [
    [3e-2, 1e-3],
    [1e-3, 1e-4],
  ]);
if (wanted('network')) await compare('784-128-10 with diodes and capacitances', network(), large);
if (wanted('mesh')) await compare('RC mesh of 10⁴ nodes', mesh(100), large);
console.log(machine());
