import { describe, expect, it } from 'vitest';
import { parseSpice } from '../../circuits/spice/index.js';
import { MosLevel1 } from '../../devices/elements/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { solveTransient } from '../../solver/time/index.js';

const read = (...cards: string[]) => parseSpice(['t', ...cards, '.end', ''].join('\n'));

describe('laws that are worked out together', () => {
  it('keep their own numbers, nodes and signs', () => {
    const { voltages_V } = solveOperatingPoint(
      read(
        ...['V1 x 0 2', 'V2 y 0 3'],
        ...[
          'B1 0 a I=0.7*V(x)*V(y)',
          'B2 0 b I=0.9*V(y)*V(y)',
          'B3 c 0 V=0.7*V(x)*V(y)',
          'B4 d 0 V=1.1*V(y)*V(x)',
        ],
        ...['R1 a 0 1', 'R2 b 0 1', 'R3 c 0 1', 'R4 d 0 1'],
      ),
    );
    expect(voltages_V.a).toBeCloseTo(4.2, 12);
    expect(voltages_V.b).toBeCloseTo(8.1, 12);
    expect(voltages_V.c).toBeCloseTo(4.2, 12);
    expect(voltages_V.d).toBeCloseTo(6.6, 12);
  });

  it('tell the time from a voltage that stands at its place', async () => {
    const circuit = read(
      ...['V1 x 0 2', 'V2 y 0 3', 'B1 0 a I=0.7*V(x)*time', 'B2 0 b I=0.7*V(x)*V(y)'],
      ...['R1 a 0 1', 'R2 b 0 1', '.tran 0.1 2'],
    );
    const { value } = await solveTransient(circuit, circuit.analyses.transient[0], {});
    const last = value.time_s.length - 1;
    expect(value.voltages_V.a[last]).toBeCloseTo(2.8, 9);
    expect(value.voltages_V.b[last]).toBeCloseTo(4.2, 9);
  });

  it('tell Newton’s method the slopes of steered voltages by their sign', () => {
    const { status, voltages_V, iterations } = solveOperatingPoint(
      read(
        'B1 c 0 V=2-0.5*V(d)*V(d)',
        'R1 c d 1',
        'R2 d 0 1',
        'B2 e 0 V=1-0.25*V(f)*V(f)',
        'R3 e f 1',
        'R4 f 0 1',
      ),
    );
    expect(status).toBe('settled');
    // 2·d = 2 − d²/2, and 2·f = 1 − f²/4.
    expect(voltages_V.d).toBeCloseTo(-2 + Math.sqrt(8), 12);
    expect(voltages_V.f).toBeCloseTo(-4 + Math.sqrt(20), 12);
    expect(iterations).toBeLessThan(9);
  });

  it('are asked one by one where a slope is not finite, and named where a value is not', () => {
    // The slope of a root is infinite at 0 V, where the search begins.
    const cards = [
      'V1 x 0 4',
      'R1 x a 1',
      'R2 x b 3',
      'B1 a 0 I=sqrt(abs(V(a)))',
      'B2 b 0 I=sqrt(abs(V(b)))',
    ];
    const { status, voltages_V } = solveOperatingPoint(read(...cards));
    expect(status).toBe('settled');
    expect(voltages_V.a + Math.sqrt(voltages_V.a)).toBeCloseTo(4, 9);
    expect(voltages_V.b + 3 * Math.sqrt(voltages_V.b)).toBeCloseTo(4, 9);
    const failed = solveOperatingPoint(
      read('V1 x 0 1', 'B1 0 a I=1/(V(x)-2)', 'B2 0 b I=1/(V(x)-1)', 'R1 a 0 1', 'R2 b 0 1'),
    );
    expect(failed).toMatchObject({ status: 'not-finite', worst: 'b2' });
  });
});

it('gives shared transistors their own size', () => {
  const deck = read(
    ...[
      'Vd d 0 1',
      'Vg g 0 1.2',
      'V1 d a 0',
      'V2 d b 0',
      'V3 d c 0',
      '.model n nmos (vto=0.5 kp=100u gamma=0.3)',
    ],
    ...['M1 a g 0 0 n W=2u L=1u', 'M2 b g 0 0 n W=4u L=1u', 'M3 c g 0 0 n W=2u L=1u AD=1p'],
  );
  const { currents_A } = solveOperatingPoint(deck);
  const point = { current_A: 0, gate_S: 0, drain_S: 0, bulk_S: 0 };
  new MosLevel1({ VTO: 0.5, KP: 1e-4, GAMMA: 0.3, W: 2e-6, L: 1e-6 }).evaluate(1.2, 1, 0, point);
  expect(currents_A.v1 / point.current_A).toBeCloseTo(1, 6);
  expect(currents_A.v2 / point.current_A).toBeCloseTo(2, 6);
  expect(currents_A.v3 / point.current_A).toBeCloseTo(1, 6);
});
