import { inputError } from '../core/index.js';
import {
  type Batch,
  type Coding,
  type Cost,
  checkCost,
  costLaw,
  type DeviceInfo,
  type Floats,
  type InputCoding,
  type ReadOut,
  type TargetCoding,
  type TargetForm,
} from '../devices/contract/index.js';
import { costOf, costValue } from './cost-value.js';
import { type DataSet, featureRanges, type Moments, momentsOf, type Samples } from './data/index.js';
import { distancesTo, patternsOf } from './patterns.js';
import { ValueCoding } from './value-coding.js';

/** Affine map of one feature: input = clip(offset + gain·feature). */
interface FeatureMap {
  readonly offset: Float64Array;
  readonly gain: Float64Array;
  readonly low: number;
  readonly high: number;
  /** One step of the converters that drive inputs, from `low` on; 0 where there are none. */
  readonly step: number;
  /** What each byte stands for, where all features are mapped alike. */
  readonly ofByte: Float64Array | undefined;
}

export type CodedBatch = Batch & { readonly inputs: Float64Array; readonly targets: Float64Array };

/** Presents a data set's samples to a device and reads the device's outputs, as a `Coding` and a cost say. */
export class Coder {
  /** By which features become z-scores, where the coding asks for them. */
  readonly moments: Moments | undefined;
  /** Of each output, for people: the class or the feature that it stands for. */
  readonly outputNames: readonly string[];
  /** Where numbers are asked for and not classes. */
  readonly values: ValueCoding | undefined;
  private readonly map: FeatureMap;
  private readonly classTargets: Float64Array[];
  private readonly read: (outputs: Float64Array, from: number) => number;

  /** Throws `coding.fit` if the data set does not fit the device's inputs or outputs. */
  constructor(
    dataSet: DataSet,
    readonly info: DeviceInfo,
    readonly coding: Coding = info.coding,
    readonly cost: Cost = {},
  ) {
    checkCost(cost, this.outputs);
    const outputs = this.outputs;
    if (dataSet.features !== info.inputs) {
      throw inputError(
        'coding.fit',
        `${dataSet.name} has ${dataSet.features} features, ${info.name} takes ${info.inputs} inputs; choose layers or data that fit`,
      );
    }
    const needed = outputsFor(coding, dataSet);
    if (needed !== outputs) {
      throw inputError(
        'coding.fit',
        needed === undefined
          ? coding.target.kind === 'value'
            ? `"value" targets are numbers, and ${dataSet.name} has classes; name columns of numbers with --targets`
            : `a "${coding.target.kind}" target tells two classes apart, ${dataSet.name} has ${dataSet.classes}; use one-hot targets`
          : `${dataSet.name} needs ${needed} outputs for ${dataSet.classes} classes with ${coding.target.kind} targets, ${info.name} has ${outputs}`,
      );
    }
    if (coding.input.scale === 'z-score') this.moments = dataSet.moments ?? momentsOf(dataSet.train);
    this.map = featureMap(dataSet, coding.input, this.moments);
    const { target } = coding;
    const patterns = target.kind === 'pattern' ? patternsOf(dataSet, target) : undefined;
    this.values = target.kind === 'value' ? new ValueCoding(dataSet, target) : undefined;
    const targets = (label: number) =>
      patterns?.[label] ?? targetOf[target.kind as Exclude<Kind, 'pattern'>](target, label, outputs);
    this.classTargets = Array.from({ length: dataSet.classes }, (_, label) =>
      asCostsTake[costLaw(cost.cost ?? 'squared').targets](targets(label), coding.target),
    );
    this.read =
      coding.readOut === 'pattern'
        ? (v, from) => leastOf(distancesTo(this.classTargets, v, from))
        : readers[coding.readOut](coding.target, outputs);
    this.outputNames = outputNames[coding.target.kind](dataSet, outputs);
  }

  get outputs(): number {
    return this.info.outputs.size;
  }

  /**
   * The samples `indices` as a minibatch: inputs [indices.length × features] and targets [indices.length × outputs]. It is
   * written over `spent`, a minibatch that nobody needs any more, where that has the same size.
   */
  batch(samples: Samples, indices: ArrayLike<number>, spent?: CodedBatch): CodedBatch {
    const fits = spent?.size === indices.length;
    const inputs = fits ? spent.inputs : new Float64Array(indices.length * this.info.inputs);
    const targets = fits ? spent.targets : new Float64Array(indices.length * this.outputs);
    this.encodeInputs(samples, indices, inputs);
    this.encodeTargets(samples, indices, targets);
    return { size: indices.length, inputs, targets };
  }

  /** The first samples, at most `count`, as a minibatch. */
  firstBatch(samples: Samples, count: number): CodedBatch {
    return this.batch(
      samples,
      Array.from({ length: Math.min(count, samples.count) }, (_, s) => s),
    );
  }

