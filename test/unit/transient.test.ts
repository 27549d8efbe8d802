import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Netlist, pulse, sine } from '../../circuits/netlist/index.js';
import { parseSpice, readSpiceFile } from '../../circuits/spice/index.js';
import { LinearIonDrift, Vteam } from '../../devices/elements/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { solveTransient, type TransientOptions, type TransientWaveforms } from '../../solver/time/index.js';

const golden = new URL('../golden/transient/', import.meta.url);

/** Straight between saved points, as a reader of the file would have it. */
function at(time_s: Float64Array, values: Float64Array, wanted_s: number): number {
  let k = time_s.findIndex((time) => time >= wanted_s);
  if (k <= 0) k = k < 0 ? time_s.length - 1 : 1;
  const share = (wanted_s - time_s[k - 1]) / (time_s[k] - time_s[k - 1]);
  return values[k - 1] + share * (values[k] - values[k - 1]);
}

async function run(text: string, options: TransientOptions = {}): Promise<TransientWaveforms> {
  const circuit = parseSpice(text);
  const { transient, tolerances, initialVoltages_V } = circuit.analyses;
  const { status, value } = await solveTransient(circuit, transient[0], {
    ...tolerances,
    initialVoltages_V,
    ...options,
  });
  expect(status).toBe('completed');
  return value;
}

const fine = '.options reltol=1e-6 vntol=1e-9\n';

describe('transients of reference/transient', () => {
  it.each(['rc_step', 'hp_joglekar_p1', 'vteam_sin'])(
    '%s: within 1e-5 of full scale at reltol 1e-6',
    async (name) => {
      const circuit = readSpiceFile(new URL(`${name}.cir`, golden).pathname);
      const { t, exact } = JSON.parse(readFileSync(new URL(`${name}.json`, golden), 'utf8'));
      // Without the deck's longest step, which would make any method exact; saved densely, so that lines between points are.
      const analysis = { ...circuit.analyses.transient[0], maxStep_s: undefined };
      const step_s = analysis.step_s / 20;
      const { status, value, stats } = await solveTransient(
        circuit,
        { ...analysis, step_s },
        { reltol: 1e-6, vntol: 1e-9, initialVoltages_V: circuit.analyses.initialVoltages_V },
      );
      expect(status).toBe('completed');
      expect(stats.steps).toBeLessThan(1000);
      for (const [node, wanted] of Object.entries(exact as Record<string, number[]>)) {
        const found = value.voltages_V[node];
        if (found === undefined) continue;
        const scale = Math.max(...wanted.map(Math.abs));
        (t as number[]).forEach((time, k) => {
          expect(Math.abs(at(value.time_s, found, time) - wanted[k])).toBeLessThan(1e-5 * scale);
        });
      }
    },
  );
});

