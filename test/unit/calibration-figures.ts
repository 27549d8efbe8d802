import {
  contactSheet,
  enduranceFigure,
  type Figure,
  loopsFigure,
  noiseFigure,
  probabilityPlot,
  pulseTrains,
  retentionFigure,
} from '../../report/index.js';

const count = (n: number) => Array.from({ length: n }, (_, i) => i);
const nan = Number.NaN;
const voltage_V = [0, 0.5, 1, 0.5, 0, -0.5, -1, -0.5, 0];
const loopOf = (name: string, group: string, scale: number) => ({
  name,
  group,
  voltage_V,
  current_A: voltage_V.map((v, i) => (i === 4 ? 0 : scale * v * (i > 2 && i < 7 ? 100 : 1))),
});
const rising = count(50).map((n) => 1e-6 * (1 - Math.exp(-n / 20)) + 1e-7);

/** Figures of calibrations, each with the most awkward data it may be handed. */
export const calibrationFigures: Record<string, Figure> = {
  'one loop': loopsFigure({ loops: [loopOf('a', 'a', 1e-6)], read_V: 0.2, compliance_A: 1e-4 }),
  'loops of thirty groups': loopsFigure({
    loops: count(30).map((i) => loopOf(`cycle ${i}`, `device ${i}`, 10 ** (-12 + i / 4))),
  }),
  'no loop': loopsFigure({ loops: [] }),
  'a loop of no current': loopsFigure({ loops: [{ ...loopOf('open', 'open', 0), forming: true }] }),
  'contact sheet': contactSheet({
    prints: count(7).map((i) => ({
      name: `wafer7_chip12_device_with_a_long_name_${i}.csv`,
      verdict: i === 3 ? 'bipolar, after forming, 200 cycles of which 3 did not reset' : 'ohmic <&>',
      switches: i === 3,
      loops: i === 5 ? [] : [loopOf('a', 'a', 1e-6)],
    })),
  }),
  'contact sheet of one': contactSheet({
    prints: [{ name: 'a.csv', verdict: 'open', switches: false, loops: [loopOf('a', 'a', 1e-13)] }],
  }),
  'probability papers': probabilityPlot({
    quantity: 'voltage',
    unit: 'V',
    samples: [
      {
        name: 'set',
        values: count(2000).map((i) => 1 + i / 2000),
        rightCensored: 3,
        weibull: (v) => 1 - Math.exp(-((v / 1.5) ** 6)),
        lognormal: (v) => 1 / (1 + (1.5 / v) ** 8),
      },
      { name: 'reset, of which there is one', values: [0.8] },
      { name: 'none', values: [nan, -1] },
    ],
  }),
  'probability papers of nothing': probabilityPlot({ quantity: 'voltage', unit: 'V', samples: [] }),
  'pulse trains': pulseTrains({
    quantity: 'conductance',
    unit: 'S',
    symmetryPoint: 5e-7,
    trains: [
      {
        direction: 'up',
        pulse: count(50),
        value: rising,
        outliers: [0, 7],
        fits: [
          { label: 'NL 1.22, ends fixed', value: rising },
          { label: 'NL 0.51, ends free', value: rising.map((g) => g * 3) },
        ],
      },
      { direction: 'down', pulse: count(50), value: rising.toReversed(), fits: [] },
    ],
  }),
  'a train down alone, of one pulse': pulseTrains({
    quantity: 'current',
    unit: 'A',
    trains: [{ direction: 'down', pulse: [1], value: [1e-9], fits: [] }],
  }),
  retention: retentionFigure({
    quantity: 'conductance',
    unit: 'S',
    timeUnit: 's',
    series: [
      {
        name: 'level 31',
        time: count(40).map((i) => 10 ** (i / 8)),
        value: count(40).map((i) => 1e-5 - i * 1e-8),
        laws: [
          { name: 'logarithmic', value: count(40).map((i) => 1e-5 - i * 1e-8) },
          { name: 'power', value: count(40).map((i) => 10 ** (5 - i)), rejected: true },
        ],
      },
    ],
  }),
  'retention of many': retentionFigure({
    quantity: 'G/G0',
    unit: '1',
    timeUnit: '1',
    series: count(9).map((i) => ({ name: `cell ${i}`, time: [0, 1, 2], value: [1, nan, 1 + i], laws: [] })),
  }),
  endurance: enduranceFigure({
    panels: [
      {
        quantity: 'resistance at 0.2 V',
        unit: 'Ω',
        scale: 'log',
        series: [
          { name: 'on', values: count(1000).map((i) => 1e3 + i) },
          { name: 'off', values: count(900).map((i) => 1e9 + i) },
        ],
      },
      { quantity: 'voltage', unit: 'V', series: [{ name: 'set', values: [nan] }] },
    ],
  }),
  noise: noiseFigure({
    quantity: 'conductance',
    unit: 'S',
    timeUnit: 's',
    traces: count(8).map((i) => ({
      name: `level ${i}`,
      time: count(3000).map((n) => n / 400),
      values: count(3000).map((n) => 1e-6 * (i + Math.sin(n))),
      frequency_Hz: [0.1, 1, 10],
      density: [1e-14, 1e-15, nan],
      slope: -1.04,
    })),
  }),
};
