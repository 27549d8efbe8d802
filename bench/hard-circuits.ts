/**
 * Circuits made to be hard (random feedback of large gain, exponentials, breakdown), ours beside ngspice: who settles,
 * and whether on the same point. Many of them have several operating points, or none that is stable.
 *   npm run build && node dist/bench/hard-circuits.js [count] [seed]
 */
import { Netlist } from '../circuits/netlist/index.js';
import { lawOfText, writeSpice } from '../circuits/spice/index.js';
import { RandomStream } from '../core/index.js';
import { solveOperatingPoint } from '../solver/mna/index.js';
import { NgspiceEngine, type NgspiceResult } from '../solver/ngspice/index.js';

const diodes = [
  {},
  { IS: 1e-9, N: 1.7, RS: 5 },
  { IS: 2.52e-9, N: 1.752, BV: 5.1, IBV: 1e-3, RS: 0.568 },
  { IS: 1e-16, N: 0.5 },
  { IS: 1e-13, BV: 3.3, IBV: 1e-2, NBV: 0.2 },
];

type Add = (netlist: Netlist, name: string, node: () => string, random: RandomStream) => void;
const signedGain = (random: RandomStream, low: number, high: number): number =>
  random.between(-1, 1) * 10 ** random.between(low, high);
const load = (random: RandomStream): number => 10 ** random.between(0, 6);

const diode: Add = (n, name, node, random) => {
  n.diode(`d${name}`, node(), node(), diodes[random.integer(diodes.length)]);
};
const kinds: readonly Add[] = [
  diode,
  diode,
  diode,
  (n, name, node, random) => {
    n.voltageControlledVoltage(`e${name}`, `m${name}`, '0', node(), node(), signedGain(random, 0, 5));
    n.resistor(`re${name}`, `m${name}`, node(), load(random));
  },
  (n, name, node, random) => {
    const gain = 10 ** random.between(0, 4);
    const { controls, law } = lawOfText(`${random.between(1, 15)}*tanh(${gain}*V(${node()},${node()}))`);
    n.controlledVoltage(`b${name}`, `m${name}`, '0', controls, law);
    n.resistor(`rb${name}`, `m${name}`, node(), load(random));
  },
  (n, name, node, random) => {
    n.voltageControlledCurrent(`g${name}`, node(), node(), node(), node(), signedGain(random, -5, -1));
  },
  (n, name, node) => {
    const { controls, law } = lawOfText(`1e-3*V(${node()})^3 + 1e-9*exp(V(${node()},${node()})/0.1)`);
    n.controlledCurrent(`b${name}`, node(), node(), controls, law);
  },
];

function hardCircuit(random: RandomStream, index: number): Netlist {
  const netlist = new Netlist(`hard circuit ${index}`);
  const count = 3 + random.integer(8);
  const names = ['0', ...Array.from({ length: count }, (_, k) => `n${k}`)];
  const node = (): string => names[random.integer(names.length)];
  for (let k = 1; k <= count; k++)
    netlist.resistor(`rt${k}`, names[k], names[random.integer(k)], load(random));
  netlist
    .voltage('vs', 'in', '0', random.between(-50, 50))
    .resistor('rs', 'in', names[1], 10 ** random.between(-1, 3));
  netlist.current('is', '0', node(), 10 ** random.between(-6, 0));
  const elements = 4 + random.integer(14);
  for (let k = 0; k < elements; k++) kinds[random.integer(kinds.length)](netlist, `${k}`, node, random);
  return netlist;
}

const [count = 300, seed = 99] = process.argv.slice(2).map(Number);
const tally = { same: 0, otherPoint: 0, onlyOurs: 0, onlyNgspice: 0, neither: 0 };
const strategies: Record<string, number> = {};
const ngspice = await NgspiceEngine.start();
for (let index = 0; index < count; index++) {
  const netlist = hardCircuit(new RandomStream(seed, 'hard').at(index), index);
  const point = solveOperatingPoint(netlist);
  const how = `${point.status}, ${point.strategy}`;
  strategies[how] = (strategies[how] ?? 0) + 1;
  const deck = writeSpice(netlist, { tail: ['.options reltol=1e-6 itl1=500', '.op'] });
  const theirs: NgspiceResult | undefined = await ngspice.run(deck, 10).catch(() => undefined);
  const settled = point.status === 'settled';
  if (!theirs) tally[settled ? 'onlyOurs' : 'neither']++;
  else if (!settled) tally.onlyNgspice++;
  else {
    const differs = Object.entries(point.voltages_V).some(([name, voltage]) => {
      const other = theirs[`v(${name})`]?.[0] ?? voltage;
      return Math.abs(voltage - other) > 1e-5 + 1e-3 * Math.abs(other);
    });
    tally[differs ? 'otherPoint' : 'same']++;
  }
}
await ngspice.close();
console.log(JSON.stringify({ count, seed, ...tally, strategies }, undefined, 1));
