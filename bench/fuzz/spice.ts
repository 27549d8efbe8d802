import { parseSpice, type SpiceCircuit, writeSpice } from '../../circuits/spice/index.js';
import { OhmpropError } from '../../core/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { mutateText } from './mutate.js';
import type { Target } from './target.js';

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

/** Other files, as `.include` finds them. */
const files: Readonly<Record<string, string>> = {
  f: seeds[1],
  x: '.lib y\nR7 a 0 1k\n.endl\n',
  me: '.include me\n',
};

/** SPICE files against the reader, and a tenth of what it accepts against the writer and the solver. */
export const spice: Target = {
  make(random) {
    const text = mutateText(seeds[random.integer(seeds.length)], random, words, seeds);
    return { text, solve: random.integer(10) === 0, collect: random.integer(2) === 0 };
  },
  take(input) {
    const { text, solve, collect } = input as { text: string; solve: boolean; collect: boolean };
    const circuit = parse(text, collect);
    return circuit !== undefined && solve ? solved(circuit) : circuit !== undefined;
  },
  kept: (input) => (input as { text: string }).text,
};

function parse(text: string, collect: boolean): SpiceCircuit | undefined {
  try {
    return parseSpice(text, {
      unsupported: collect ? 'collect' : 'refuse',
      include: (name) => {
        const content = files[name];
        if (content === undefined) throw new Error('there is no such file');
        return { text: content, file: name };
      },
    });
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    if (!/^[\w.]+:\d+:\d+: ./s.test(error.message)) throw new Error(`no place: ${error.message}`);
    return undefined;
  }
}

/** Writing and solving may refuse a circuit, but only in words. */
function solved(circuit: SpiceCircuit): boolean {
  writeSpice(circuit);
  return solveOperatingPoint(circuit, { maxIterations: 30 }).status === 'settled';
}
