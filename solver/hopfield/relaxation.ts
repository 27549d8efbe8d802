import { inputError } from '../../core/index.js';

/**
 * One way in which a unit moves, given its neighbours. `drive` is the sum of what pulls it, Σ W·s + b + β·y, and `leak`
 * what pulls it back per unit of its own state, 1 + β: its part of the energy is ½·leak·s² − drive·s.
 */
export interface Relaxation {
  readonly name: string;
  /** All units move at once, from the states before; else odd layers move first and even layers see them moved. */
  readonly atOnce: boolean;
  /** The Euler step ε; 0 where there is none. */
  readonly epsilon: number;
  /** The unit's next state, in [0, 1]. */
  next(state: number, drive: number, leak: number): number;
}

/**
 * The paper's Euler steps s ← clip(s + ε(drive − leak·s)), all units at once.
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
    next: (state, drive, leak) => clip(state + epsilon * (drive - leak * state)),
  };
}

/**
 * Every unit to the exact minimum of its own part of the energy on [0, 1]; no two units of the odd layers are joined, nor
 * of the even ones, so that a whole half of the network can take it at once and the energy never rises.
 */
export const exactUpdates: Relaxation = {
  name: 'exact coordinate updates',
  atOnce: false,
  epsilon: 0,
  next: (_, drive, leak) =>
    leak > 0 ? clip(drive / leak) : drive > 0.5 * leak ? 1 : drive <= 0.5 * leak ? 0 : drive,
};

/** How far a unit is from rest: what a unit step along the force would still move it inside [0, 1]. */
export function unitResidual(state: number, drive: number, leak: number): number {
  return Math.abs(clip(state + drive - leak * state) - state);
}

/** The hard sigmoid; NaN stays NaN, so that it shows. */
export function clip(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