describe('closed forms', () => {
  it('a series circuit of R, L and C that rings, from its initial current and voltage', async () => {
    const deck = `ringing\nL1 a b 1m IC=2m\nC1 b c 1u IC=0.5\nR1 c 0 10\nV1 a 0 0\n${fine}.tran 1u 1m uic\n.end\n`;
    const { time_s, currents_A } = await run(deck);
    // i″ + (R/L)i′ + i/(LC) = 0, i(0) = 2 mA, L·i′(0) = −0.5 V − R·i(0)
    const [decay, w0] = [10 / 2e-3, 1 / Math.sqrt(1e-9)];
    const w = Math.sqrt(w0 * w0 - decay * decay);
    const b = ((-0.5 - 0.02) / 1e-3 + decay * 2e-3) / w;
    time_s.forEach((t, k) => {
      const exact = Math.exp(-decay * t) * (2e-3 * Math.cos(w * t) + b * Math.sin(w * t));
      expect(Math.abs(currents_A.l1[k] - exact)).toBeLessThan(1e-5 * 16e-3);
    });
  });

  it('an operating point that stays where it is', async () => {
    const deck =
      'rest\nV1 a 0 5\nR1 a b 1k\nR2 b 0 4k\nC1 b 0 1u\nL1 b c 1m\nR3 c 0 1k\nD1 b 0 d\n.model d d(cjo=1p tt=1n)\n.tran 1u 1m\n.end\n';
    const { voltages_V, currents_A } = await run(deck);
    for (const values of [voltages_V.b, currents_A.l1, currents_A.v1]) {
      for (const value of values) expect(Math.abs(value / values[0] - 1)).toBeLessThan(1e-8);
    }
  });

  it('a junction that is driven by a current keeps all the charge it is given', async () => {
    // Reverse biased by 1 nA from 0 V: q(v) = CJ·VJ/(1 − M)·(1 − (1 − v/VJ)^(1 − M)) = −I·t
    const deck = `junction\nI1 0 a PWL(0 0 1n -1u)\nD1 a 0 d\n.model d d(is=1e-30 cjo=10p vj=0.8 m=0.4)\n.options reltol=1e-6 vntol=1e-9 gmin=1e-20\n.tran 10n 10u\n.end\n`;
    const { time_s, voltages_V } = await run(deck);
    time_s.forEach((t, k) => {
      if (t < 1e-9) return;
      const q = ((10e-12 * 0.8) / 0.6) * (1 - (1 - voltages_V.a[k] / 0.8) ** 0.6);
      expect(Math.abs(q + 1e-6 * (t - 0.5e-9))).toBeLessThan(1e-6 * 1e-11);
    });
  });

  it('a step into 10 kΩ and 10 nF: cases 22', async () => {
    const deck =
      'rc\nVp in 0 PULSE(0 1 0 1n 1n 1 2)\nR1 in out 10k\nC1 out 0 10n\n.options reltol=1e-5\n.tran 1u 500u\n.end\n';
    const { time_s, voltages_V } = await run(deck);
    expect(at(time_s, voltages_V.out, 100e-6) / 0.6321187194287896).toBeCloseTo(1, 5);
    expect(at(time_s, voltages_V.out, 500e-6) / 0.9932620193111326).toBeCloseTo(1, 5);
  });

  it('a state that starts at .ic under uic: cases 15', async () => {
    const lines = [
      'state',
      'Cs s 0 1',
      '.ic V(s)=0.35',
      'B1 0 s I=(0.5*(1-V(s))-0.1*V(s))/1m',
      '.options reltol=1e-5',
      '.tran 2u 1m uic',
      '.end',
    ];
    const { time_s, voltages_V } = await run(lines.join('\n'));
    time_s.forEach((t, k) => {
      const exact = 0.5 / 0.6 + (0.35 - 0.5 / 0.6) * Math.exp(-600 * t);
      expect(Math.abs(voltages_V.s[k] - exact)).toBeLessThan(2e-5);
    });
  });

  it.each([
    ['a capacitor', 'C1 a b 1n', 1],
    ['one behind a source of 0 V', 'C1 a c 1n\nV2 c b 0', 1],
    ['two that share the step', 'C1 a b 0.5n\nC2 b 0 0.5n', 0.5],
    ['a junction', 'D1 b a d\n.model d d(is=1e-20 cjo=1n m=0)', 1],
    ['one whose nodes begin elsewhere', 'C1 a b 1n\n.ic v(a)=0.25 v(b)=0.75', 1.5],
  ])(
    'charges that no IC= is said of start empty under uic, whatever sources hold them at: %s',
    async (_, cards, first) => {
      const deck = `step\nV1 a 0 1\n${cards}\nR1 b 0 1k\n${fine}.tran 10n 3u uic\n.end\n`;
      const { time_s, voltages_V } = await run(deck);
      for (const [k, time] of time_s.entries())
        expect(Math.abs(voltages_V.b[k] - first * Math.exp(-time / 1e-6))).toBeLessThan(2e-5);
    },
  );

  it('a node held by .ic without uic, and then let go', async () => {
    const { time_s, voltages_V } = await run(
      'held\nV1 a 0 1\nR1 a b 1k\nC1 b 0 1u\n.ic v(b)=0.2\n.options reltol=1e-5\n.tran 10u 5m\n.end\n',
    );
    time_s.forEach((t, k) => {
      expect(Math.abs(voltages_V.b[k] - (1 - 0.8 * Math.exp(-t / 1e-3)))).toBeLessThan(2e-5);
    });
  });

  it('a capacitance that follows the temperature and its scale, a junction that starts charged', async () => {
    const { time_s, voltages_V } = await run(
      'warm\n.temp 127\nC1 a 0 1u IC=1 tc1=1m tc2=1u scale=2\nR1 a 0 1k\nD1 0 b d ic=-2\nR2 b 0 1k\n.model d d(cjo=1u m=0)\n.options reltol=1e-5\n.tran 10u 5m uic\n.end\n',
    );
    // 2 µF · (1 + 1e-3·100 + 1e-6·100²); the junction's 1 µF does not depend on its voltage
    time_s.forEach((t, k) => {
      expect(Math.abs(voltages_V.a[k] - Math.exp(-t / 2.22e-3))).toBeLessThan(2e-5);
      expect(Math.abs(voltages_V.b[k] - 2 * Math.exp(-t / 1e-3))).toBeLessThan(1e-2);
    });
  });

  it('a source that follows the time, and one that steps', async () => {
    const { time_s, voltages_V } = await run(
      'time\nB1 a 0 V=3*time*1k\nR1 a 0 1k\nV2 c 0 PWL(0 1 0.5m 1 0.5m 4)\nR2 c d 1k\nC2 d 0 0.1u\n.options reltol=1e-5\n.tran 10u 1m\n.end\n',
    );
    time_s.forEach((t, k) => {
      expect(Math.abs(voltages_V.a[k] - 3e3 * t)).toBeLessThan(1e-6);
      const since = Math.max(0, t - 0.5e-3);
      expect(Math.abs(voltages_V.d[k] - (4 - 3 * Math.exp(-since / 1e-4)))).toBeLessThan(6e-5);
    });
  });

  it('a conductance that is there of a sudden after a long straight way', async () => {
    // Factors of before the kink serve until it: that they did well says nothing of the first step after it.
    const { time_s, voltages_V } = await run(
      'kink\nV1 s 0 PWL(0 0 0.913 1)\nR1 s a 1\nC1 a 0 1u\nB1 a 0 I=V(a)>0.5?1k*(V(a)-0.5):0\n.tran 10m 0.913 0 10m\n.end\n',
    );
    time_s.forEach((t, k) => {
      const drive = t / 0.913;
      const still = drive <= 0.5 ? drive : (drive + 500) / 1001;
      expect(Math.abs(voltages_V.a[k] - still), `${t}`).toBeLessThan(2e-5);
    });
  });
});

