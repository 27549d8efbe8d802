import { expect, it } from 'vitest';
import { Netlist } from '../../circuits/netlist/index.js';
import { parseSpice, writeSpice } from '../../circuits/spice/index.js';
import { channelPoint, MosLevel1 } from '../../devices/elements/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';

/** Body effect, both polarities, series resistances, another temperature, a reversed channel, parameters from the oxide. */
const deck = `transistors of level 1
.model n nmos (vto=0.7 kp=110u gamma=0.4 phi=0.7 lambda=0.04 rd=5 rs=3 tnom=25)
.model p pmos (vto=-0.8 kp=50u gamma=0.57 phi=0.8 lambda=0.05)
.model q nmos (tox=20n nsub=1e16 uo=500 tpg=-1 ld=0.1u rsh=10)
.temp 60
Vdd dd 0 3
Vin in 0 1.4
M1 out in 0 0 n w=10u l=1u
M2 out in dd dd p w=20u l=1u
M3 out2 in mid 0 n w=5u l=2u m=2
R3 mid 0 3k
R4 dd out2 10k
M5 x in y 0 q w=4u l=1u nrd=2
Vx x 0 -0.5
Ry y 0 1k
M6 a in z 0 n w=4u l=1u
Ra a dd 100
Rz z 0 100k
.op
.end
`;

/** ngspice 39.3, reltol 1e-10. */
const reference = {
  a: 2.999513326739,
  mid: 0.1942150845972,
  out: 2.425889251783,
  out2: 2.352616305539,
  y: -0.0971786844043,
  z: 0.4866726437364,
};

it('has the operating points of ngspice, as read and as written out again', () => {
  for (const circuit of [parseSpice(deck), parseSpice(writeSpice(parseSpice(deck)))]) {
    const { status, voltages_V, currents_A } = solveOperatingPoint(circuit);
    expect(status).toBe('settled');
    for (const [node, wanted_V] of Object.entries(reference)) {
      expect(Math.abs(voltages_V[node] - wanted_V), node).toBeLessThan(2e-9);
    }
    expect(currents_A.vx).toBeCloseTo(1.301044795573e-4, 12);
  }
});

it('reads the current of 1T1R cells in series with their selector', () => {
  const cell = (resistance_ohm: number) =>
    solveOperatingPoint(
      new Netlist('1T1R')
        .voltage('vwl', 'wl', '0', 1.1)
        .voltage('vbl', 'bl', '0', 0.15)
        .voltage('vs', 's', '0', 0)
        .mos('m1', 'x', 'wl', 's', '0', { VTO: 0.45, KP: 250e-6, LAMBDA: 0.03, W: 0.6e-6, L: 60e-9 })
        .resistor('rc', 'bl', 'x', resistance_ohm),
    ).currents_A.vs;
  // Cases 10-1t1r: ngspice 39.3; the triode equation gives the same without gmin.
  expect(cell(8e3) / 1.74007133592135e-5).toBeCloseTo(1, 6);
  expect(cell(600e3) / 2.49743823321498e-7).toBeCloseTo(1, 6);
});

it('gives the slopes of its current, and runs backwards as forwards', () => {
  const point = channelPoint();
  for (const polarity of [1, -1] as const) {
    const model = new MosLevel1({
      polarity,
      VTO: 0.6 * polarity,
      GAMMA: 0.5,
      LAMBDA: 0.1,
      temperature_C: 80,
    });
    const at = (vgs: number, vds: number, vbs: number) => {
      model.evaluate(vgs, vds, vbs, point);
      return { ...point };
    };
    for (const [vgs, vds, vbs] of [
      [1.5, 0.3, -0.4],
      [1.5, 2, 0.2],
      [0.2, -1.5, -1],
      [1, -0.2, -2],
      [-1.7, -0.4, 0.1],
      [-1.7, -3, 1],
    ]) {
      const here = at(vgs, vds, vbs);
      const h = 1e-6;
      const slopes = [
        (at(vgs + h, vds, vbs).current_A - at(vgs - h, vds, vbs).current_A) / (2 * h),
        (at(vgs, vds + h, vbs).current_A - at(vgs, vds - h, vbs).current_A) / (2 * h),
        (at(vgs, vds, vbs + h).current_A - at(vgs, vds, vbs - h).current_A) / (2 * h),
      ];
      [here.gate_S, here.drain_S, here.bulk_S].forEach((slope, k) => {
        expect(Math.abs(slope - slopes[k])).toBeLessThan(1e-12);
      });
      // Drain and source exchanged: the same transistor.
      expect(at(vgs - vds, -vds, vbs - vds).current_A).toBeCloseTo(-here.current_A, 15);
    }
  }
  expect(() => new MosLevel1({ KP: 0 })).toThrow(/KP must lie between/);
  expect(() => new MosLevel1({ L: 1e-6, LD: 0.5e-6 })).toThrow(/the channel is L − 2·LD/);
});

it.each([
  ['.model m nmos (level=2)', /level 2 is not supported, level 1 is; ngspice knows it/],
  ['.model m nmos (delta=1)', /DELTA is no parameter of level 1/],
  ['.model m d (is=1f)', /is of type d, m1 needs NMOS or PMOS/],
])('refuses %s', (model, message) => {
  const text = `t\n${model}\nV1 a 0 1\nM1 a a 0 0 m\n.op\n.end\n`;
  expect(() => parseSpice(text)).toThrow(message);
});

it('has junctions of their own areas', () => {
  const model = new MosLevel1({ JS: 1e-2, AD: 1e-12, AS: 3e-12 });
  expect(model.junction('source').saturation_A / model.junction('drain').saturation_A).toBeCloseTo(3, 12);
  expect(model.junction('drain')).toBe(model.junction('drain'));
});
