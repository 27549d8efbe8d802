import { depressionStep, potentiationStep } from './nonlinearity.js';
import { type PulseModel, pulseModel, type ReportedSpreads } from './pulse-model.js';

interface ExponentialCurve {
  name: string;
  source: string;
  /** Pulses from end to end. */
  pulses: readonly [up: number, down: number];
  /** NeuroSim labels; a negative depression label is the opposite curvature. */
  labels: readonly [up: number, down: number];
  g_min_S: number;
  g_max_S: number;
  rangeMeasured: boolean;
  pulse?: NonNullable<PulseModel['pulse']>;
  spreads?: ReportedSpreads;
}

function exponentialCurve(curve: ExponentialCurve): PulseModel {
  const { pulses, labels, spreads = {}, ...rest } = curve;
  return pulseModel({
    ...rest,
    windowPublished: true,
    potentiation: potentiationStep(labels[0], pulses[0]),
    depression: depressionStep(labels[1], pulses[1]),
    spreads,
  });
}

const BENCHMARK =
  'as tabled by Chen & Yu, IEEE Design & Test 36:31 (2019); conductances scaled to the on/off ratio';

/**
 * Ag:a-Si, Jo et al., Nano Lett. 10:1297 (2010), fig. 2c; labels, range and pulses as in NeuroSim (Chen, Peng & Yu, IEEE
 * TCAD 37:3067 (2018)). End-point rule of the labels: both ends of the measured train fixed and the curve laid by eye;
 * least squares with the same ends gives +1.21/−4.04, with free ends +0.52/−4.31.
 */
export const agAsiJo = exponentialCurve({
  name: 'ag-asi-jo',
  source: 'Jo et al., Nano Lett. 10:1297 (2010); NeuroSim (Chen, Peng & Yu, IEEE TCAD 37:3067 (2018))',
  pulses: [97, 100],
  labels: [2.4, -4.88],
  g_min_S: 3.0769e-9,
  g_max_S: 38.4615e-9,
  rangeMeasured: true,
  pulse: {
    potentiation: { amplitude_V: 3.2, width_s: 300e-6 },
    depression: { amplitude_V: -2.8, width_s: 300e-6 },
  },
  spreads: { c2cRange: 0.035 },
});

/** TaOx/TiO2, Gao et al., Nanotechnology 26:455204 (2015). On/off 2. */
export const taoxTio2Gao = exponentialCurve({
  name: 'taox-tio2-gao',
  source: `Gao et al., Nanotechnology 26:455204 (2015), ${BENCHMARK}`,
  pulses: [102, 102],
  labels: [1.85, -1.79],
  g_min_S: 100e-9,
  g_max_S: 200e-9,
  rangeMeasured: false,
});

/** PCMO, Park et al., IEDM (2013). On/off 6.84. */
export const pcmoPark = exponentialCurve({
  name: 'pcmo-park',
  source: `Park et al., IEDM (2013), ${BENCHMARK}`,
  pulses: [50, 50],
  labels: [3.68, -6.76],
  g_min_S: 10e-9,
  g_max_S: 68.4e-9,
  rangeMeasured: false,
});

/** AlOx/HfO2, Woo et al., IEEE Electron Device Lett. 37:994 (2016). On/off 4.43. */
export const aloxHfo2Woo = exponentialCurve({
  name: 'alox-hfo2-woo',
  source: `Woo et al., IEEE Electron Device Lett. 37:994 (2016), ${BENCHMARK}`,
  pulses: [40, 40],
  labels: [1.94, -0.61],
  g_min_S: 13.4e-6,
  g_max_S: 59.4e-6,
  rangeMeasured: false,
});

/** Epitaxial SiGe (EpiRAM), Choi et al., Nat. Mater. 17:335 (2018). On/off 50. */
export const sigeChoi = exponentialCurve({
  name: 'sige-choi',
  source: `Choi et al., Nat. Mater. 17:335 (2018), ${BENCHMARK}`,
  pulses: [64, 64],
  labels: [0.5, -0.5],
  g_min_S: 0.247e-6,
  g_max_S: 12.35e-6,
  rangeMeasured: false,
});

/** Ferroelectric HfZrO transistor, Jerry et al., IEDM (2017), as in NeuroSim 2.1. On/off 10. Depression retraces. */
export const hzoJerry = exponentialCurve({
  name: 'hzo-jerry',
  source: 'Jerry et al., IEDM (2017); NeuroSim 2.1; conductances scaled to the on/off ratio',
  pulses: [32, 32],
  labels: [1.75, 1.46],
  g_min_S: 1e-6,
  g_max_S: 10e-6,
  rangeMeasured: false,
  spreads: { c2cRange: 0.003 },
});

export const exponentialPresets: readonly PulseModel[] = [
  agAsiJo,
  taoxTio2Gao,
  pcmoPark,
  aloxHfo2Woo,
  sigeChoi,
  hzoJerry,
];