  /** Inputs of the samples `indices`, [indices.length × features], in the device's node unit, written to `out`. */
  encodeInputs(samples: Samples, indices: ArrayLike<number>, out: Float64Array): void {
    const { offset, gain, ofByte } = this.map;
    const { features, values } = samples;
    if (ofByte !== undefined && values instanceof Uint8Array) {
      for (let s = 0, to = 0; s < indices.length; s++) {
        const from = indices[s] * features;
        for (let f = 0; f < features; f++) out[to++] = ofByte[values[from + f]];
      }
      return;
    }
    for (let s = 0; s < indices.length; s++) {
      const from = indices[s] * features;
      const to = s * features;
      for (let f = 0; f < features; f++) {
        out[to + f] = driven(offset[f] + gain[f] * values[from + f], this.map);
      }
    }
  }

  /** Targets of the samples `indices`, [indices.length × outputs], written to `out`. */
  encodeTargets(samples: Samples, indices: ArrayLike<number>, out: Float64Array): void {
    if (this.values !== undefined) {
      this.values.encode(samples, indices, out);
      return;
    }
    for (let s = 0; s < indices.length; s++) {
      out.set(this.classTargets[samples.labels[indices[s]]], s * this.outputs);
    }
  }

  /** The cost summed over a batch. @param outputs `[batch × outputs]` @param targets as `encodeTargets` makes them */
  costOf(outputs: Float64Array, targets: Float64Array): number {
    const { cost } = this.cost;
    const isPlain = (cost === undefined || cost === 'squared') && this.cost.parameters?.pairs !== true;
    return isPlain ? costOf(outputs, targets) : costValue(this.cost, outputs, targets, this.outputs);
  }

  /** How far outputs `s` of a batch are from another answer: in the device's node unit, 0 or more. */
  marginOf(outputs: Float64Array, s: number): number {
    const own = outputs.subarray(s * this.outputs, (s + 1) * this.outputs);
    const { off, on } = this.coding.target;
    if (this.values !== undefined) return Number.NaN;
    if (this.coding.target.kind === 'pattern') {
      const [nearest, next] = distancesTo(this.classTargets, own, 0).sort((a, b) => a - b);
      return Math.sqrt(next ?? nearest) - Math.sqrt(nearest);
    }
    if (own.length === 1) return Math.abs(own[0] - (off + on) / 2);
    const scores = this.coding.target.kind === 'pairs' ? differencesOf(own) : [...own];
    const [first, second] = scores.sort((a, b) => b - a);
    return first - second;
  }

  /** How wrong outputs `s` of a batch are: 1 for another class than `label`; of numbers the share of their variance. */
  missOf(outputs: Float64Array, targets: Float64Array, s: number, label: number): number {
    return this.values?.missOf(outputs, targets, s) ?? (this.classOf(outputs, s) === label ? 0 : 1);
  }

  /** The class that outputs `s` of a batch [batch × outputs] stand for. */
  classOf(outputs: Float64Array, s: number): number {
    return this.read(outputs, s * this.outputs);
  }
}

type Kind = TargetCoding['kind'];
type Classes = Pick<DataSet, 'classes' | 'features' | 'targets'>;

const outputsNeeded: Record<Kind, (dataSet: Classes) => number | undefined> = {
  'one-hot': ({ classes }) => classes,
  sign: ({ classes }) => (classes === 2 ? 1 : undefined),
  difference: ({ classes }) => (classes === 2 ? 2 : undefined),
  pairs: ({ classes }) => 2 * classes,
  pattern: ({ features }) => features,
  value: ({ targets }) => targets?.names.length,
};

/** Output nodes that a data set asks for under this coding; nothing where the two do not go together. */
export function outputsFor(coding: Pick<Coding, 'target'>, dataSet: Classes): number | undefined {
  return outputsNeeded[coding.target.kind](dataSet);
}

function leastOf(values: readonly number[]): number {
  return values.indexOf(Math.min(...values));
}

const outputNames: Record<
  Kind,
  (dataSet: Pick<DataSet, 'classNames' | 'featureNames' | 'targets'>, outputs: number) => readonly string[]
> = {
  'one-hot': ({ classNames }) => classNames,
  sign: ({ classNames }) => [classNames[1]],
  // of two that share them the one that it is high for
  difference: ({ classNames }) => [classNames[1], classNames[0]],
  pairs: ({ classNames }) => classNames.flatMap((name) => [`${name}+`, `${name}-`]),
  value: ({ targets }) => targets?.names ?? [],
  pattern: ({ featureNames }, outputs) =>
    featureNames ?? Array.from({ length: outputs }, (_, f) => `feature ${f}`),
};

const targetOf: Record<
  Exclude<Kind, 'pattern'>,
  (target: TargetCoding, label: number, outputs: number) => Float64Array
