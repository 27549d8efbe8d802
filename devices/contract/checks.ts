import type { DeviceState } from '../../core/index.js';
import { inputError } from '../../core/index.js';
import type { ParameterValues, Update } from './contrast.js';
import type { CostName } from './cost-laws.js';
import { type Cost, checkCost } from './costs.js';
import { type DeviceInfo, groupSize, isFromFreeOutputs, type NudgeKind } from './device-info.js';
import type { Drive, Floats, NodeStates, StopRule } from './drive.js';
import type { Equilibrium } from './equilibrium.js';

// The refusals that the contract promises, the same for every device.

/** Throws unless the drive has the device's shapes, finite numbers, and a nudge that the device can do. */
export function checkDrive(info: DeviceInfo, drive: Drive): void {
  const { batch, inputs, nudge } = drive;
  if (!Number.isInteger(batch) || batch < 1) {
    throw inputError('drive.batch', `drive: batch must be a positive whole number, got ${batch}`);
  }
  checkShape('drive inputs', inputs, batch * info.inputs, `${batch} samples × ${info.inputs} inputs`);
  checkFinite('drive inputs', inputs, info.inputs);
  if (nudge === undefined) return;
  const outputs = info.outputs.size;
  if (!info.nudges.includes(nudge.kind)) {
    throw inputError(
      'drive.nudge',
      `drive: ${info.name} cannot nudge by ${nudge.kind}; it can by ${info.nudges.join(', ')}`,
    );
  }
  checkNudgeCost(info, nudge.kind, nudge);
  if (!Number.isFinite(nudge.beta)) {
    throw inputError(
      'drive.beta',
      `drive: β must be a finite number in ${info.nudgeUnit}, got ${nudge.beta}`,
    );
  }
  checkShape('nudge targets', nudge.targets, batch * outputs, `${batch} samples × ${outputs} outputs`);
  checkFinite('nudge targets', nudge.targets, outputs);
  if (!isFromFreeOutputs(nudge.kind)) return;
  checkShape(
    'outputs of a held nudge',
    nudge.outputs,
    batch * outputs,
    `${batch} samples × ${outputs} outputs`,
  );
  checkFinite('outputs of a held nudge', nudge.outputs as Floats, outputs);
}

/** Throws `drive.adjoint` where a network is to be linearised about nothing. */
export function checkLinearised({ nudge }: Drive, from: Equilibrium | NodeStates | undefined): void {
  if (nudge?.kind !== 'adjoint') return;
  if (from !== undefined && 'layer' in from && from.beta === 0) return;
  throw inputError(
    'drive.adjoint',
    'drive: a nudge by adjoint linearises the network about its free phase; settle that first and pass it as `from`',
  );
}

/** Throws unless the device can descend the cost by that nudge, and the cost has what it needs. */
export function checkNudgeCost(info: DeviceInfo, kind: NudgeKind, cost: Cost): void {
  const name = cost.cost ?? 'squared';
  const can = costsOf(info, kind);
  if (!can.includes(name)) {
    const others = info.nudges.filter((other) => costsOf(info, other).includes(name));
    const named = others.map((other) => (other === 'adjoint' ? 'adjoint (that of backprop)' : other));
    const elsewhere = named.length === 0 ? '' : `; ${name} goes with ${named.join(', ')}`;
    throw inputError(
      'drive.cost',
      `nudge: ${info.name} cannot descend the cost "${name}" by ${kind}; it can ${can.join(', ')}${elsewhere}`,
    );
  }
  if (cost.parameters?.pairs === true && !info.pairs?.includes(kind)) {
    const by = info.pairs === undefined ? 'it has no pairs of outputs' : `it can by ${info.pairs.join(', ')}`;
    throw inputError('drive.pairs', `nudge: ${info.name} cannot pull pairs of outputs by ${kind}; ${by}`);
  }
  checkCost(cost, info.outputs.size);
}

/** Costs that a device can descend by a nudge. */
export function costsOf({ costs }: DeviceInfo, kind: NudgeKind): readonly CostName[] {
  return costs?.[kind] ?? ['squared'];
}

/** What kernels count to. */
export const MAX_ITERATIONS = 0x7fffffff;

/** Throws unless every part of a stop rule is a number that can end a settling; `what` names the rule. */
export function checkStop(stop: StopRule | undefined, what = 'stop'): void {
  if (stop === undefined) return;
  const refuse = (key: keyof StopRule, needs: string) =>
    inputError(
      'stop.value',
      `${what}: ${key} must be ${needs}, got ${stop[key]}; leave it out for the default`,
    );
  for (const key of ['tolerance', 'outputChange'] as const) {
    const value = stop[key];
    if (value !== undefined && !(value >= 0)) throw refuse(key, 'a number that is not negative');
  }
  const { maxIterations, fixedIterations } = stop;
  const endless = maxIterations === Number.POSITIVE_INFINITY;
  if (maxIterations !== undefined && !endless && !(Number.isInteger(maxIterations) && maxIterations >= 1)) {
    throw refuse('maxIterations', 'a positive whole number');
  }
  // None at all reads the start states.
  const counted = fixedIterations ?? 0;
  if (!(Number.isInteger(counted) && counted >= 0 && counted <= MAX_ITERATIONS)) {
    throw refuse('fixedIterations', `a whole number from 0 to ${MAX_ITERATIONS}`);
  }
}

