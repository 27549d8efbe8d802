import { inputError, nearestWord, quoted } from '../../../core/index.js';
import { statedNumber } from '../estimate-schema.js';
import type { CellFile, CellParts } from '../schema.js';
import type { StepLaw } from '../step-laws.js';

/** Conductances that weights stand for where nobody says them: as of the published cells of this kind. */
const ASSUMED = { g_min_S: 1e-6, g_max_S: 50e-6 };

/** A device of aihwkit by its class and what is set in it. */
export interface AihwkitDevice {
  readonly device: string;
  readonly parameters: Readonly<Record<string, number | boolean | readonly number[]>>;
}

/**
 * Reads a device of aihwkit: JSON with `device` (the class) and its parameters, as `cell export --to aihwkit --json` writes, or Python
 * text with `SoftBoundsDevice(dw_min=0.001, …)`, as aihwkit prints its presets.
 * @throws `cell.aihwkit`
 */
export function readAihwkit(text: string, file: string): AihwkitDevice {
  const found = text.trimStart().startsWith('{') ? fromJson(text, file) : fromPython(text, file);
  if (Object.hasOwn(steps, found.device)) return found;
  const known = Object.keys(steps);
  const near = nearestWord(found.device, known);
  throw inputError(
    'cell.aihwkit',
    `${file}: ${quoted(found.device)} is no device that can be read${near === undefined ? '' : `; did you mean ${near}?`} Known: ${known.join(', ')}`,
    undefined,
    { file, field: 'device' },
  );
}

function fromJson(text: string, file: string): AihwkitDevice {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const { device, parameters, ...rest } = value;
    const all = typeof parameters === 'object' && parameters !== null ? parameters : rest;
    return { device: String(device ?? ''), parameters: numbersOf(all as Record<string, unknown>) };
  } catch (cause) {
    throw inputError('cell.aihwkit', `${file}: not JSON: ${(cause as Error).message}`, cause, { file });
  }
}

function numbersOf(values: Record<string, unknown>): AihwkitDevice['parameters'] {
  const kept = Object.entries(values).filter(
    ([, value]) =>
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      (Array.isArray(value) && value.every((one) => typeof one === 'number')),
  );
  return Object.fromEntries(kept) as AihwkitDevice['parameters'];
}

function fromPython(text: string, file: string): AihwkitDevice {
  const [, device, body] = /\b([A-Z]\w*Device)\s*\(([\s\S]*)/.exec(text) ?? [];
  if (device === undefined) {
    throw inputError(
      'cell.aihwkit',
      `${file}: no device of aihwkit is in it; a text like SoftBoundsDevice(dw_min=0.001, w_max=1, …) is needed, or JSON with "device" and its parameters`,
      undefined,
      { file },
    );
  }
  const parameters: Record<string, number | boolean | number[]> = {};
  for (const [, key, value] of body.matchAll(/(\w+)\s*=\s*(\[[^\]]*\]|[-+.\w]+)/g)) {
    if (value === 'True' || value === 'False') parameters[key] = value === 'True';
    else if (value.startsWith('[')) {
      const list = value
        .slice(1, -1)
        .split(',')
        .filter((one) => one.trim() !== '')
        .map(Number);
      if (list.every(Number.isFinite)) parameters[key] = list;
    } else if (Number.isFinite(Number(value))) parameters[key] = Number(value);
  }
  return { device, parameters };
}

/** Everything in weights: what a step of a shape is, as a law over the conductance. */
interface Weights {
  readonly number: (key: string, absent: number) => number;
  readonly list: (key: string) => readonly number[];
  readonly low: number;
  readonly high: number;
  /** Of one weight, S. */
  readonly scale_S: number;
  readonly toS: (w: number) => number;
}
type Pair = readonly [up: StepLaw, down: StepLaw];

/** Defaults are aihwkit's own (docs of `aihwkit.simulator.configs.devices`). */
const steps: Readonly<Record<string, (up: number, down: number, weights: Weights) => Pair>> = {
  ConstantStepDevice: (up, down, w) => linear(up, down, 0, 0, w),
  LinearStepDevice: (up, down, w) => linear(up, down, w.number('gamma_up', 0), w.number('gamma_down', 0), w),
  SoftBoundsDevice: (up, down, w) => linear(up, down, 1, 1, w),
  SoftBoundsReferenceDevice: (up, down, w) => linear(up, down, 1, 1, w),
  ExpStepDevice: (up, down, w) => {
    const { low, high, scale_S } = w;
    const common = {
      kind: 'exponential-step' as const,
      low_S: w.toS(low),
      high_S: w.toS(high),
      a: w.number('a', 0.244),
      b: w.number('b', 0.2425),
      centre: -low / (high - low),
    };
    return [
      {
        ...common,
        step_S: up * scale_S,
        amplitude: w.number('A_up', 0.00081),
        gamma: w.number('gamma_up', 12.44625),
      },
      {
        ...common,
        step_S: -down * scale_S,
        amplitude: w.number('A_down', 0.36833),
        gamma: -w.number('gamma_down', 12.78785),
      },
    ];
  },
  PowStepDevice: (up, down, w) => {
    const range = w.high - w.low;
    const exponent = w.number('pow_gamma', 1);
    const ends = { kind: 'power' as const, low_S: w.toS(w.low), high_S: w.toS(w.high), exponent };
    return [
      { ...ends, share: up / range },
      { ...ends, share: down / range },
    ];
  },
  PiecewiseStepDevice: (up, down, w) => [
    piecewise(w.list('piecewise_up'), up * w.scale_S, w),
    piecewise(w.list('piecewise_down'), -down * w.scale_S, w),
  ],
};

