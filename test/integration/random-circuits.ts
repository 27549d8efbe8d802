import {
  exponential,
  Netlist,
  piecewiseLinear,
  polynomial,
  pulse,
  sine,
  withDc,
} from '../../circuits/netlist/index.js';
import { lawOfText } from '../../circuits/spice/index.js';
import type { RandomStream } from '../../core/random.js';
import { joglekarWindow, LinearIonDrift, Vteam } from '../../devices/elements/index.js';

type Add = (netlist: Netlist, name: string, node: () => string, random: RandomStream) => void;

const ohm = (random: RandomStream): number => 10 ** random.between(2, 5.5);
const siemens = (random: RandomStream): number => random.between(-1, 1) * 1e-4;
const drift = new LinearIonDrift({ window: joglekarWindow(2) });
const linearVteam = new Vteam({ r_on_ohm: 1e3, r_off_ohm: 20e3, x_on: 0, x_off: 1, initial: 0.5, unit: '1' });
const exponentialVteam = new Vteam({ r_on_ohm: 500, r_off_ohm: 50e3, mixing: 'exponential' });

/** Terms of behavioural sources whose slopes stay small, so that there is one operating point. */
const terms = [
  '1e-4*tanh(V(@))',
  '2e-5*V(@,#)^2',
  '1e-4*sin(V(@))*exp(-abs(V(#)))',
  '(V(@)>V(#)?1e-4:5e-5)*V(@)',
  '1e-5*max(V(@),V(#))+1e-6*pwr(V(@),1.5)',
  '1e-4*V(@)/(1+V(#)*V(#))',
  '5e-5*ln(1+abs(V(@)))-1e-5*sqrt(abs(V(#))+0.1)+1e-5*atan(V(@))',
  '1e-5*uramp(V(@)-0.3)+1e-5*min(V(#),0.5)',
  '1e-5*sinh(V(@)/3)+2e-5*cos(V(#))+1e-6*cosh(V(@)/5)',
];