/** Throws unless `slope` is one finite number an output of every sample: what an exact gradient starts from. */
export function checkCostSlope(info: DeviceInfo, batch: number, slope: Floats): void {
  const { size } = info.outputs;
  checkShape('cost slope', slope, batch * size, `${batch} samples × ${size} outputs`);
  checkFinite('cost slope', slope, size);
}

/** Throws unless the states have one array a layer, of the batch's shape. */
export function checkStates(info: DeviceInfo, states: NodeStates, batch: number): void {
  if (states.layers.length !== info.layers.length) {
    throw inputError(
      'states.layers',
      `start states: ${info.name} has ${info.layers.length} layers, got ${states.layers.length}`,
    );
  }
  for (const [l, size] of info.layers.entries()) {
    const name = `start states of layer ${l + 1}`;
    checkShape(name, states.layers[l], batch * size, `${batch} samples × ${size} nodes`);
    checkFinite(name, states.layers[l], size);
  }
}

/** Throws unless every group is known, of the right shape, finite and inside its window. */
export function checkParameters(info: DeviceInfo, parameters: ParameterValues): void {
  for (const [name, values] of Object.entries(parameters)) {
    const group = info.groups.find((g) => g.name === name);
    if (group === undefined) {
      const known = info.groups.map((g) => g.name).join(', ');
      throw inputError(
        'parameters.unknown',
        `parameters: ${info.name} has no group "${name}"; it has ${known}`,
      );
    }
    const columns = group.shape[group.shape.length - 1];
    checkShape(`parameters ${name}`, values, groupSize(group), group.shape.join(' × '));
    checkFinite(`parameters ${name}`, values, columns);
    // A float32 copy of a window's edge may round past it.
    const slack = info.tolerances.parameter * Math.max(Math.abs(group.min), Math.abs(group.max));
    const margin = Number.isFinite(slack) ? slack : 0;
    for (let e = 0; e < values.length; e++) {
      if (values[e] < group.min - margin || values[e] > group.max + margin) {
        const row = Math.floor(e / columns);
        throw inputError(
          'parameters.window',
          `parameters ${name}: row ${row}, column ${e - row * columns} is ${values[e]} ${group.unit}, outside ${group.min} … ${group.max} ${group.unit}`,
        );
      }
    }
  }
}

/** Throws unless every rate names a group and is finite and not negative, and the id is an unsigned 32-bit number above 0. */
export function checkUpdate(info: DeviceInfo, update: Update): void {
  if (!Number.isInteger(update.id) || update.id < 1 || update.id > 0xffffffff) {
    throw inputError('update.id', `update: the id must be a whole number from 1 to 2³²−1, got ${update.id}`);
  }
  const optimizer = update.optimizer?.kind ?? 'sgd';
  if (!info.optimizers.includes(optimizer)) {
    throw inputError(
      'update.optimizer',
      `update: ${info.name} cannot carry out ${optimizer}; it can ${info.optimizers.join(', ')}`,
    );
  }
  if (update.decay !== undefined && !info.decays) {
    throw inputError('update.decay', `update: ${info.name} cannot let parameters decay; leave decay out`);
  }
  for (const [name, rate] of Object.entries(update.rates)) {
    if (!info.groups.some((g) => g.name === name)) {
      const known = info.groups.map((g) => g.name).join(', ');
      throw inputError('update.unknown', `update: ${info.name} has no group "${name}"; it has ${known}`);
    }
    if (!(rate >= 0 && Number.isFinite(rate))) {
      throw inputError(
        'update.rate',
        `update: the rate of ${name} must be finite and not negative, got ${rate}`,
      );
    }
  }
}

/** Throws unless the state was written by this kind of device and has its arrays. */
export function checkState(
  state: DeviceState,
  format: string,
  lengths: Readonly<Record<string, number>>,
): void {
  if (state.format !== format) {
    throw inputError(
      'state.format',
      `device state: written as "${state.format}", this device reads "${format}"; resume with the device and version that wrote it`,
    );
  }
  for (const [name, length] of Object.entries(lengths)) {
    const got = state.arrays[name]?.length;
    if (got !== length) {
      throw inputError(
        'state.shape',
        `device state: array "${name}" has ${got ?? 'no'} entries, this device needs ${length}; the layers differ`,
      );
    }
  }
}

function checkShape(what: string, values: Floats | undefined, length: number, shape: string): void {
  if (values?.length !== length) {
    throw inputError(
      'device.shape',
      `${what}: needs ${shape} = ${length} numbers, got ${values?.length ?? 'none'}`,
    );
  }
}

function checkFinite(what: string, values: Floats, columns: number): void {
  if (values instanceof Float64Array && areFinite64(values)) return;
  for (let e = 0; e < values.length; e++) {
    if (!Number.isFinite(values[e])) {
      const row = Math.floor(e / columns);
      throw inputError(
        'device.not-finite',
        `${what}: row ${row}, column ${e - row * columns} is ${values[e]}`,
      );
    }
  }
}

/** On one kind of array, which inputs are: several times as fast as on any. */
function areFinite64(values: Float64Array): boolean {
  let sum = 0;
  for (let e = 0; e < values.length; e++) sum += 0 * values[e];
  return sum === 0;
}