describe('switches and coupling', () => {
  const relaxation = (card: string) =>
    `relaxation\nV1 a 0 5\nR1 a b 10k\nC1 b 0 10n\nS1 b c b 0 sm OFF\nR2 c 0 1k\n.model sm sw(vt=2 vh=1 ron=10 roff=1t)\n.options reltol=1e-5\n${card}\n.end\n`;
  /** From 1 V to 3 V through 10 kΩ to 5 V, back through 10 kΩ beside 1010 Ω. */
  const rise_s = 1e-4 * Math.log(4 / 2);
  const low_V = (5 * 1010) / 11010;
  const fall_s = 1e-8 * ((1e4 * 1010) / 11010) * Math.log((3 - low_V) / (1 - low_V));

  it('an oscillator of a switch with hysteresis has the period of its closed form', async () => {
    const { time_s, voltages_V } = await run(relaxation('.tran 1u 1m uic'));
    const tops: number[] = [];
    for (let k = 1; k + 1 < time_s.length; k++) {
      const v = voltages_V.b;
      if (v[k] > 2.99 && v[k] >= v[k - 1] && v[k] > v[k + 1]) tops.push(time_s[k]);
    }
    expect(tops[0]).toBeCloseTo(1e-4 * Math.log(5 / 2), 8);
    expect(tops.length).toBeGreaterThan(9);
    tops.slice(1).forEach((top, k) => {
      expect((top - tops[k]) / (rise_s + fall_s)).toBeCloseTo(1, 4);
    });
    for (const v of voltages_V.b) expect(v).toBeLessThan(3 + 1e-4);
  });

  it('starts such an oscillator with the switch as it is said to be', async () => {
    const circuit = parseSpice(relaxation('.tran 1u 100u'));
    const { status, stats, value } = await solveTransient(circuit, circuit.analyses.transient[0]);
    expect([status, stats.switchesHeldAtStart]).toEqual(['completed', true]);
    expect(value.voltages_V.b[0]).toBeCloseTo(5, 6);
  });

  it('has operating points with hysteresis: the switch stays as it starts between its levels', () => {
    const at = (start: string, drive_V: number) =>
      solveOperatingPoint(
        parseSpice(
          `t\nV1 a 0 1\nV2 c 0 ${drive_V}\nVm c d 0\nRc d 0 1k\nS1 a b c 0 sm ${start}\nR1 b 0 1k\nW1 a e Vm wm ${start}\nR2 e 0 1k\n.model sm sw(vt=1 vh=0.5 ron=1k roff=1meg)\n.model wm csw(it=1m ih=0.5m ron=1k roff=1meg)\n.end\n`,
        ),
      ).voltages_V;
    for (const [start, drive_V, closed] of [
      ['ON', 1, true],
      ['OFF', 1, false],
      ['OFF', 1.6, true],
      ['ON', 0.4, false],
    ] as const) {
      const { b, e } = at(start, drive_V);
      expect(b).toBeCloseTo(closed ? 0.5 : 1 / 1001, 9);
      expect(e).toBeCloseTo(closed ? 0.5 : 1 / 1001, 9);
    }
  });

  it('coupled inductors: no energy is lost between them', async () => {
    const deck = `transformer\nV1 a 0 SIN(0 1 10k)\nR1 a b 10\nL1 b 0 1m\nL2 c 0 4m\nK1 L1 L2 0.98\nR2 c 0 100\n${fine}.tran 0.5u 100u\n.end\n`;
    const { time_s, voltages_V, currents_A } = await run(deck);
    // d/dt (½L1·i1² + ½L2·i2² + M·i1·i2) = what the source gives less what R1 and R2 take
    const mutual = 0.98 * Math.sqrt(4e-6);
    const { l1, l2, v1 } = currents_A;
    const stored = (k: number) => 0.5e-3 * l1[k] ** 2 + 2e-3 * l2[k] ** 2 + mutual * l1[k] * l2[k];
    const power = (k: number) =>
      -v1[k] * voltages_V.a[k] - (voltages_V.a[k] - voltages_V.b[k]) ** 2 / 10 - voltages_V.c[k] ** 2 / 100;
    let given = 0;
    let through = 0;
    for (let k = 1; k < time_s.length; k++) {
      const step = time_s[k] - time_s[k - 1];
      given += 0.5 * step * (power(k - 1) + power(k));
      through += 0.5 * step * Math.abs(power(k - 1) + power(k));
      expect(Math.abs(stored(k) - stored(0) - given)).toBeLessThan(2e-4 * through + 1e-12);
    }
    // At 62.8 Ω of L1 the secondary leads by twice the primary, k = 0.98.
    expect(Math.max(...voltages_V.c)).toBeGreaterThan(1.2);
  });

  it.each([
    ['K1 L1 L9 0.5', /L9 is no inductor/],
    ['K1 L1 L2 1.5', /lies between −1 and 1, got 1\.5/],
    ['S1 a 0 a 0 m\n.model m sw(vh=-1)', /a hysteresis below 0, -1, is not supported/],
    ['S1 a 0 a 0 m MAYBE\n.model m sw(vt=1)', /"MAYBE" was not expected: ON or OFF/],
    ['W1 a 0 V9 m\n.model m csw(it=1)', /there is no source v9/],
  ])('refuses %j', (cards, message) => {
    expect(() => parseSpice(`t\nV1 a 0 1\nR1 a 0 1\nL1 a b 1\nL2 b 0 1\n${cards}\n.end\n`)).toThrow(message);
  });
});