/** Every kind of element, hung onto the network at random nodes. Controlled sources drive branches of their own. */
export const elementKinds: Readonly<Record<string, Add>> = {
  resistor: (n, name, node, random) => n.resistor(`r${name}`, node(), node(), ohm(random)),
  'negative resistor': (n, name, node, random) =>
    n.resistor(`r${name}`, node(), node(), -3e5 - 1e6 * random.uniform()),
  capacitor: (n, name, node, random) =>
    n.capacitor(`c${name}`, node(), node(), 1e-9 * random.uniform() + 1e-12, 0.5),
  inductor: (n, name, node, random) =>
    n.inductor(`l${name}`, node(), `m${name}`, 1e-3).resistor(`rl${name}`, `m${name}`, node(), ohm(random)),
  'voltage source': (n, name, node, random) =>
    n
      .voltage(`v${name}`, `m${name}`, node(), random.between(-5, 5))
      .resistor(`rv${name}`, `m${name}`, node(), ohm(random)),
  'current source': (n, name, node, random) =>
    n.current(`i${name}`, node(), node(), random.between(-1e-3, 1e-3)),
  'source in time': (n, name, node, random) => {
    const waveforms = [
      withDc(sine(0, 1, 1e3), random.between(-2, 2)),
      sine(random.between(-1, 1), 1, 1e3, 0, 0, 30),
      pulse(random.between(-1, 1), 2, 1e-6, 1e-9, 1e-9, 1e-3, 2e-3),
      piecewiseLinear([
        [0, random.between(-1, 1)],
        [1e-3, 2],
      ]),
      exponential(random.between(-1, 1), 1, 1e-6, 1e-6, 1e-3, 1e-6),
    ];
    n.voltage(`v${name}`, `m${name}`, '0', waveforms[random.integer(waveforms.length)]);
    n.resistor(`rv${name}`, `m${name}`, node(), ohm(random));
  },
  diode: (n, name, node, random) => {
    const cards = [
      {},
      { IS: 1e-9, N: 1.7, RS: 5 },
      { IS: 2.52e-9, N: 1.752, BV: 5.1, IBV: 1e-3, RS: 0.568 },
      { IS: 2.6e-7, N: 1.05, RS: 3, IKF: 0.05, area: 2.5 },
      { IS: 1e-12, N: 1.2, temperature_C: 60, multiplier: 2 },
      { IS: 1e-13, BV: 3.3, IBV: 1e-2, NBV: 2 },
    ];
    n.diode(`d${name}`, node(), node(), cards[random.integer(cards.length)]);
  },
  'voltage-controlled voltage': (n, name, node, random) =>
    n
      .voltageControlledVoltage(`e${name}`, `m${name}`, '0', node(), node(), random.between(-0.3, 0.3))
      .resistor(`re${name}`, `m${name}`, node(), ohm(random)),
  'voltage-controlled current': (n, name, node, random) =>
    n.voltageControlledCurrent(`g${name}`, node(), node(), node(), node(), 0.1 * siemens(random)),
  'current-controlled current': (n, name, node, random) =>
    n
      .voltage(`vf${name}`, node(), `m${name}`, 0)
      .resistor(`rf${name}`, `m${name}`, node(), ohm(random))
      .currentControlledCurrent(`f${name}`, node(), node(), `vf${name}`, random.between(-0.2, 0.2)),
  'current-controlled voltage': (n, name, node, random) =>
    n
      .voltage(`vh${name}`, node(), `m${name}`, 0)
      .resistor(`rh${name}`, `m${name}`, node(), ohm(random))
      .currentControlledVoltage(`h${name}`, `k${name}`, '0', `vh${name}`, random.between(-50, 50))
      .resistor(`rk${name}`, `k${name}`, node(), ohm(random)),
  'behavioural current': (n, name, node, random) => {
    const text = terms[random.integer(terms.length)].replaceAll('@', node()).replaceAll('#', node());
    const { controls, law } = lawOfText(`0.2*(${text})`);
    n.controlledCurrent(`b${name}`, node(), node(), controls, law);
  },
  'behavioural voltage': (n, name, node, random) => {
    const text = terms[random.integer(terms.length)].replaceAll('@', node()).replaceAll('#', node());
    const { controls, law } = lawOfText(`1e3*(${text})`);
    n.controlledVoltage(`b${name}`, `m${name}`, '0', controls, law).resistor(
      `rb${name}`,
      `m${name}`,
      node(),
      ohm(random),
    );
  },
  polynomial: (n, name, node, random) => {
    const controls = [
      { plus: node(), minus: '0' },
      { plus: node(), minus: '0' },
    ];
    const law = polynomial(
      2,
      [1e-6, siemens(random), 1e-5, 1e-6, -2e-6, 1e-6].map((c) => 0.1 * c),
    );
    n.controlledCurrent(`g${name}`, node(), node(), controls, law);
  },
  switch: (n, name, node, random) =>
    n.switch(`s${name}`, node(), node(), node(), '0', {
      on_ohm: 1e3,
      off_ohm: 1e6,
      threshold_V: random.between(-1, 1),
      width_V: 2,
    }),
  'ion-drift memristor': (n, name, node, random) =>
    n.model(`x${name}`, node(), node(), drift, random.uniform()),
  'vteam memristor': (n, name, node, random) =>
    n.model(`x${name}`, node(), node(), linearVteam, random.uniform()),
  'exponential memristor': (n, name, node, random) =>
    n.model(`x${name}`, node(), node(), exponentialVteam, 3e-9 * random.uniform()),
};

/** A connected random circuit: a resistive tree to ground, two sources, and a few elements of every kind drawn. */
export function randomCircuit(random: RandomStream, index: number): Netlist {
  const kinds = Object.keys(elementKinds);
  const count = 3 + random.integer(10);
  const names = ['0', ...Array.from({ length: count }, (_, k) => `n${k + 1}`)];
  const netlist = new Netlist(`random circuit ${index}`);
  for (let k = 1; k <= count; k++)
    netlist.resistor(`rt${k}`, names[k], names[random.integer(k)], ohm(random));
  for (let k = 1; k <= count; k++) netlist.resistor(`rg${k}`, names[k], '0', 10 * ohm(random));
  netlist.voltage('vs1', 'in', '0', random.between(-6, 6)).resistor('rs1', 'in', names[1], 100);
  const node = (): string => names[random.integer(names.length)];
  const elements = 3 + random.integer(12);
  for (let k = 0; k < elements; k++) {
    // The first one walks through the kinds, so that none is left out.
    const kind = kinds[k === 0 ? index % kinds.length : random.integer(kinds.length)];
    elementKinds[kind](netlist, `${k}`, node, random);
  }
  return netlist;
}
