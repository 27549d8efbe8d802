import { eventLoopTurn, worseStatus } from '../../core/index.js';
import {
  defaultStop,
  type Floats,
  type Nudge,
  type PhaseReport,
  type SettleStatus,
  type StopRule,
} from '../../devices/contract/index.js';
import { addBackward, addForward, OutputPull } from '../layered/index.js';
import type { Activation } from './activation.js';
import type { HopfieldParameters } from './parameters.js';
import { type Relaxation, unitResidual } from './relaxation.js';

/** What does not change while one minibatch relaxes. */
export interface HopfieldDrive {
  readonly batch: number;
  /** [batch × inputs] */
  readonly inputs: Float64Array;
  /** b¹ + x·W¹, [batch × n₁]. */
  readonly field: Float64Array;
}

export function hopfieldDrive(parameters: HopfieldParameters, inputs: Floats, batch: number): HopfieldDrive {
  const { network, weights, biases } = parameters;
  const copied = new Float64Array(inputs);
  const field = repeat(biases[0], batch);
  addForward(copied, weights[0], field, batch, network.inputs);
  return { batch, inputs: copied, field };
}

/**
 * Relaxes a batch, changing `states` ([batch × n_l] a layer) in place, each sample by the stop rule for itself, so that
 * what becomes of it does not depend on its batch. The residual is the largest of a unit, measured in the course of the
 * last iteration; as states live in [0, 1], or not much else, it is relative and absolute at once.
 */
export async function relaxHopfield(
  parameters: HopfieldParameters,
  drive: HopfieldDrive,
  states: readonly Float64Array[],
  relaxation: Relaxation,
  nudge: Nudge | undefined,
  stop: StopRule = {},
  signal?: AbortSignal,
): Promise<PhaseReport> {
  const { batch } = drive;
  const row = <T extends Floats>(values: T, s: number) => {
    const size = values.length / batch;
    return values.subarray(s * size, (s + 1) * size) as T;
  };
  const reports: PhaseReport[] = [];
  for (let s = 0; s < batch; s++) {
    const own: HopfieldDrive = { batch: 1, inputs: row(drive.inputs, s), field: row(drive.field, s) };
    const pull =
      nudge &&
      new OutputPull(
        {
          ...nudge,
          targets: row(nudge.targets, s),
          ...(nudge.outputs && { outputs: row(nudge.outputs, s) }),
        },
        states[states.length - 1].length / batch,
      );
    const layers = states.map((layer) => row(layer, s));
    const report = await relaxSample(parameters, own, layers, relaxation, pull, stop, signal);
    reports.push(report);
    if (report.status === 'aborted') break;
  }
  return summary(reports);
}

async function relaxSample(
  parameters: HopfieldParameters,
  drive: HopfieldDrive,
  states: Float64Array[],
  relaxation: Relaxation,
  pull: OutputPull | undefined,
  stop: StopRule,
  signal: AbortSignal | undefined,
): Promise<PhaseReport> {
  const { tolerance, outputChange, maxIterations } = { ...defaultStop, ...stop };
  const limit = stop.fixedIterations ?? maxIterations;
  const about = pull?.isLinear ? states.map((layer) => layer.slice()) : undefined;
  let residual = 0;
  let iterations = 0;
  const report = (status: SettleStatus): PhaseReport => ({
    status,
    iterations,
    residual,
    residual_A: residual,
  });
  while (iterations < limit) {
    if (signal?.aborted) return report('aborted');
    const before = pull === undefined ? undefined : states[states.length - 1].slice();
    residual = iterate(parameters, drive, states, relaxation, pull, about);
    iterations++;
    if (!Number.isFinite(residual)) return report('not-finite');
    const moved = before === undefined ? 0 : largestMove(before, states[states.length - 1]);
    if (stop.fixedIterations === undefined && residual <= tolerance && moved <= outputChange)
      return report('settled');
    // Long settlings let the rest of the process (signals, progress) have its turn.
    if (iterations % 64 === 0) await eventLoopTurn();
  }
  return report(stop.fixedIterations === undefined ? 'stopped-early' : 'fixed-iterations');
}