describe('elements with a state', () => {
  it('an ion drift without a window keeps charge and resistance together', async () => {
    const { noWindow } = await import('../../devices/elements/index.js');
    const model = new LinearIonDrift({ window: noWindow });
    const circuit = new Netlist('drift')
      .voltage('v1', 'a', '0', sine(0, 0.5, 1))
      .model('m1', 'a', '0', model, 0.3)
      .capacitor('c1', 'a', '0', 1e-9);
    const analysis = { step_s: 1e-3, stop_s: 1, start_s: 0, maxStep_s: undefined, useInitial: false };
    const { status, value } = await solveTransient(circuit, analysis, { reltol: 1e-6 });
    expect(status).toBe('completed');
    // ∫v dt = ∫(R_off − ΔR·x)·dx/k: flux and state belong together (Strukov et al. 2008, eq. 7).
    const { r_on_ohm: on, r_off_ohm: off, mobility_m2_per_Vs: mu, thickness_m: d } = model.values;
    const k = (mu * on) / d ** 2;
    const flux = (x: number) => (off * x - ((off - on) * x * x) / 2) / k;
    value.time_s.forEach((t, n) => {
      const wanted = (0.5 * (1 - Math.cos(2 * Math.PI * t))) / (2 * Math.PI);
      expect(Math.abs(flux(value.states.m1[n]) - flux(0.3) - wanted)).toBeLessThan(1e-5);
    });
  });

  it('a state stays in its bounds and comes back from them', async () => {
    const circuit = new Netlist('full on and back')
      .voltage('v1', 'a', '0', pulse(1, -1, 0.1, 1e-6, 1e-6, 0.1, 1))
      .model('m1', 'a', '0', new Vteam(), 1e-9);
    const analysis = { step_s: 1e-4, stop_s: 0.2, start_s: 0, maxStep_s: undefined, useInitial: false };
    const { status, value } = await solveTransient(circuit, analysis);
    expect(status).toBe('completed');
    const { x_on, x_off } = new Vteam().values;
    for (const x of value.states.m1) expect(x >= x_on && x <= x_off).toBe(true);
    expect(at(value.time_s, value.states.m1, 0.1)).toBe(x_off);
    expect(at(value.time_s, value.states.m1, 0.2)).toBe(x_on);
  });
});

