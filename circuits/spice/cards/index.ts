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
import { capacitor, coupling, inductor, resistor } from './passive.js';
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
export const unsupportedLetters: Readonly<Record<string, string>> = {
  a: 'an XSPICE code model',
  j: 'a junction field-effect transistor',
  n: 'a compiled device model',
  o: 'a lossy transmission line',
  p: 'coupled transmission lines',
  q: 'a bipolar transistor',
  t: 'a transmission line',
  u: 'a distributed RC line',
  y: 'a transmission line',
  z: 'a MESFET',
};