/** Of samples that ended each for itself: the worst status and residual, the mean of their iterations. */
function summary(reports: readonly PhaseReport[]): PhaseReport {
  const status = reports.map((report) => report.status).reduce(worseStatus);
  // Math.max keeps a NaN.
  const residual = Math.max(...reports.map((report) => report.residual));
  const iterations = reports.reduce((sum, report) => sum + report.iterations, 0) / reports.length;
  return { status, iterations, residual, residual_A: residual };
}

/** One step of every unit; returns the largest residual met. */
export function iterate(
  parameters: HopfieldParameters,
  drive: HopfieldDrive,
  states: Float64Array[],
  relaxation: Relaxation,
  pull: OutputPull | undefined,
  about?: readonly Float64Array[],
): number {
  const fieldOf = (l: number) => layerField(parameters, drive, states, l);
  const all = [...states.keys()];
  const groups = relaxation.atOnce ? [all] : [all.filter((l) => l % 2 === 0), all.filter((l) => l % 2 === 1)];
  let worst = 0;
  for (const group of groups) {
    const fields = group.map(fieldOf);
    for (const [g, l] of group.entries()) {
      const own = l === states.length - 1 ? pull : undefined;
      const residual = about
        ? moveAlongTangents(states[l], fields[g], relaxation, parameters.activation, own, about[l])
        : moveLayer(states[l], fields[g], relaxation, parameters.activation, own);
      // Math.max keeps a NaN.
      worst = Math.max(worst, residual);
    }
  }
  return worst;
}

/** Σ W·s + b of every unit of layer l, [batch × n_l]. */
export function layerField(
  parameters: HopfieldParameters,
  drive: HopfieldDrive,
  states: readonly Float64Array[],
  l: number,
): Float64Array {
  const { weights, biases, network } = parameters;
  const { batch } = drive;
  const field = l === 0 ? drive.field.slice() : repeat(biases[l], batch);
  if (l > 0) addForward(states[l - 1], weights[l], field, batch, network.layers[l - 1]);
  if (l + 1 < states.length) addBackward(states[l + 1], weights[l + 1], field, batch, network.layers[l]);
  return field;
}

function moveLayer(
  states: Float64Array,
  field: Float64Array,
  relaxation: Relaxation,
  activation: Activation,
  pull: OutputPull | undefined,
): number {
  if (pull?.clamped !== undefined) return holdAt(states, pull.clamped, activation);
  pull?.follow(states);
  let worst = 0;
  for (let e = 0; e < states.length; e++) {
    const drive = pull === undefined ? field[e] : field[e] + pull.currents[e];
    const leak = pull === undefined ? 1 : 1 + pull.conductances[e];
    const residual = unitResidual(states[e], drive, leak, activation);
    worst = Math.max(worst, residual);
    states[e] = relaxation.next(states[e], drive, leak, activation);
  }
  return worst;
}

/** Sets outputs where a clamp holds them; returns the farthest that one was from there. */
function holdAt(states: Float64Array, clamped: Float64Array, { low, high }: Activation): number {
  let worst = 0;
  for (let e = 0; e < states.length; e++) {
    const held = Math.min(high, Math.max(low, clamped[e]));
    worst = Math.max(worst, Math.abs(held - states[e]));
    states[e] = held;
  }
  return worst;
}

/**
 * One step of the units of a network linearised about the states `about`: they move without ends along the tangents of their activations
 * there, and those at an end of their range stay; returns the largest residual.
 */
function moveAlongTangents(
  states: Float64Array,
  field: Float64Array,
  { epsilon }: Relaxation,
  activation: Activation,
  pull: OutputPull | undefined,
  about: Float64Array,
): number {
  let worst = 0;
  for (let e = 0; e < states.length; e++) {
    const drive = field[e] + (pull?.currents[e] ?? 0);
    const force = activation.tangent(about[e], drive) - states[e];
    worst = Math.max(worst, Math.abs(force));
    states[e] += (epsilon === 0 ? 1 : epsilon) * force;
  }
  return worst;
}

function repeat(row: Float64Array, batch: number): Float64Array {
  const all = new Float64Array(batch * row.length);
  for (let s = 0; s < batch; s++) all.set(row, s * row.length);
  return all;
}

function largestMove(before: Float64Array, after: Float64Array): number {
  let most = 0;
  for (let e = 0; e < before.length; e++) most = Math.max(most, Math.abs(after[e] - before[e]));
  return most;
}