describe('currents of sources', () => {
  // Those of known nodes are read off the elements that touch them; one that steers another is solved for instead.
  const elements: Readonly<Record<string, readonly string[]>> = {
    resistors: ['R1 a b 1k', 'R2 b 0 2k', 'C1 b 0 1n', 'R3 a 0 3k'],
    'a capacitor': ['C1 a b 1n', 'R1 b 0 1k'],
    'a junction with charge': ['D1 a b dm', 'R1 b 0 1k', '.model dm D(is=1e-12 cjo=1n tt=1n)'],
    'a transconductance': ['G1 a b a b 1m', 'R1 b 0 1k', 'C1 b 0 1n'],
    'a behavioural current': ['B1 a b I=1m*V(a,b)**3', 'R1 b 0 1k', 'C1 b 0 1n'],
    'a charge of two voltages': ['C1 a 0 q=1n*V(a)*(1+V(b))', 'R1 a b 1k', 'C2 b 0 1n'],
    'the gate of a transistor': [
      'M1 d a 0 0 nm W=10u L=1u',
      'R1 a d 10k',
      'C1 d 0 1p',
      '.model nm nmos(vto=0.3 kp=1m tox=10n)',
    ],
    'a switch': ['S1 a b b 0 sm', 'R1 a b 10k', 'C1 b 0 1n', '.model sm SW(vt=0.4 vh=0.1 ron=1k roff=1meg)'],
    'a current source': ['I1 a b SIN(0 1m 1meg)', 'R1 b 0 1k', 'C1 b 0 1n'],
    'a second source': ['V2 c a SIN(0 0.3 2meg)', 'R1 c b 1k', 'C1 b 0 1n', 'R2 a b 5k'],
    'nine and more': [...Array(12).keys()].map((k) => `R${k} a b ${k + 1}k`).concat('C1 b 0 1n'),
  };
  for (const [name, cards] of Object.entries(elements)) {
    it(`into ${name}: the same as where it is an unknown`, async () => {
      const deck = ['t', 'V1 a 0 SIN(0.5 1 1meg)', ...cards, fine, '.tran 20n 2u'];
      const [read, solved] = [
        await run([...deck, '.end'].join('\n')),
        await run([...deck, 'F1 0 z V1 1', 'Rz z 0 1', '.end'].join('\n')),
      ];
      const scale = solved.currents_A.v1.reduce((most, i) => Math.max(most, Math.abs(i)), 0);
      expect(scale).toBeGreaterThan(1e-6);
      for (let t = 1e-7; t < 2e-6; t += 1e-7) {
        const one = at(read.time_s, read.currents_A.v1, t);
        const other = at(solved.time_s, solved.currents_A.v1, t);
        expect(Math.abs(one - other) / scale).toBeLessThan(2e-4);
      }
    });
  }

  it('into a memristor', async () => {
    const circuit = new Netlist('m')
      .voltage('v1', 'a', '0', sine(0, 0.5, 1))
      .model('m1', 'a', 'b', new LinearIonDrift(), 0.3)
      .resistor('r1', 'b', '0', 100);
    const analysis = { step_s: 1e-2, stop_s: 1, start_s: 0, maxStep_s: undefined, useInitial: false };
    const { value } = await solveTransient(circuit, analysis, { reltol: 1e-6 });
    value.time_s.forEach((_, k) => {
      expect(value.currents_A.v1[k]).toBeCloseTo(-value.voltages_V.b[k] / 100, 9);
    });
  });
});

