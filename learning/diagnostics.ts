import { OhmpropError } from '../core/index.js';
import {
  type AnalogDevice,
  type Cost,
  type Equilibrium,
  type Floats,
  isUsable,
  type NodeReadOut,
  type NudgeKind,
  nudgeOf,
  outputPulls,
  type ParameterValues,
  type StopRule,
} from '../devices/contract/index.js';
import type { CodedBatch } from './coding.js';

/** How good the estimate of the gradient is at the end of an epoch, on a few training samples. */
export interface GradientDiagnostics {
  readonly samples: number;
  /** By parameter group: cosine of the estimate to the exact gradient, where that points anywhere, and the estimate's norm in SI units. */
  readonly groups: Readonly<Record<string, { readonly cosine?: number; readonly norm: number }>>;
  /**
   * By layer, in the node unit: root mean square of what a node differs by between the two phases, and of what reading that difference
   * is off by, where nodes are not read exactly.
   */
  readonly layers: readonly { readonly contrast: number; readonly resolution?: number }[];
  /** Why there is no exact gradient to compare with, where the network says so: it is at no minimum of its energy. */
  readonly withoutExact?: string;
}

/** What is looked at, and as it is trained. */
export interface DiagnosticsPlan {
  readonly batch: Pick<CodedBatch, 'size' | 'inputs' | 'targets'>;
  readonly nudge: NudgeKind;
  readonly betas: readonly [number, number];
  readonly cost: Cost;
  readonly stop?: StopRule | undefined;
  readonly nudgedStop?: StopRule | undefined;
}

/**
 * Looks at a device's gradient: settles a free phase, the two of the estimate, and those of the exact one by the linearised network.
 * Changes no parameter. Nothing of a device that cannot tell (hardware, cells whose every read differs), or whose phases give nothing.
 */
export async function gradientDiagnostics(
  device: AnalogDevice,
  { batch, nudge, betas, cost, stop, nudgedStop = stop }: DiagnosticsPlan,
): Promise<GradientDiagnostics | undefined> {
  const { info } = device;
  if (device.gradient === undefined || !info.deterministic || !info.nudges.includes('adjoint'))
    return undefined;
  const { size, inputs, targets } = batch;
  const held: Equilibrium[] = [];
  const settle = async (kind: NudgeKind | undefined, beta: number, from?: Equilibrium, rule?: StopRule) => {
    const phase = await device.settle(
      {
        batch: size,
        inputs,
        ...(kind !== undefined && from !== undefined
          ? { nudge: nudgeOf({ ...cost, nudge: kind }, beta, targets, from) }
          : {}),
      },
      { ...(rule && { stop: rule }), ...(from && { from }) },
    );
    held.push(phase);
    return phase;
  };
  let withoutExact: string | undefined;
  /** Of a network that is not at rest, as noisy updates may leave one: training has its results all the same. */
  const noExact = (error: unknown): ParameterValues => {
    if (!(error instanceof OhmpropError) || error.code !== 'gradient.not-settled') throw error;
    withoutExact = error.message;
    return {};
  };
  /** By the kernel, or, where a gradient is of what is read of nodes, by equations. */
  const exactOf = async (free: Equilibrium): Promise<ParameterValues> => {
    if (info.readOut !== undefined) {
      const { currents } = outputPulls(cost, free.outputs(), targets, info.outputs.size);
      const slope = currents.map((current) => -current);
      return (await device.exactGradient?.(free, slope).catch(noExact)) ?? {};
    }
    // Any β does: the network is linear. That of the estimate has a size that float32 bears.
    const beta = nudge === 'clamp' ? unitOf(info.nudgeUnit, await device.nudgeLimits()) : betas[1] - betas[0];
    const [first, second] = [await settle('adjoint', -beta, free), await settle('adjoint', beta, free)];
    const isExact = first.status === 'settled' && second.status === 'settled';
    return (isExact && (await device.gradient?.({ first, second }))) || {};
  };
  try {
    const free = await settle(undefined, 0, undefined, stop);
    const pair: Equilibrium[] = [];
    for (const beta of betas) pair.push(beta === 0 ? free : await settle(nudge, beta, free, nudgedStop));
    const [first, second] = pair;
    if (![free, first, second].every(({ status }) => isUsable(status))) return undefined;
    const estimate = await device.gradient({ first, second });
    const exact = await exactOf(free);
    const groups = Object.fromEntries(
      info.groups.map(({ name }) => [name, compared(estimate[name], exact[name])]),
    );
    const layers = info.layers.map((_, l) => {
      const [low, high] = [first.layer(l), second.layer(l)];
      const resolution = info.readOut && resolutionOf(info.readOut, l);
      return {
        contrast: rootMeanSquare(high.map((v, e) => v - low[e])),
        ...(resolution === undefined ? {} : { resolution }),
      };
    });
    return {
      samples: size,
      groups,
      layers,
      ...(withoutExact === undefined ? {} : { withoutExact }),
    };
  } finally {
    for (const phase of held) phase.release();
  }
}

/** A β for a linearised network whose own nudges have none in its unit: a hundredth of what it bears. */
function unitOf(unit: string, { lowest }: { readonly lowest: number }): number {
  return unit === '1' || !Number.isFinite(lowest) || lowest === 0 ? 0.1 : -0.01 * lowest;
}

function compared(got: Floats, want: Floats | undefined): { cosine?: number; norm: number } {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let e = 0; e < got.length; e++) {
    const b = want?.[e] ?? 0;
    ab += got[e] * b;
    aa += got[e] * got[e];
    bb += b * b;
  }
  return { ...(aa > 0 && bb > 0 ? { cosine: ab / Math.sqrt(aa) / Math.sqrt(bb) } : {}), norm: Math.sqrt(aa) };
}

/** Standard deviation of a difference of two phases as it is read, offsets and gains left out, which both phases share. */
function resolutionOf({ noise = 0, reads = 1, bits, fullScale, difference }: NodeReadOut, l: number): number {
  // A difference that is read as one has the noise of one read, of two phases that of two.
  const random = noise * Math.sqrt((difference === undefined ? 2 : 1) / reads);
  const range = difference === undefined ? fullScale : (difference.fullScale ?? fullScale);
  if (bits === undefined || range === undefined) return random;
  const code = (2 * range[Math.min(l, range.length - 1)]) / 2 ** bits;
  return Math.hypot(random, code / Math.sqrt(difference === undefined ? 6 : 12));
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
}
