import { RandomStream } from '../../core/index.js';
import { type Starter, schemaLine } from './starter.js';

const [ROWS, COLUMNS] = [16, 12];

/** Conductances from 10 to 100 µS, as a chip's map would be written down. */
function conductances(): string {
  const stream = new RandomStream(1, 'init crossbar');
  const row = () =>
    Array.from({ length: COLUMNS }, () => `${(10 + 90 * stream.uniform()).toFixed(1)}e-6`).join(',');
  return `${Array.from({ length: ROWS }, row).join('\n')}\n`;
}

export const crossbarStarter: Starter = {
  description:
    'what wires do to a crossbar: from a matrix of conductances to a map of its errors, and to programming one',
  configures: {
    command: 'crossbar report',
    file: 'crossbar.yaml',
    load: async () => (await import('../crossbar/report.js')).reportCrossbarCommand,
  },
  files: {
    'crossbar.yaml': `${schemaLine('crossbar.yaml')}
# Options of ohmprop crossbar report; each is also a flag: ohmprop crossbar report --help
# Quantities have SI prefixes and units: 10uS, 200mV, 2, 1k. Without a unit they are in S, V, ohm.

# One line a word line, in siemens. resistances: R.csv takes ohm instead.
conductances: g.csv
# Voltages at the word lines: a file with one number a row, or one for all.
inputs: v.csv
# Resistance of each segment of a word line and of a bit line.
wireOhm: 2
# Of the first segments, where drivers sit farther away.
# firstRowOhm: 5
# Whose convention of lines: --convention in the help.
`,
    'g.csv': conductances(),
    'cell.yaml': `# A cell of one's own for crossbar program: its current and the rate of its state x, in A, 1/s and V.
name: threshold
current: "(gOff + (gOn - gOff)*x)*v"
# Nothing moves below the threshold, either way.
rate: "v > vth ? k*(v - vth)*(1 - x) : v < -vth ? k*(v + vth)*x : 0"
state: { name: x, low: 0, high: 1, initial: 0.2 }
parameters: { gOff: 10e-6, gOn: 100e-6, vth: 0.6, k: 5000 }
`,
    // A pattern of two levels with one cell apart, in siemens.
    'target.csv': `30e-6,60e-6,30e-6,60e-6
60e-6,30e-6,60e-6,30e-6
30e-6,60e-6,90e-6,60e-6
60e-6,30e-6,60e-6,30e-6
`,
    'v.csv': `${Array.from({ length: ROWS }, (_, i) => (0.05 + 0.01 * (i % 8)).toFixed(2)).join('\n')}\n`,
  },
  next: [
    'ohmprop crossbar report --config crossbar.yaml -o report.html',
    'ohmprop crossbar sweep --over wire --values log:100mohm:10ohm:5 --size 16 -o sweep.svg',
    'ohmprop crossbar map --conductances g.csv --wire-ohm 2 --scheme v/2 --voltage 200mV -o map.svg',
    'ohmprop crossbar program --cells cell.yaml --target target.csv --pulse 1V,20us --wire-ohm 2 -o programmed/',
  ],
  yours:
    'g.csv: your matrix in siemens (or resistances: in ohm), one line a word line; v.csv: a voltage a word line; cell.yaml: the equations of your cell',
};