function linear(up: number, down: number, gammaUp: number, gammaDown: number, w: Weights): Pair {
  const law = (step: number, gamma: number, bound: number): StepLaw =>
    gamma === 0
      ? { kind: 'constant', step_S: step * w.scale_S }
      : { kind: 'soft-bounds', asymptote_S: w.toS(bound / gamma), share: (step * gamma) / bound };
  return [law(up, gammaUp, w.high), law(-down, gammaDown, w.low)];
}

function piecewise(nodes: readonly number[], step_S: number, { low, high, toS }: Weights): StepLaw {
  if (nodes.length < 2) return { kind: 'constant', step_S: step_S * (nodes[0] ?? 1) };
  return {
    kind: 'table',
    conductance_S: nodes.map((_, k) => toS(low + ((high - low) * k) / (nodes.length - 1))),
    step_S: nodes.map((node) => node * step_S),
  };
}

/**
 * A cell of a device of aihwkit. Its weights become a window of conductances: of the file where it says them (`g_min_S`,
 * `g_max_S`), else an assumed one.
 */
export function cellOfAihwkit(
  name: string,
  { device, parameters }: AihwkitDevice,
  file: string,
): { parts: CellParts; remarks: readonly string[] } {
  const number = (key: string, absent: number): number => {
    const value = parameters[key];
    return typeof value === 'number' ? value : absent;
  };
  const [high, low] = [number('w_max', 0.6), number('w_min', -0.6)];
  const dw_min = number('dw_min', 0.001);
  if (!(high > low && dw_min > 0)) {
    throw inputError(
      'cell.aihwkit',
      `${file}: w_max above w_min and dw_min above 0 are needed, got ${high}, ${low} and ${dw_min}`,
      undefined,
      { file },
    );
  }
  const told = 'g_min_S' in parameters && 'g_max_S' in parameters;
  const { g_min_S, g_max_S } = told
    ? { g_min_S: number('g_min_S', 0), g_max_S: number('g_max_S', 1) }
    : ASSUMED;
  const scale_S = (g_max_S - g_min_S) / (high - low);
  const weights: Weights = {
    number,
    list: (key) => (Array.isArray(parameters[key]) ? (parameters[key] as readonly number[]) : [1]),
    low,
    high,
    scale_S,
    toS: (w) => g_min_S + (w - low) * scale_S,
  };
  const upDown = number('up_down', 0);
  const [up, down] = steps[device](
    dw_min * (1 + Math.min(upDown, 0)),
    dw_min * (1 - Math.max(upDown, 0)),
    weights,
  );
  const remarks = [
    ...(told ? [] : [`aihwkit knows no conductances; 1 µS to 50 µS are assumed for its weights`]),
    ...['lifetime', 'diffusion', 'reset_std', 'reverse_up_down'].flatMap((key) =>
      number(key, 0) > (key === 'reset_std' ? 0.01 : 0) ? [`its ${key} is left out: it is no pulse`] : [],
    ),
  ];
  return {
    parts: {
      name,
      description: `aihwkit ${device}`,
      pulse: {
        g_min_S,
        g_max_S,
        window: told ? 'published' : 'assumed',
        potentiation: { law: up },
        depression: { law: down },
      },
      population: populationOf(parameters, number, { low, high, dw_min }, file),
    },
    remarks,
  };
}

function populationOf(
  parameters: AihwkitDevice['parameters'],
  number: (key: string, absent: number) => number,
  { low, high, dw_min }: { low: number; high: number; dw_min: number },
  file: string,
): NonNullable<CellFile['population']> {
  const range = high - low;
  const values = {
    d2dStep: number('dw_min_dtod', 0.3),
    d2dAsymmetry: number('up_down_dtod', 0.01),
    d2dHigh: (number('w_max_dtod', 0.3) * Math.abs(high)) / range,
    d2dLow: (number('w_min_dtod', 0.3) * Math.abs(low)) / range,
    c2c: number('dw_min_std', 0.3),
    write: (number('write_noise_std', 0) * dw_min) / range,
    stuck: number('corrupt_devices_prob', 0),
  };
  const spreads = Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value > 0)
      .map(([key, value]) => [key, statedNumber(value, `aihwkit, ${file}`)]),
  );
  return {
    spreads: spreads as NonNullable<CellFile['population']>['spreads'],
    ...(parameters.dw_min_dtod_log_normal === true ? { d2dLogNormal: true } : {}),
    stuckAt: 'anywhere',
  };
}
