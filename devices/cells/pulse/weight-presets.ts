import { AffineStep } from './affine-step.js';
import { exponentialStep } from './curved-steps.js';
import { type PulseModel, pulseModel, type ReportedSpreads } from './pulse-model.js';
import type { StepShape } from './step-shape.js';

// Cells that were published, or fitted in aihwkit (MIT licence, commit 4545f11b), in units of a weight. The range of the
// weight becomes the state's 0 … 1; siemens are not part of those sources and are assumed: 1 … 50 µS (on/off 50).
const ASSUMED = { g_min_S: 1e-6, g_max_S: 50e-6, rangeMeasured: false } as const;

interface WeightUnits {
  name: string;
  source: string;
  /** Mean step at w = 0. */
  step: number;
  /** aihwkit's `up_down`: above 0 it shortens only the step down, below 0 only the step up. */
  upDown?: number;
  low: number;
  high: number;
  shape(up: number, down: number, units: WeightUnits): readonly [StepShape, StepShape];
  /** Relative, as published: of the step, of up against down, of the bounds, of a pulse's step; write in steps. */
  d2d: { step: number; logNormal?: boolean; asymmetry: number; high: number; low: number };
  c2c: number;
  writeSteps?: number;
  stuck?: number;
}

function weightCell(units: WeightUnits): PulseModel {
  const { name, source, step, upDown = 0, low, high, d2d, c2c, writeSteps = 0, stuck = 0 } = units;
  const range = high - low;
  const up = step * (1 + Math.min(upDown, 0));
  const down = step * (1 - Math.max(upDown, 0));
  const [potentiation, depression] = units.shape(up, down, units);
  const spreads: ReportedSpreads = {
    d2dStep: d2d.step,
    d2dLogNormal: d2d.logNormal ?? false,
    d2dAsymmetry: d2d.asymmetry,
    d2dHigh: (d2d.high * Math.abs(high)) / range,
    d2dLow: (d2d.low * Math.abs(low)) / range,
    c2c,
    write: (writeSteps * step) / range,
    stuck,
  };
  return pulseModel({ name, source, potentiation, depression, ...ASSUMED, spreads });
}

/** Step·(1 − γ·w/bound), each direction with its own bound: linear step; γ = 1 is soft bounds, 0 a constant step. */
function linear(gammaUp: number, gammaDown: number): WeightUnits['shape'] {
  return (up, down, { low, high }) => {
    const range = high - low;
    const inState = (step: number, gamma: number, bound: number) =>
      new AffineStep((step * (1 - (gamma * low) / bound)) / range, (-step * gamma) / bound);
    return [inState(up, gammaUp, high), inState(-down, gammaDown, low)];
  };
}

function exponential(p: {
  a: number;
  b: number;
  gammaUp: number;
  gammaDown: number;
  amplitudeUp: number;
  amplitudeDown: number;
}): WeightUnits['shape'] {
  return (up, down, { low, high }) => {
    const range = high - low;
    const common = { a: p.a, b: p.b, centre: -low / range };
    return [
      exponentialStep({ ...common, step: up / range, amplitude: p.amplitudeUp, gamma: p.gammaUp }),
      exponentialStep({ ...common, step: -down / range, amplitude: p.amplitudeDown, gamma: -p.gammaDown }),
    ];
  };
}

const softBounds = linear(1, 1);
const constant = linear(0, 0);
const GONG = 'Gong et al., Nat. Commun. 9:2102 (2018)';
const ARRAY = 'Gong, Rasch et al., IEDM (2022)';
const GOKMEN = 'Gokmen & Vlasov, Front. Neurosci. 10:333 (2016)';

/** HfO2 ReRAM with exponential steps; strong noise is part of the cell (σ of a pulse is five steps). */
export const hfo2Gong = weightCell({
  name: 'hfo2-gong',
  source: `${GONG}; aihwkit ReRamES`,
  step: 0.00135,
  upDown: 0.259359,
  low: -1,
  high: 1,
  shape: exponential({
    a: -0.5,
    b: -0.5,
    gammaUp: 5,
    gammaDown: 5,
    amplitudeUp: -1.18445,
    amplitudeDown: -0.081404,
  }),
  d2d: { step: 0.2, asymmetry: 0.05, high: 0.3, low: 0.3 },
  c2c: 5,
  writeSteps: 75,
});

