import { runError } from '../core/index.js';
import {
  type AnalogDevice,
  type Batch,
  type Cost,
  type Equilibrium,
  type Floats,
  type NudgeKind,
  nudgeOf,
  outputPulls,
  type ParameterGroup,
  type ParameterValues,
  type StopRule,
} from '../devices/contract/index.js';
import type { WrongSlope } from './cost-slope.js';

/** Two devices of one network, and what to compare them on. */
export interface GradcheckOptions {
  readonly device: AnalogDevice;
  /** A float64 device of the same network, which can report the exact gradient. */
  readonly reference: AnalogDevice;
  readonly batch: Batch;
  /** β of the two phases that the estimator contrasts, rising, in the device's nudge unit: [−β, β] or [0, β]. */
  readonly betas: readonly [number, number];
  /** One of the device's nudges; its first when left out. */
  readonly nudge?: NudgeKind;
  /** What the estimate is the gradient of; squared when left out. */
  readonly cost?: Cost;
  /** Of the device under check, in its free phase; its own default when left out. */
  readonly stop?: StopRule;
  /** In its nudged phases; as in the free one when left out. */
  readonly nudgedStop?: StopRule;
}

/** How the gradient of one group of parameters compares. */
export interface GroupGradcheck {
  /** `g1`, `b1`, … */
  readonly group: string;
  readonly role: ParameterGroup['role'];
  /** The layer that it leads into, counted from 1. */
  readonly layer: number;
  /** Arithmetic and stop rules: the device's estimate against float64 at rest, at the same β. */
  readonly cosine: number;
  /** Largest difference over largest entry; NaN where both are 0. */
  readonly relativeError: number;
  /** Bias of a finite β: the float64 estimate against the exact gradient. */
  readonly betaBias: { readonly cosineToExact: number; readonly relativeError: number };
}

/** What a gradient check comes to. */
export interface GradcheckVerdict {
  /** The estimate is the gradient; it is not settled enough; β bends it, perhaps besides; there is none; the cost contradicts itself. */
  readonly verdict: 'right' | 'rough' | 'biased' | 'none' | 'wrong';
  /** The same in a sentence, with what to change. */
  readonly text: string;
}

/** Far below any β bias that one would want to see. */
const referenceStop: StopRule = { tolerance: 1e-13, outputChange: 1e-13, maxIterations: 5000 };

/** Below this cosine to float64 an estimate is not worth its β: rounding alone leaves 0.9999. */
const ROUGH = 0.999;
/** Below this cosine to the exact gradient (8°) a step goes visibly elsewhere. */
const BIASED = 0.99;

/**
 * Checks a device's gradient estimate twice over, group by group, biases included: its arithmetic, and the bias of this β.
 * @throws `gradcheck.unsupported` where the device reports no gradient, or the reference no exact one
 */
export async function gradcheck(options: GradcheckOptions): Promise<GroupGradcheck[]> {
  const { device, reference, stop, nudgedStop = stop } = options;
  await reference.writeParameters(await device.readParameters());
  const { estimate } = await gradients(device, options, { stop, nudgedStop });
  const tight = { stop: referenceStop, nudgedStop: referenceStop };
  const { estimate: gradient, exact } = await gradients(reference, options, tight, true);
  if (exact === undefined) {
    throw runError('gradcheck.unsupported', `${reference.info.name} cannot report the exact gradient`);
  }
  const layerOf = layersOf(device.info.groups);
  return device.info.groups.map(({ name, role }, k) => ({
    group: name,
    role,
    layer: layerOf[k],
    ...compare(estimate[name], gradient[name]),
    betaBias: {
      cosineToExact: cosine(gradient[name], exact[name]),
      relativeError: largestDifference(gradient[name], inUnitOf(gradient[name], exact[name], options.nudge)),
    },
  }));
}

/**
 * Judges the groups of a check by the worst of them. Groups whose exact gradient is 0 (a bias that nothing moves) say nothing.
 * @param betas of the two phases, for what to change
 * @param isRead the device reads its nodes by a read-out that is not ideal, for what to change
 * @param isClamped outputs are clamped: what they learn is to be told from a bias of β
 */