describe('what cannot be', () => {
  it.each([
    ['V1 a 0 1\nR1 a b -1k\nR2 b 0 2k\nC1 b 0 1n\n.tran 1u 1 uic\n', 'unstable', 'node b'],
    ['B1 0 a I=time<0.5m ? 1u : 1/0\nC1 a 0 1u\nR1 a 0 1k\n.tran 1u 1m\n', 'not-finite', 'b1'],
  ])('%j ends as said, with the time reached and the place', async (cards, wanted, worst) => {
    const circuit = parseSpice(`t\n${cards}.end\n`);
    const { status, stats, value } = await solveTransient(circuit, circuit.analyses.transient[0]);
    expect([status, stats.worst]).toEqual([wanted, worst]);
    expect(stats.reached_s).toBeLessThan(circuit.analyses.transient[0].stop_s);
    expect(value.time_s.length).toBeGreaterThan(0);
  });

  it('keeps what was computed when it is stopped, and refuses what would not fit', async () => {
    const circuit = parseSpice('t\nV1 a 0 SIN(0 1 1k)\nR1 a b 1k\nC1 b 0 1u\n.tran 1u 1k\n.end\n');
    const [analysis] = circuit.analyses.transient;
    await expect(solveTransient(circuit, analysis)).rejects.toThrow(
      /1000000000 points or more of 3 .*24\.0 GB/,
    );
    const stop = new AbortController();
    const progress = (): void => stop.abort();
    const { status, value, stats } = await solveTransient(
      circuit,
      { ...analysis, step_s: 1e-3, maxStep_s: 1e-4 },
      { signal: stop.signal, progress },
    );
    expect(status).toBe('aborted');
    expect(value.time_s[value.time_s.length - 1]).toBe(stats.reached_s);
  });
});

it('goes on where a switch turns just before a corner of a source', async () => {
  // A closed switch of a larger resistance than the open one: a step to the level was stretched to the corner again and again.
  const { voltages_V } = await run(
    't\n.model s sw(vt=0.5 vh=0.1 ron=1 roff=1m)\n.model w csw(it=1m ron=1 roff=1meg)\nV1 a 0 PWL(0 0 1u 1 2u 0 3u 2)\nS1 a b c 0 s\n' +
      'R1 b 0 1k\nR2 b c 1k\nC2 c 0 1n\nV2 b d 0\nW1 d 0 V2 w ON\nR5 d 0 1k\n.tran 0 4u\n.end\n',
  );
  expect(voltages_V.c.length).toBeGreaterThan(50);
});

it('starts where a waveform begins, whatever DC value its source has besides', async () => {
  const deck = 't\nV1 a 0 DC 0 SIN(1 2 10k)\nR1 a b 10k\nC1 b 0 1n\n.tran 1u 50u\n.end\n';
  const { voltages_V, currents_A } = await run(deck);
  expect(voltages_V.b[0]).toBeCloseTo(1, 6);
  expect(Math.abs(currents_A.v1[0])).toBeLessThan(1e-6);
});

it('starts from given states wherever sources lead from them, as memristors that are published have them', async () => {
  // x on a capacitor behind a source that measures its current; at x = 0 the resistance would be none.
  const deck =
    't\n.param r0=7k\nV1 p 0 PWL(0 0 5n 2)\nBx 0 x I=20e11*V(p)\nVx x x1 0\nCx x1 0 1 IC={r0}\nRm p 0 r={V(x)}\n.tran 0.1n 10n uic\n.end\n';
  const { time_s, voltages_V } = await run(deck);
  // dx/dt = 2e12·v: at 10 ns 7k + 2e12·(5n + 10n)
  expect(time_s[0]).toBe(0);
  expect(voltages_V.x[0]).toBeCloseTo(7e3, 3);
  expect(Math.abs(voltages_V.x[voltages_V.x.length - 1] - 37e3)).toBeLessThan(10);
});
