import type { CardReader } from '../reader.js';
import {
  behavioural,
  currentByCurrent,
  currentByVoltage,
  voltageByCurrent,
  voltageByVoltage,
} from './controlled.js';
import { diode } from './diode.js';
import { mos } from './mos.js';
import { capacitor, coupling, inductor } from './passive.js';
import { resistor } from './resistor.js';
import { currentSource, voltageSource } from './sources.js';
import { currentSwitch, voltageSwitch } from './switches.js';

/** Readers of element cards by the first letter of the element's name; X is read where subcircuits are. */
export const elementReaders: ReadonlyMap<string, CardReader> = new Map([
  ['r', resistor],
  ['c', capacitor],
  ['l', inductor],
  ['v', voltageSource],
  ['i', currentSource],
  ['e', voltageByVoltage],
  ['g', currentByVoltage],
  ['f', currentByCurrent],
  ['h', voltageByCurrent],
  ['b', behavioural],
  ['d', diode],
  ['k', coupling],
  ['m', mos],
  ['s', voltageSwitch],
  ['w', currentSwitch],
]);

/** What SPICE means by the letters that are not read here. */
const meanings: Readonly<Record<string, string>> = {
  j: 'a junction field-effect transistor',
  o: 'a lossy transmission line',
  p: 'a coupled transmission line',
  q: 'a bipolar transistor',
  t: 'a transmission line',
  u: 'a distributed RC line',
  z: 'a MESFET',
};

/** Those that the ngspice of --engine does not run either, and what helps instead. */
const nowhere: Readonly<Record<string, string>> = {
  a: 'an XSPICE code model is not supported, nor by the ngspice in WebAssembly; a desktop ngspice runs it, or write its equations as B and C elements (cell list has memristors)',
  n: 'a compiled device model (OSDI, Verilog-A) cannot be loaded; write its equations as B and C elements, or as a cell file (cell list has memristors)',
  y: 'a Y device of Xyce (YMEMRISTOR …) is not supported, and ngspice does not know it either; cell list and cell sweep have memristors, and equations can be written as B and C elements',
};

/** Why an element is not read, by the first letter of its name, and whether ngspice helps; undefined where there is no such letter. */
export function whyNot(letter: string): { what: string; ngspice: boolean } | undefined {
  const meaning = meanings[letter];
  if (meaning !== undefined) return { what: `${meaning} is not supported`, ngspice: true };
  const what = nowhere[letter];
  return what === undefined ? undefined : { what, ngspice: false };
}