export function judgeGradient(
  groups: readonly GroupGradcheck[],
  betas: GradcheckOptions['betas'],
  isRead = false,
  isClamped = false,
): GradcheckVerdict {
  const told = groups.filter(({ betaBias }) => Number.isFinite(betaBias.relativeError));
  if (told.length === 0) {
    return {
      verdict: 'none',
      text: 'No gradient: at these parameters and samples no nudge moves any node.',
    };
  }
  const roughest = lowest(told, ({ cosine }) => cosine);
  const bent = lowest(told, ({ betaBias }) => betaBias.cosineToExact);
  const { cosineToExact } = bent.betaBias;
  const smaller = `Take a smaller β${betas[0] === -betas[1] ? '' : ', or the centered estimator'}.`;
  if (roughest.cosine < ROUGH && cosineToExact < BIASED) {
    return {
      verdict: 'biased',
      text:
        `Biased and rough: at this β the estimate of ${bent.group} has a cosine of ${cosineToExact.toFixed(4)} to the exact gradient, even fully settled. ${smaller} ` +
        `As the phases are stopped, the estimate of ${roughest.group} besides has a cosine of ${roughest.cosine.toFixed(4)} to what float64 gives at rest: --tolerance 1e-10 settles them more exactly, which alone does not mend the bias.`,
    };
  }
  if (roughest.cosine < ROUGH && isRead) {
    return {
      verdict: 'rough',
      text: `Rough: the estimate of ${roughest.group}, by what is read of the nodes, has a cosine of ${roughest.cosine.toFixed(4)} to what float64 gives at rest. The read-out is coarse or noisy beside what this β moves: a larger β, more --node-reads or a finer read-out; over many updates noise averages out.`,
    };
  }
  if (roughest.cosine < ROUGH) {
    return {
      verdict: 'rough',
      text: `Rough: the estimate of ${roughest.group} has a cosine of ${roughest.cosine.toFixed(4)} to what float64 gives at rest. The stop rule is coarse beside what this β moves: --tolerance 1e-10 settles the phases more exactly.`,
    };
  }
  if (cosineToExact < BIASED && isClamped) {
    return {
      verdict: 'biased',
      text: `Another gradient: clamped outputs descend the squared error weighed by the conductances seen at them. Of ${bent.group} that has a cosine of ${cosineToExact.toFixed(4)} to the gradient of the plain one, which is the rule's doing before β's.`,
    };
  }
  if (cosineToExact < BIASED) {
    return {
      verdict: 'biased',
      text: `Biased: at this β the estimate of ${bent.group} has a cosine of ${cosineToExact.toFixed(4)} to the exact gradient. ${smaller}`,
    };
  }
  return {
    verdict: 'right',
    text: `Right: every group's estimate points where the exact gradient does (the worst, ${bent.group}: cosine ${cosineToExact.toFixed(6)}).`,
  };
}

/** What a cost whose slope is not that of its value comes to, whatever the estimate is like. */
export function wrongCost(cost: string, { sample, output, said, found }: WrongSlope): GradcheckVerdict {
  return {
    verdict: 'wrong',
    text: `Wrong slope: at output ${output} of sample ${sample} the cost ${cost} says ∂C/∂v = ${said.toPrecision(4)}, and its value rises by ${found.toPrecision(4)} a volt. What is learned is then not what is measured: mend slope or value.`,
  };
}

function lowest(groups: readonly GroupGradcheck[], value: (group: GroupGradcheck) => number): GroupGradcheck {
  return groups.reduce((worst, group) => (value(group) < value(worst) ? group : worst));
}

/** A bias belongs to the layer of the conductances that stand before it. */
function layersOf(groups: readonly ParameterGroup[]): number[] {
  let layer = 0;
  return groups.map(({ between, role }) => {
    layer = between?.[1] ?? (role === 'bias' ? layer : layer + 1);
    return layer;
  });
}

/** The estimate and, where it is asked for and the device can tell, the exact gradient. */
async function gradients(
  device: AnalogDevice,
  { batch, betas, nudge, cost = {} }: GradcheckOptions,
  { stop, nudgedStop }: { stop: StopRule | undefined; nudgedStop: StopRule | undefined },
  withExact = false,
): Promise<{ estimate: ParameterValues; exact: ParameterValues | undefined }> {
  if (device.gradient === undefined) {
    throw runError('gradcheck.unsupported', `${device.info.name} cannot report the gradient it learns by`);
  }
  const drive = { batch: batch.size, inputs: batch.inputs };
  const kind = nudge ?? device.info.nudges[0];
  const free = await device.settle(drive, stop && { stop });
  const held = [free];
  const phase = async (beta: number): Promise<Equilibrium> => {
    if (beta === 0) return free;
    const settled = await device.settle(
      { ...drive, nudge: nudgeOf({ ...cost, nudge: kind }, beta, batch.targets, free) },
      { ...(nudgedStop && { stop: nudgedStop }), from: free },
    );
    held.push(settled);
    return settled;
  };
  const first = await phase(betas[0]);
  const second = await phase(betas[1]);
  const estimate = await device.gradient({ first, second });
  const pulls = outputPulls(cost, free.outputs(), batch.targets, device.info.outputs.size);
  const slope = pulls.currents.map((pull) => -pull);
  const exact = withExact ? await device.exactGradient?.(free, slope) : undefined;
  for (const equilibrium of held) equilibrium.release();
  return { estimate, exact };
}

function compare(got: Floats, want: Floats): { cosine: number; relativeError: number } {
  return { cosine: cosine(got, want), relativeError: largestDifference(got, want) };
}

function cosine(a: Floats, b: Floats): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let e = 0; e < a.length; e++) {
    ab += a[e] * b[e];
    aa += a[e] * a[e];
    bb += b[e] * b[e];
  }
  // An estimate that is all zero points nowhere.
  return aa * bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** An exact gradient as long as an estimate whose unit is another: of clamped outputs, V² and not V²/S, only the direction tells. */
function inUnitOf(got: Floats, exact: Floats, nudge: NudgeKind | undefined): Floats {
  if (nudge !== 'clamp') return exact;
  const factor = norm(got) / norm(exact);
  return Float64Array.from(exact, (value) => (Number.isFinite(factor) ? factor * value : value));
}

function norm(values: Floats): number {
  let square = 0;
  for (let e = 0; e < values.length; e++) square += values[e] ** 2;
  return Math.sqrt(square);
}

function largestDifference(got: Floats, want: Floats): number {
  let difference = 0;
  let largest = 0;
  for (let e = 0; e < want.length; e++) {
    difference = Math.max(difference, Math.abs(got[e] - want[e]));
    largest = Math.max(largest, Math.abs(want[e]));
  }
  return difference / largest;
}
