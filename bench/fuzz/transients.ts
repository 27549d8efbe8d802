import { parseSpice, type SpiceCircuit } from '../../circuits/spice/index.js';
import { OhmpropError } from '../../core/index.js';
import { measure, solveTransient } from '../../solver/time/index.js';
import { mutateText } from './mutate.js';
import type { Target } from './target.js';

/** Files that use everything that moves in time. */
const seeds = [
  `rlc
V1 in 0 PULSE(0 1 1u 1n 1n 5u 10u)
R1 in a 50
L1 a b 10u IC=1m
C1 b 0 1n IC=0.5
K1 L1 L2 0.9
L2 c 0 10u
R2 c 0 1k
.ic v(b)=0.3
.tran 0.1u 20u uic
.meas tran top MAX v(b)
.meas tran when WHEN v(b)=0.5 RISE=2
.end`,
  `memristor
.param r=1k tau=1u
V1 p 0 SIN(0 1 1meg 0 0 30)
Rs p m {r}
B1 m 0 I=V(m)*(V(x)/100+(1-V(x))/16k)
Cx x 0 1u IC=0.1
B2 0 x I=V(m)*(1-(2*V(x)-1)**2)
B3 q 0 V=idt(V(m),0.1)+tau*ddt(V(m))
R3 q 0 1
.options reltol=1e-4 abstol=1e-12 vntol=1u
.tran 10n 3u
.end`,
  `switches
.model sw sw(vt=0.5 vh=0.1 ron=1 roff=1meg)
.model cs csw(it=1m ron=1 roff=1meg)
V1 a 0 PWL(0 0 1u 1 2u 0 3u 2)
S1 a b c 0 sw
R1 b 0 1k
R2 b c 1k
C2 c 0 1n
V2 b d 0
W1 d 0 V2 cs ON
.step param k 1 3 1
R5 d 0 {k*1k}
.tran 0 4u
.end`,
  `one transistor
.model n nmos(vto=0.5 kp=100u tox=10n cgso=1p cgdo=1p cj=1m lambda=0.02 gamma=0.4)
.model p pmos(vto=-0.5 kp=50u rd=10 rs=10)
.model d d(is=1e-14 cjo=1p tt=5n rs=2)
Vdd vdd 0 2
Vin in 0 EXP(0 2 1n 2n 30n 5n)
M1 out in 0 0 n w=1u l=0.2u ad=1p as=1p
M2 out in vdd vdd p w=2u l=0.2u m=2
C1 out 0 10f
D1 out 0 d
E1 e 0 out 0 2
F1 e 0 Vin 3
G1 f 0 e 0 1m
H1 h 0 Vdd 10
R1 f 0 1k
R2 h 0 1k
R3 e 0 1k
.nodeset v(out)=2
.tran 0.1n 60n 5n 1n
.end`,
];

const words = [
  ...[
    'ddt(',
    'idt(',
    'sdt(V(a),1)',
    'time',
    '-',
    '1e-30',
    '1e30',
    '0',
    '1e999',
    '*',
    '/',
    '**',
    '<',
    '?1:',
    'uic',
    ' IC=1e9',
  ],
  ...[
    'V(a)',
    'I(V1)',
    'SIN(0 1 1e12)',
    'PULSE(0 1 0 0 0 0 1e-18)',
    'PWL(0 0 0 1)',
    ' m=-1',
    '-1k',
    '1e-18',
    '{',
    '}',
    '\n',
    '\n+ ',
  ],
  ...[
    '.ic v(a)=1e6\n',
    '.tran 1n 1',
    '.tran 1e-15 1e-3',
    '.step param k 0 1 1m\n',
    '.meas tran x TRIG v(a) VAL=1 TARG v(b) VAL=1\n',
  ],
  ...[
    '.options reltol=1e-14',
    '.options reltol=0.5',
    '.options chgtol=1e-30',
    'exp(',
    'sqrt(',
    'ln(',
    'C9 a b 1e-30\n',
    'L9 a 0 1e30\n',
  ],
];

/** How long a transient may go on, ms: longer ones are told to end. */
const BOUND_MS = 50;

/** SPICE files with `.tran`, read, followed for 50 ms and measured. */
export const transients: Target = {
  make: (random) => mutateText(seeds[random.integer(seeds.length)], random, words, seeds),
  async take(input) {
    const circuit = parsed(input as string);
    const analysis = circuit?.analyses.transient[0];
    if (circuit === undefined || analysis === undefined) return false;
    const { tolerances, initialVoltages_V, measures } = circuit.analyses;
    const signal = AbortSignal.timeout(BOUND_MS);
    const { status, value } = await solveTransient(circuit, analysis, {
      ...tolerances,
      initialVoltages_V,
      signal,
    });
    const { time_s } = value;
    for (let k = 1; k < time_s.length; k++) {
      if (!(time_s[k] > time_s[k - 1])) throw new Error(`time goes from ${time_s[k - 1]} to ${time_s[k]}`);
    }
    for (const values of Object.values(value.voltages_V)) {
      if (!values.every(Number.isFinite)) throw new Error('a voltage is not finite');
    }
    measure(value, measures);
    return status === 'completed' || status === 'aborted';
  },
  kept: (input) => input as string,
};

function parsed(text: string): SpiceCircuit | undefined {
  try {
    return parseSpice(text);
  } catch (error) {
    if (error instanceof OhmpropError) return undefined;
    throw error;
  }
}
