import {
  apply,
  type Expression,
  minus,
  number,
  type Operand,
  plus,
  times,
  when,
} from '../../core/expression/index.js';

/** A window F(x, i) that slows a normalised state x ∈ [0, 1] down towards its ends; i is the current, A. */
export interface StateWindow {
  readonly name: string;
  readonly source: string;
  evaluate(x: number, current_A: number): number;
  /** The same as an expression. */
  expression(x: Operand, i: Operand): Expression;
}

/** Which end the state comes from: stp(−i). */
const end = (i: Operand): Expression => when(apply('lessOrEqual', i, 0), 1, 0);

/** F = 1. */
export const noWindow: StateWindow = {
  name: 'none',
  source: '',
  evaluate: () => 1,
  expression: () => number(1),
};

/** F = x(1 − x). The state locks at both ends. */
export const strukovWindow: StateWindow = {
  name: 'strukov',
  source: 'Strukov et al., Nature 453:80 (2008)',
  evaluate: (x) => x * (1 - x),
  expression: (x) => times(x, minus(1, x)),
};

/** F = 1 − (2x − 1)^2p. Zero at both ends whatever the sign of the current. */
export function joglekarWindow(p: number): StateWindow {
  return {
    name: 'joglekar',
    source: 'Joglekar & Wolf, Eur. J. Phys. 30:661 (2009)',
    evaluate: (x) => 1 - Math.abs(2 * x - 1) ** (2 * p),
    expression: (x) => minus(1, apply('powAbs', minus(times(2, x), 1), 2 * p)),
  };
}

/** F = 1 − (x − stp(−i))^2p. Releases a state at its end; jumps where the current changes sign. */
export function biolekWindow(p: number): StateWindow {
  return {
    name: 'biolek',
    source: 'Biolek et al., Radioengineering 18:210 (2009)',
    evaluate: (x, i) => 1 - Math.abs(x - (i <= 0 ? 1 : 0)) ** (2 * p),
    expression: (x, i) => minus(1, apply('powAbs', minus(x, end(i)), 2 * p)),
  };
}

/** F = j·(1 − [(x − 0.5)² + 0.75]^p). */
export function prodromakisWindow(p: number, j = 1): StateWindow {
  return {
    name: 'prodromakis',
    source: 'Prodromakis et al., IEEE Trans. Electron Devices 58:3099 (2011)',
    evaluate: (x) => j * (1 - ((x - 0.5) ** 2 + 0.75) ** p),
    expression: (x) => times(j, minus(1, apply('powReal', plus(apply('powAbs', minus(x, 0.5), 2), 0.75), p))),
  };
}

/** F = j·(1 − [0.25·(x − stp(−i))² + 0.75]^p). Scalable, and releases a state at its end. */
export function zhaWindow(p: number, j = 1): StateWindow {
  return {
    name: 'zha',
    source: 'Zha et al., IEEE Trans. Circuits Syst. I 63 (2016)',
    evaluate: (x, i) => j * (1 - (0.25 * (x - (i <= 0 ? 1 : 0)) ** 2 + 0.75) ** p),
    expression: (x, i) =>
      times(j, minus(1, apply('powReal', plus(times(0.25, apply('powAbs', minus(x, end(i)), 2)), 0.75), p))),
  };
}
