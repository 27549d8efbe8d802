import { inputError } from '../../core/index.js';
import type { Activation } from './activation.js';

/** One way in which a unit moves, given its neighbours; `drive` and `leak` as an `Activation` has them. */
export interface Relaxation {
  readonly name: string;
  /** All units move at once, from the states before; else odd layers move first and even layers see them moved. */
  readonly atOnce: boolean;
  /** The Euler step ε; 0 where there is none. */
  readonly epsilon: number;
  /** The unit's next state, between the activation's ends. */
  next(state: number, drive: number, leak: number, activation: Activation): number;
}

/**
 * The paper's Euler steps s ← clip(s + ε(drive − leak·s)), all units at once; of a smooth activation, s ← s + ε(ρ(…) − s).
 * @throws `relaxation.epsilon` unless 0 < ε ≤ 1
 */
export function eulerSteps(epsilon: number): Relaxation {
  if (!(epsilon > 0 && epsilon <= 1)) {
    throw inputError(
      'relaxation.epsilon',
      `relaxation: the Euler step must be above 0 and at most 1, got ${epsilon}`,
    );
  }
  return {
    name: `Euler steps of ${epsilon}`,
    atOnce: true,
    epsilon,
    next: (state, drive, leak, activation) => activation.step(state, drive, leak, epsilon),
  };
}

/**
 * Every unit to the exact minimum of its own part of the energy; no two units of the odd layers are joined, nor
 * of the even ones, so that a whole half of the network can take it at once and the energy never rises.
 */
export const exactUpdates: Relaxation = {
  name: 'exact coordinate updates',
  atOnce: false,
  epsilon: 0,
  next: (_, drive, leak, activation) => activation.minimum(drive, leak),
};

/** How far a unit is from rest: how far ρ of the force on it is from its state. */
export function unitResidual(state: number, drive: number, leak: number, activation: Activation): number {
  return Math.abs(activation.value(state + drive - leak * state) - state);
}
