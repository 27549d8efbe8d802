import type { Starter } from './starter.js';

export const instrumentStarter: Starter = {
  description:
    'sweep and program cells behind a source-measure unit or an ArC ONE, within limits that you say',
  files: {
    'my.limits.yaml': `# What the cells behind an instrument may get. Nothing is driven without it, and there are no defaults: take the # away and
# write what your cells bear. ohmprop instrument limits ADDRESS -o FILE asks for the same.
kind: limits
format: 1
# Largest voltage either way.
# maxVoltage_V: 1.5V
# Largest current either way, set before any output.
# compliance_A: 100uA
# Longest pulse, or half period of a sweep.
# maxWidth_s: 10ms
# Most pulses to one cell.
# maxPulses: 1000
# Above this a voltage forms a cell, which needs --forming.
# formed_V: 3V
# A resistor in series with each cell, where the instrument cannot limit the current of pulses (ArC ONE).
# series_ohm: 10k
`,
  },
  next: [
    'ohmprop instrument list',
    'ohmprop instrument sweep smu:tcp://127.0.0.1:5025 --drive triangle:1.2V,-1.2V,1s,2 --limits my.limits.yaml',
    'ohmprop instrument stop smu:tcp://127.0.0.1:5025',
  ],
  yours:
    'my.limits.yaml: what your cells bear. ohmprop instrument emulate scpi-2400 --tcp 5025 answers as an instrument would, in a terminal of its own, to try the rest without one',
};
