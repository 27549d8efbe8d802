import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSpice } from '../../circuits/spice/index.js';
import { NgspiceEngine } from '../../solver/ngspice/index.js';
import { MonotoneCurve, solveTransient } from '../../solver/time/index.js';

let ngspice: NgspiceEngine;
beforeAll(async () => {
  ngspice = await NgspiceEngine.start();
});
afterAll(() => ngspice.close());

const mos = [
  '.model n nmos (vto=0.7 kp=110u gamma=0.4 phi=0.7 lambda=0.04 cgso=0.2n cgdo=0.2n cgbo=0.3n cj=0.5m cjsw=0.3n)',
  '.model p pmos (vto=-0.8 kp=50u gamma=0.57 phi=0.8 lambda=0.05 cgso=0.2n cgdo=0.2n cj=0.5m cjsw=0.3n)',
];
const inverters = (models: readonly string[]) => [
  ...models,
  'Vdd dd 0 3',
  'Vin in 0 PULSE(0 3 1n 0.1n 0.1n 4n 10n)',
  'M1 a in 0 0 n w=2u l=1u ad=4p as=4p pd=8u ps=8u',
  'M2 a in dd dd p w=4u l=1u ad=8p as=8p pd=12u ps=12u',
  'M3 b a 0 0 n w=2u l=1u ad=4p as=4p pd=8u ps=8u',
  'M4 b a dd dd p w=4u l=1u ad=8p as=8p pd=12u ps=12u',
  'Cb b 0 20f',
];

/** Cards, the .tran card's first two numbers, the longest step of ngspice, nodes, and what of full scale they may differ by. */
const decks: Readonly<Record<string, [string[], string, string, string[], number]>> = {
  'inverters with junctions and overlaps': [inverters(mos), '10p 8n', '1p', ['a', 'b'], 1e-3],
  'inverters with an oxide': [
    inverters(mos.map((model) => model.replace('kp', 'tox=20n kp'))),
    '10p 8n',
    '1p',
    ['a', 'b'],
    1e-3,
  ],
  'a rectifier whose diode recovers': [
    [
      'V1 a 0 SIN(0 5 1meg)',
      'R1 a b 50',
      'D1 b c dm',
      '.model dm d(is=1e-12 n=1.5 rs=2 cjo=20p vj=0.7 m=0.4 tt=50n bv=50)',
      'C1 c 0 1n',
      'R2 c 0 1k',
      'L1 c d 10u',
      'R3 d 0 200',
    ],
    '10n 3u',
    '0.5n',
    ['b', 'c', 'd'],
    5e-4,
  ],
  'a diode with charge at another temperature': [
    [
      '.temp 85',
      'V1 a 0 PULSE(-5 1 10n 5n 5n 100n 300n)',
      'R1 a b 1k',
      'D1 b 0 dm',
      '.model dm d(is=1e-14 cjo=5p vj=0.75 m=0.33 tt=10n eg=1.11 xti=3)',
    ],
    '1n 200n',
    '50p',
    ['b'],
    1e-3,
  ],
  'coupled inductors': [
    [
      'V1 a 0 SIN(0 1 10k)',
      'R1 a b 10',
      'L1 b 0 1m',
      'L2 c 0 4m',
      'K1 L1 L2 0.98',
      'R2 c 0 100',
      'C2 c 0 10n',
    ],
    '1u 200u',
    '50n',
    ['b', 'c'],
    1e-4,
  ],
  'a switch steered by a current': [
    [
      'V1 a 0 SIN(0 2 1k)',
      'Vm a b 0',
      'R1 b 0 1k',
      'W1 d e Vm wm',
      'V2 d 0 1',
      'R2 e 0 1k',
      'C2 e 0 100n',
      '.model wm csw(it=1m ih=0.2m ron=1k roff=1meg)',
    ],
    '10u 2m',
    '0.5u',
    ['e'],
    5e-3,
  ],
  'a cell of a transistor and a memristor': [
    [
      '.model n nmos (vto=0.45 kp=250u lambda=0.03)',
      'Vwl wl 0 PULSE(0 1.5 10n 1n 1n 60n 100n)',
      'Vbl bl 0 PULSE(0 1.2 20n 1n 1n 30n 200n)',
      'M1 x wl 0 0 n W=0.6u L=60n',
      'Bm bl x I=V(bl,x)*(V(s)/2k+(1-V(s))/100k)',
      'Cs s 0 1',
      '.ic v(s)=0.1',
      'Bs 0 s I=5e7*V(bl,x)*(V(bl,x)>0.3?1:0)*V(s)*(1-V(s))',
      'Cx x 0 10f',
    ],
    '0.5n 90n',
    '20p',
    ['x', 's'],
    1e-3,
  ],
  'sources that leave numbers out': [
    [
      'V1 a 0 PULSE(0 1)',
      'V2 b 0 EXP(0 1 1u 0.5u)',
      'V3 c 0 EXP(0 1)',
      'V4 d 0 SIN(0 1)',
      'V6 f 0 PULSE(0 1 1u 0 0 1u 3u)',
      'V7 g 0 SIN(0 1 1meg 1u 100k 45)',
      ...['a', 'b', 'c', 'd', 'f', 'g'].map((node) => `R${node} ${node} 0 1k`),
    ],
    '50n 10u',
    '2n',
    ['a', 'b', 'c', 'd', 'f', 'g'],
    2e-2,
  ],
};

it.each(Object.entries(decks))(
  '%s: as ngspice has it',
  async (_, [cards, times, longest, nodes, allowed]) => {
    const deck = (options: string, tran: string) =>
      ['judged', ...cards, `.options ${options}`, `.tran ${tran}`, '.end', ''].join('\n');
    const circuit = parseSpice(deck('reltol=1e-4', times));
    const { transient, tolerances, initialVoltages_V } = circuit.analyses;
    const { status, value } = await solveTransient(circuit, transient[0], {
      ...tolerances,
      initialVoltages_V,
    });
    expect(status).toBe('completed');
    const theirs = await ngspice.run(
      deck('reltol=1e-6 vntol=1e-9 abstol=1e-14', `${times} 0 ${longest}`),
      60,
    );
    for (const node of nodes) {
      const [time_s, other] = [theirs.time, theirs[`v(${node})`]];
      const curve = new MonotoneCurve(time_s, other);
      const scale = Math.max(...other.map(Math.abs));
      let at = 1;
      value.time_s.forEach((t, k) => {
        if (t < time_s[1] || t > time_s[time_s.length - 1]) return;
        while (at + 1 < time_s.length && time_s[at] < t) at++;
        const wanted = curve.between(at, (t - time_s[at - 1]) / (time_s[at] - time_s[at - 1]));
        expect(Math.abs(value.voltages_V[node][k] - wanted), `v(${node}) at ${t} s`).toBeLessThan(
          allowed * scale,
        );
      });
    }
  },
);
