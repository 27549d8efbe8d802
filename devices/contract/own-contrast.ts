import { inputError, isUsable, runError, statusRemedy } from '../../core/index.js';
import type { Contrast } from './contrast.js';
import type { DeviceInfo } from './device-info.js';
import type { Equilibrium } from './equilibrium.js';

/** The two phases of a contrast, known to be of one batch and settled by the device that is to learn from them. */
export interface OwnContrast<E extends Equilibrium> {
  readonly first: E;
  readonly second: E;
  readonly batch: number;
  /** second.beta − first.beta, in `info.nudgeUnit`; positive. */
  readonly betaSpan: number;
}

/**
 * The refusals that the contract promises of a contrast. `isOwn`: whether a phase was settled by this device.
 * @throws `contrast.foreign`, `contrast.unusable` (exit code 1), `contrast.order`
 */
export function ownContrast<E extends Equilibrium>(
  info: DeviceInfo,
  contrast: Contrast,
  isOwn: (phase: Equilibrium) => phase is E,
): OwnContrast<E> {
  const [first, second] = [contrast.first, contrast.second].map((phase, p) => {
    if (!isOwn(phase)) {
      throw inputError(
        'contrast.foreign',
        `contrast: phase ${p + 1} was not settled by this device, ${info.name}; give it two phases of its own`,
      );
    }
    if (!isUsable(phase.status)) {
      throw runError(
        'contrast.unusable',
        `contrast: phase ${p + 1} (β = ${phase.beta} ${info.nudgeUnit}). ${statusRemedy[phase.status]}`,
      );
    }
    return phase;
  });
  checkRising(info, first.beta, second.beta);
  if (first.batch !== second.batch) {
    throw inputError(
      'contrast.order',
      `contrast: needs two phases of one batch, got ${first.batch} and ${second.batch} samples`,
    );
  }
  return { first, second, batch: first.batch, betaSpan: second.beta - first.beta };
}

/**
 * The refusals of an exact gradient's free phase. `isCurrent`: whether the parameters are still those it settled under.
 * @throws `gradient.foreign`, `gradient.not-free`, `gradient.changed`; `contrast.unusable` (exit code 1)
 */
export function ownFreePhase<E extends Equilibrium>(
  info: DeviceInfo,
  free: Equilibrium,
  isOwn: (phase: Equilibrium) => phase is E,
  isCurrent: (phase: E) => boolean,
): E {
  if (!isOwn(free)) {
    throw inputError(
      'gradient.foreign',
      `exact gradient: this phase was not settled by this device, ${info.name}; give it one of its own`,
    );
  }
  if (free.beta !== 0) {
    throw inputError(
      'gradient.not-free',
      `exact gradient: needs the free phase, got one nudged by β = ${free.beta} ${info.nudgeUnit}`,
    );
  }
  if (!isUsable(free.status)) {
    throw runError('contrast.unusable', `exact gradient: the free phase. ${statusRemedy[free.status]}`);
  }
  if (!isCurrent(free)) {
    throw inputError(
      'gradient.changed',
      'exact gradient: the parameters were changed after this phase settled; settle again',
    );
  }
  return free;
}

/** Throws unless both are finite and β rises from the first phase to the second. */
export function checkRising(info: DeviceInfo, first: number, second: number): void {
  if (second > first && Number.isFinite(second - first)) return;
  throw inputError(
    'contrast.order',
    `contrast: needs two phases with rising β, got β = ${first} and ${second} ${info.nudgeUnit}`,
  );
}
