/**
 * Mutated SPICE files against the reader, and a tenth of what it accepts against the solver: each must end in an error
 * with a place, or in a circuit. `npm run fuzz` reads a million (seed 1); `node dist/bench/fuzz-netlists.js COUNT SEED`.
 */
import { pathToFileURL } from 'node:url';
import { parseSpice, type SpiceCircuit, writeSpice } from '../circuits/spice/index.js';
import { OhmpropError, RandomStream } from '../core/index.js';
import { solveOperatingPoint } from '../solver/mna/index.js';

/** Files that use every card and every kind of syntax. */
const seeds = [
  `divider
* comment
V1 in 0 DC 10V ; trailing
R1 IN a 1k $ dollar
R2 a
+ 0 2.2Meg
.op
.end`,
  `parameters
.param a=1k b={a*2} c='b**2/1k'
.func f(x,y) {x*y+sqrt(abs(x))}
V1 1 0 {a/1k}
R1 1 2 {f(a,2)}
R2 2 0 'c + 1meg'
.if (a > 5)
R3 2 0 1k
.elseif (b == 2)
R3 2 0 2k
.else
R3 2 0 3k
.endif
.dc V1 0 1 0.5
.end`,
  `subcircuits
.subckt div in out params: r=1k k=2
.model dd d(is=1e-12 n=1.5 rs=2 bv=5)
R1 in out {r}
R2 out 0 {r*k}
D1 out 0 dd
X1 in out leaf
.ends div
.subckt leaf a b
C1 a b 1p ic=0
.ends
.global vdd
V1 vdd 0 5
X1 vdd o div r=2k
X2 o p div params: k={1+1}
.op
.end`,
  `sources
V1 a 0 SIN(0 1 1k 0 0 30) AC 1
V2 b 0 DC 1 PULSE(0 1 0 1n 1n 1u 2u)
I1 0 c PWL(0 0 1m 1 2m -1)
I2 0 d EXP(0 1 1u 1u 2u 1u)
E1 e 0 a b 2
G1 f 0 POLY(2) a 0 b 0 0 1 2 3
F1 g 0 V1 3
H1 h 0 POLY(1) V2 0 2
B1 i 0 V=tanh(V(a)-V(b))*(I(V1)>0?1:2)
B2 j 0 I=1m*pow(V(i,0),2)+u(V(a))
E2 k 0 VALUE={V(a)*2}
L1 a l 1m IC=1
R1 l 0 1k tc1=1m m=2
.model rm r(rsh=50 tc1=1m)
R2 c 0 rm l=10u w=1u
R3 d 0 1k
R4 e 0 'V(a)+1k'
.options gmin=1e-12 temp=30
.temp 27
.ic v(a)=1 v(b)=2
.nodeset v(c)=1
.tran 1u 1m uic
.print dc v(a)
.end`,
];

const words = [
  '{',
  '}',
  "'",
  '(',
  ')',
  '=',
  '+',
  '*',
  ';',
  '\n',
  '\n+ ',
  '.param x=',
  '.subckt s a b\n',
  '.ends\n',
  '.include f',
  '.model',
  '.if (1)\n',
  '.endif\n',
  '.control\n',
  '.lib x y',
  'poly(3)',
  'V(',
  'I(',
  ' 1e999',
  ' -0 ',
  '1e-400',
  '1a',
  '4k7',
  'µ',
  '\u0000',
  '\uFFFF',
  '\r',
  '#',
  '{x}',
  '{{',
  '**',
  '^',
  '?',
  ':',
  'nan',
  'inf',
  '0',
  'gnd',
  'Q1 a b c m\n',
  '.dc V1 0 1 -1',
  '.dc V1 0 1 1e-9',
  '.func f(x) {f(x)}\n',
  '.param p={p}\n',
  'X9 a b s\n',
  'm=0',
  'is=-1',
  'n=0',
];

function mutate(text: string, random: RandomStream): string {
  let result = text;
  const edits = 1 + random.integer(4);
  for (let k = 0; k < edits; k++) {
    const at = random.integer(result.length + 1);
    const length = 1 + random.integer(random.integer(4) === 0 ? 40 : 3);
    const edit = random.integer(7);
    if (edit === 0) result = result.slice(0, at) + result.slice(at + length);
    else if (edit === 1)
      result = result.slice(0, at) + String.fromCharCode(random.integer(256)) + result.slice(at + 1);
    else if (edit === 2)
      result = result.slice(0, at) + words[random.integer(words.length)] + result.slice(at);
    else if (edit === 3) result = result.slice(0, at) + result.slice(at, at + length) + result.slice(at);
    else if (edit === 4) result = swapLines(result, random);
    else if (edit === 5)
      result = result.slice(0, at) + seeds[random.integer(seeds.length)].slice(random.integer(200));
    else result = result.slice(0, at);
  }
  return result;
}

function swapLines(text: string, random: RandomStream): string {
  const lines = text.split('\n');
  const a = random.integer(lines.length);
  const b = random.integer(lines.length);
  [lines[a], lines[b]] = [lines[b], lines[a]];
  return lines.join('\n');
}

export interface FuzzReport {
  circuits: number;
  refused: number;
  solved: number;
  slowest_seconds: number;
  /** What went wrong, with the text that did it. */
  readonly faults: { readonly text: string; readonly fault: string }[];
}

/** Reads `count` mutated files. */
export function fuzzNetlists(count: number, seed: number): FuzzReport {
  const report: FuzzReport = { circuits: 0, refused: 0, solved: 0, slowest_seconds: 0, faults: [] };
  const stream = new RandomStream(seed, 'fuzz-netlists');
  for (let k = 0; k < count; k++) {
    const random = stream.at(k);
    const text = mutate(seeds[random.integer(seeds.length)], random);
    const started = performance.now();
    try {
      const circuit = parseSpice(text, { unsupported: random.integer(2) === 0 ? 'collect' : 'refuse' });
      report.circuits++;
      if (random.integer(10) === 0) report.solved += solve(circuit);
    } catch (error) {
      report.refused++;
      const fault = faultOf(error);
      if (fault !== undefined) report.faults.push({ text, fault });
    }
    const seconds = (performance.now() - started) / 1000;
    if (seconds > report.slowest_seconds) report.slowest_seconds = seconds;
    if (seconds > 5) report.faults.push({ text, fault: `took ${seconds} s` });
    if (report.faults.length >= 10) break;
  }
  return report;
}

/** Writing and solving may refuse a circuit, but only in words. */
function solve(circuit: SpiceCircuit): number {
  try {
    writeSpice(circuit);
    return solveOperatingPoint(circuit, { maxIterations: 30 }).status === 'settled' ? 1 : 0;
  } catch (error) {
    if (error instanceof OhmpropError) return 0;
    throw error;
  }
}

function faultOf(error: unknown): string | undefined {
  if (!(error instanceof OhmpropError))
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return /^netlist:\d+:\d+: ./s.test(error.message) ? undefined : `no place: ${error.message}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [count = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
  const started = performance.now();
  const report = fuzzNetlists(count, seed);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(JSON.stringify({ count, seed, seconds, ...report }, undefined, 1));
  process.exitCode = report.faults.length > 0 ? 1 : 0;
}