export const weightPresets: readonly PulseModel[] = [
  hfo2Gong,
  weightCell({
    name: 'hfo2-gong-soft-bounds',
    source: `${GONG}; aihwkit ReRamSB`,
    step: 0.002,
    low: -0.75,
    high: 1.25,
    shape: softBounds,
    d2d: { step: 0.3, asymmetry: 0.01, high: 0.24, low: 0.4 },
    c2c: 3.75,
    writeSteps: 56,
  }),
  weightCell({
    name: 'capacitor-li',
    source: 'Li et al., VLSI Technology (2018); aihwkit Capacitor',
    step: 0.005,
    low: -1,
    high: 1,
    shape: linear(0.05, 0.05),
    d2d: { step: 0.1, asymmetry: 0.06, high: 0.07, low: 0.07 },
    c2c: 0.3,
  }),
  weightCell({
    name: 'wo3-tang',
    source: 'Tang et al., IEDM (2018), Li-based electrochemical cell; aihwkit EcRam',
    step: 0.002,
    low: -0.8276,
    high: 1.1724,
    shape: linear(0.1153, 0.5085),
    d2d: { step: 0.1, asymmetry: 0.01, high: 0.05, low: 0.05 },
    c2c: 0.3,
  }),
  weightCell({
    name: 'wox-kim',
    source: 'Kim et al., IEDM (2019), metal-oxide electrochemical cell; aihwkit EcRamMO',
    step: 2.8214e-4,
    low: -0.8286,
    high: 1.1714,
    shape: linear(0.4152, 0.7342),
    d2d: { step: 0.1, asymmetry: 0.01, high: 0.05, low: 0.05 },
    c2c: 2,
  }),
  weightCell({
    name: 'idealized-rasch',
    source: 'Rasch, Gokmen & Haensch, arXiv 1906.02698 (2019); aihwkit Idealized',
    step: 0.0002,
    low: -1,
    high: 1,
    shape: constant,
    d2d: { step: 0.3, asymmetry: 0, high: 0.3, low: 0.3 },
    c2c: 0.3,
  }),
  weightCell({
    name: 'rpu-gokmen',
    source: `${GOKMEN}; aihwkit GokmenVlasov`,
    step: 0.0016,
    low: -1,
    high: 1,
    shape: constant,
    d2d: { step: 0.3, asymmetry: 0.01, high: 0.3, low: 0.3 },
    c2c: 0.3,
  }),
  weightCell({
    name: 'gst-nandakumar',
    source: 'Nandakumar et al., Front. Neurosci. 14:406 (2020), phase change; aihwkit PCM',
    step: 0.01,
    low: 0,
    high: 2,
    shape: exponential({
      a: -1,
      b: 0,
      gammaUp: 2.5,
      gammaDown: 2.5,
      amplitudeUp: -27.235,
      amplitudeDown: -2.235,
    }),
    d2d: { step: 0.2, asymmetry: 0.05, high: 0.1, low: 0 },
    c2c: 0.6,
  }),
  weightCell({
    name: 'hfo2-array-om-gong',
    source: `${ARRAY}; aihwkit ReRamArrayOM`,
    step: 0.0949,
    low: -1,
    high: 1,
    shape: softBounds,
    d2d: { step: 0.7829, logNormal: true, asymmetry: 0.01, high: 0.35, low: 0.57 },
    c2c: 0.4158,
    writeSteps: 1.4113,
    stuck: 0.135,
  }),
  weightCell({
    name: 'hfo2-array-gong',
    source: `${ARRAY}; aihwkit ReRamArrayHfO2`,
    step: 0.4622,
    low: -1,
    high: 1,
    shape: softBounds,
    d2d: { step: 0.7125, logNormal: true, asymmetry: 0.01, high: 0.43, low: 0.6 },
    c2c: 0.2174,
    writeSteps: 0.5841,
    stuck: 0.098,
  }),
];
