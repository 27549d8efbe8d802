import type { Coding, DeviceInfo, NodeReadOut, ParameterGroup } from '../contract/index.js';
import type { BoardCalibration } from './calibration.js';
import { type BoardProfile, type BoardUse, potsInUse } from './profile.js';

/** Conductance at which a rate is meant as it stands: a pot's rate is `rate · g / referenceConductance_S`. */
export const referenceConductance_S = 1e-4;

/** Target of an output, V: ±0.15 V against inputs of ±1.75 V. */
const target_V = 0.15;

/** A group of parameters and the pot behind each entry, row-major. */
export interface PotGroup extends ParameterGroup {
  readonly pots: Int32Array;
}

/**
 * `g1`: sources (x0+, x0−, …, b+, b−) to hidden nodes. `g2`: hidden nodes, and on the reference board b+ and b−, to
 * outputs. Only inputs and outputs in use appear.
 */
export function potGroups(profile: BoardProfile, use: BoardUse, calibration: BoardCalibration): PotGroup[] {
  const byLayer: number[][] = [[], []];
  for (const e of potsInUse(profile, use)) {
    byLayer[profile.to(e) < profile.sources + profile.hidden ? 0 : 1].push(e);
  }
  return byLayer.map((pots, l) => {
    const columns = l === 0 ? profile.hidden : outputsOf(profile, use);
    const row = l === 0 ? profile.from : (pot: number) => hiddenFirst(profile, pot);
    const sorted = [...pots].sort((a, b) => row(a) - row(b) || profile.to(a) - profile.to(b));
    const tables = sorted.map((e) => calibration.resistance_ohm[e]);
    return {
      name: `g${l + 1}`,
      role: 'conductance',
      shape: [sorted.length / columns, columns],
      between: [l, l + 1],
      unit: 'S',
      min: Math.min(...tables.map((table) => 1 / table[profile.tapMax])),
      max: Math.max(...tables.map((table) => 1 / table[profile.tapMin])),
      pots: Int32Array.from(sorted),
    };
  });
}

/** Rows of the second layer: hidden nodes, then the bias rails. */
function hiddenFirst(profile: BoardProfile, pot: number): number {
  const from = profile.from(pot);
  return from >= profile.sources ? from - profile.sources : profile.hidden + from;
}

/** Outputs of a device made of a board: a pair whose difference is the answer counts as one. */
export function outputsOf(profile: BoardProfile, use: BoardUse): number {
  return profile.differential ? 1 : use.outputs;
}

export function boardInfo(
  profile: BoardProfile,
  use: BoardUse,
  groups: readonly PotGroup[],
  options: { name: string; deterministic: boolean; clipSigma: number; stepObserves: 'all' | 'outputs' },
): DeviceInfo {
  return {
    name: options.name,
    inputs: use.inputs,
    layers: [profile.hidden, outputsOf(profile, use)],
    outputs: { layer: 1, size: outputsOf(profile, use) },
    nodeUnit: 'V',
    nudgeUnit: 'S',
    groups: groups.map(({ pots: _, ...group }) => group),
    precision: 'quantized',
    observes: 'all',
    observesInStep: options.stepObserves,
    nudges: ['current'],
    optimizers: ['sgd'],
    deterministic: options.deterministic,
    // Twelve bits and 1 mV rms of noise, eight reads; a tap at the low end is a quarter of the largest conductance.
    tolerances: { node: 4e-3, gradient: 0.25, parameter: 0.15 },
    updatesItself: true,
    readOut: boardReadOut(profile),
    coding: boardCoding(profile, use, options.clipSigma),
  };
}

/** The converter that reads nodes, by its data sheet, as simulated networks are told of theirs. */
function boardReadOut({ reader: { step_V, countMax, noise_V }, reads }: BoardProfile): NodeReadOut {
  const counts = countMax + 1;
  return { noise: noise_V, bits: Math.log2(counts), fullScale: [(counts / 2) * step_V], reads };
}

/** Features as z-scores over the full input range; small targets (an output moves a tenth of what an input does). */
export function boardCoding(profile: BoardProfile, use: BoardUse, clipSigma: number): Coding {
  const range = { low: -profile.inputLimit_V, high: profile.inputLimit_V };
  // A switched input knows only the ends of its range.
  const input: Coding['input'] = profile.binaryInputs
    ? { scale: 'range', ...range }
    : { scale: 'z-score', clipSigma, ...range };
  if (profile.differential) {
    // Both outputs are means of the same two hidden nodes, so the difference starts from 0: one class stays there.
    return { input, target: { kind: 'sign', off: 0, on: 2 * target_V }, readOut: 'sign' };
  }
  if (use.outputs === 1) {
    return { input, target: { kind: 'sign', off: -target_V, on: target_V }, readOut: 'sign' };
  }
  return { input, target: { kind: 'one-hot', off: -target_V, on: target_V }, readOut: 'arg-max' };
}