> = {
  'one-hot': ({ off, on }, label, outputs) =>
    Float64Array.from({ length: outputs }, (_, k) => (k === label ? on : off)),
  sign: ({ off, on }, label) => Float64Array.of(label === 1 ? on : off),
  difference: ({ off, on }, label) => (label === 1 ? Float64Array.of(on, off) : Float64Array.of(off, on)),
  // Both of a pair have the target of their difference.
  pairs: ({ off, on }, label, outputs) =>
    Float64Array.from({ length: outputs }, (_, k) => (k >> 1 === label ? on : off)),
  // each sample has its own
  value: (_, __, outputs) => new Float64Array(outputs),
};

type Voltages = Float64Array;
const asClasses = (targets: Voltages, { on }: TargetCoding) => targets.map((y) => (y === on ? 1 : 0));
const asSigns = (targets: Voltages, { on }: TargetCoding) => targets.map((y) => (y === on ? 1 : -1));

/** Voltages of targets as costs take them. */
const asCostsTake: Readonly<Record<TargetForm, (targets: Voltages, target: TargetCoding) => Float64Array>> = {
  voltages: (targets) => targets,
  classes: asClasses,
  signs: asSigns,
};

function differencesOf(outputs: Floats): number[] {
  return Array.from({ length: outputs.length / 2 }, (_, k) => outputs[2 * k] - outputs[2 * k + 1]);
}

const readers: Record<
  Exclude<ReadOut, 'pattern'>,
  (target: TargetCoding, outputs: number) => (v: Float64Array, from: number) => number
> = {
  'arg-max': (_, outputs) => (v, from) => {
    let best = 0;
    for (let k = 1; k < outputs; k++) if (v[from + k] > v[from + best]) best = k;
    return best;
  },
  sign:
    ({ off, on }) =>
    (v, from) =>
      v[from] > (off + on) / 2 === on > off ? 1 : 0,
  difference: () => (v, from) => (v[from] > v[from + 1] ? 1 : 0),
  value: () => () => 0,
  pairs: (_, outputs) => (v, from) => {
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < outputs / 2; k++) {
      const score = v[from + 2 * k] - v[from + 2 * k + 1];
      if (score <= most) continue;
      best = k;
      most = score;
    }
    return best;
  },
};

function featureMap(dataSet: DataSet, input: InputCoding, moments: Moments | undefined): FeatureMap {
  const { low, high } = input;
  const step = stepOf(input);
  const offset = new Float64Array(dataSet.features);
  const gain = new Float64Array(dataSet.features);
  if (input.scale === 'range') {
    for (const [f, [from, to]] of featureRanges(dataSet).entries()) {
      gain[f] = to > from ? (high - low) / (to - from) : 0;
      offset[f] = low - gain[f] * from;
    }
    // Features of the test set may lie outside the range that the training set showed.
    const ofByte = tableOf(offset, gain);
    if (step === 0)
      return { offset, gain, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, step, ofByte };
    // A converter goes no further than its range.
    const bounds = { low: Math.min(low, high), high: Math.max(low, high), step };
    return { offset, gain, ...bounds, ofByte: ofByte?.map((value) => driven(value, bounds)) };
  }
  const { mean, deviation } = moments ?? momentsOf(dataSet.train);
  for (let f = 0; f < dataSet.features; f++) {
    const sigma = deviation[f];
    gain[f] = sigma > 0 ? (high - low) / (2 * input.clipSigma * sigma) : 0;
    offset[f] = (low + high) / 2 - gain[f] * mean[f];
  }
  return { offset, gain, low, high, step, ofByte: undefined };
}

/** What a converter makes of a value: kept in its range, and the nearest of its steps. */
function driven(value: number, { low, high, step }: Pick<FeatureMap, 'low' | 'high' | 'step'>): number {
  const inside = value < low ? low : value > high ? high : value;
  return step === 0 ? inside : low + Math.round((inside - low) / step) * step;
}

/** @throws OhmpropError `coding.bits` */
function stepOf({ bits, low, high }: InputCoding): number {
  if (bits === undefined) return 0;
  if (!(Number.isInteger(bits) && bits >= 1 && bits <= 32)) {
    throw inputError('coding.bits', `coding: inputs have converters of 1 to 32 bits, got ${bits}`);
  }
  if (high === low)
    throw inputError('coding.bits', `coding: converters of inputs need a range, got ${low} to ${high}`);
  return Math.abs(high - low) / (2 ** bits - 1);
}

function tableOf(offset: Float64Array, gain: Float64Array): Float64Array | undefined {
  const alike = offset.every((value) => value === offset[0]) && gain.every((value) => value === gain[0]);
  return alike ? Float64Array.from({ length: 256 }, (_, byte) => offset[0] + gain[0] * byte) : undefined;
}
