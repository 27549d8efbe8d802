import type { PulseModel, StepShape } from '../../../devices/cells/pulse/index.js';
import { AffineStep } from '../../../devices/cells/pulse/index.js';
import {
  type CellToExport,
  digits,
  type ExportedCell,
  oneLine,
  plainName,
  pulsesOf,
  unknownNoise,
} from './exported.js';

/** Nodes of a piecewise step. */
const NODES = 33;

/**
 * A device of aihwkit (class names and parameters as of its 1.0, docs of `aihwkit.simulator.configs.devices`): weights −1 … 1 stand
 * for the window, a `LinearStepDevice` where both steps are straight lines in the conductance, else a `PiecewiseStepDevice`.
 * Its `up_down` shortens only the step down where it is positive, only the step up where it is negative.
 */
export function exportAihwkit(cell: CellToExport): ExportedCell {
  const { model, read } = pulsesOf(cell, 'aihwkit');
  const { potentiation, depression } = model;
  const straight = potentiation instanceof AffineStep && depression instanceof AffineStep;
  const shape = straight ? linearStep(potentiation, depression) : piecewiseStep(potentiation, depression);
  const dw_min = Number(shape.parameters.dw_min);
  const parameters: Record<string, number | boolean | readonly number[]> = {
    w_max: 1,
    w_min: -1,
    ...shape.parameters,
    ...spreadsOf(model, dw_min),
  };
  const remarks = [
    'aihwkit knows weights, not conductances: −1 stands for the least conductance, +1 for the largest',
    ...(read === undefined
      ? []
      : [
          `σ of a read (${digits(read)} of the conductance) is of aihwkit's forward pass: set it in the IOParameters`,
        ]),
    ...unknownNoise(cell, 'dw_min_std, write_noise_std'),
    ...shape.remarks,
  ];
  const name = plainName(cell.name);
  const lines = Object.entries(parameters).map(([key, value]) => `    ${key}=${python(value)},`);
  const text = [
    `"""${oneLine(cell.name)}: ${oneLine(cell.description ?? model.source)
      .replaceAll('"', "'")
      .replaceAll('\\', '/')}`,
    '',
    `Weights -1 ... 1 stand for ${digits(model.g_min_S)} S ... ${digits(model.g_max_S)} S.`,
    '"""',
    `from aihwkit.simulator.configs import ${shape.device}`,
    '',
    `${name} = ${shape.device}(`,
    ...lines,
    ')',
    '',
  ].join('\n');
  return {
    files: [{ name: `${name}.py`, text }],
    json: { device: shape.device, ...parameters, g_min_S: model.g_min_S, g_max_S: model.g_max_S },
    remarks,
  };
}

interface Shape {
  readonly device: 'LinearStepDevice' | 'PiecewiseStepDevice';
  readonly parameters: Record<string, number | boolean | readonly number[]>;
  readonly remarks: readonly string[];
}

/** In weights of 2 a range: Δw = dw·(1 − γ·w/bound). */
function linearStep(up: AffineStep, down: AffineStep): Shape {
  const [middleUp, middleDown] = [2 * up.step(0.5), -2 * down.step(0.5)];
  return {
    device: 'LinearStepDevice',
    parameters: {
      ...stepSize(middleUp, middleDown),
      gamma_up: -up.slope / middleUp,
      gamma_down: -down.slope / middleDown,
      mult_noise: true,
    },
    remarks: [],
  };
}

function piecewiseStep(up: StepShape, down: StepShape): Shape {
  const states = Array.from({ length: NODES }, (_, k) => k / (NODES - 1));
  const [ups, downs] = [states.map((w) => 2 * up.step(w)), states.map((w) => -2 * down.step(w))];
  const mean = (steps: readonly number[]) => steps.reduce((a, b) => a + b, 0) / steps.length;
  const [meanUp, meanDown] = [mean(ups), mean(downs)];
  return {
    device: 'PiecewiseStepDevice',
    parameters: {
      ...stepSize(meanUp, meanDown),
      piecewise_up: ups.map((step) => step / meanUp),
      piecewise_down: downs.map((step) => step / meanDown),
    },
    remarks: [`the steps are a table of ${NODES} nodes over the weight`],
  };
}

function stepSize(up: number, down: number): { dw_min: number; up_down: number } {
  const dw_min = Math.max(up, down);
  return { dw_min, up_down: up >= down ? 1 - down / up : up / down - 1 };
}

function spreadsOf({ spreads }: PulseModel, dw_min: number): Record<string, number | boolean> {
  const { d2dStep = 0, d2dLogNormal = false, d2dAsymmetry = 0, d2dHigh = 0, d2dLow = 0 } = spreads;
  const { c2c = 0, c2cRange = 0, write = 0, stuck = 0 } = spreads;
  return {
    dw_min_dtod: d2dStep,
    ...(d2dLogNormal ? { dw_min_dtod_log_normal: true } : {}),
    up_down_dtod: d2dAsymmetry,
    w_max_dtod: 2 * d2dHigh,
    w_min_dtod: 2 * d2dLow,
    // relative to a step there; a spread of the range is so many steps
    dw_min_std: Math.hypot(c2c, (2 * c2cRange) / dw_min),
    write_noise_std: (2 * write) / dw_min,
    ...(stuck > 0 ? { corrupt_devices_prob: stuck, corrupt_devices_range: 1 } : {}),
  };
}

function python(value: number | boolean | readonly number[]): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return digits(value);
  return `[${value.map(digits).join(', ')}]`;
}
