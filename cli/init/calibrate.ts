import { RandomStream } from '../../core/index.js';
import type { Starter } from './starter.js';

/** A loop as a lab writes it down: conductance rises at positive voltages and falls at negative ones. */
function loop(): string {
  const stream = new RandomStream(3, 'init calibrate loop');
  const rows: string[] = [];
  let state = 0;
  for (let k = 0; k <= 800; k++) {
    const time_s = k * 2.5e-3;
    const voltage_V = 1.2 * Math.sin(Math.PI * time_s);
    state += voltage_V > 0.6 ? 0.03 * (1 - state) : voltage_V < -0.6 ? -0.03 * state : 0;
    const current_A = (1e-5 + 9e-5 * state) * voltage_V * (1 + 0.004 * stream.normal());
    rows.push([time_s.toFixed(4), voltage_V.toFixed(5), current_A.toExponential(5)].join(','));
  }
  return `time (s),voltage (V),current (A)\n${rows.join('\n')}\n`;
}

/** Trains of identical pulses, up and down, read after each pulse. */
function trains(): string {
  const stream = new RandomStream(4, 'init calibrate trains');
  const rows: string[] = [];
  let state = 0;
  for (let k = 1; k <= 200; k++) {
    const up = Math.floor((k - 1) / 50) % 2 === 0;
    state += up ? 0.05 * (1 - state) : -0.07 * state;
    const conductance_S = (1e-5 + 9e-5 * state) * (1 + 0.005 * stream.normal());
    rows.push([k, up ? 1 : -1.1, conductance_S.toExponential(5)].join(','));
  }
  return `pulse,amplitude (V),conductance (S)\n${rows.join('\n')}\n`;
}

export const calibrateStarter: Starter = {
  description: 'from the files an instrument wrote to a cell file that trainings take',
  files: { 'loop.csv': loop(), 'pulses.csv': trains() },
  next: [
    'ohmprop calibrate inspect loop.csv pulses.csv',
    'ohmprop calibrate report . -o page/',
    'ohmprop calibrate fit pulses.csv -o mine.cell.json',
    'ohmprop train --data iris --cells mine.cell.json --policy accumulate --pairing differential --epochs 20',
  ],
  yours:
    'loop.csv, pulses.csv: files as your instrument wrote them, in this folder; inspect asks for what they do not say',
};
