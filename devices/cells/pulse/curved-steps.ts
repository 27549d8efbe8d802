import { inputError } from '../../../core/index.js';
import { oneByOne, type StepShape, tabulate } from './step-shape.js';

/** A step given as a function; k pulses are k single ones, as its map has no closed form. */
class CurvedStep implements StepShape {
  readonly table: Float64Array;
  readonly tabulationError: number;

  constructor(readonly step: (w: number) => number) {
    const { table, tabulationError } = tabulate(step);
    this.table = table;
    this.tabulationError = tabulationError;
  }

  after(w: number, k: number, low = 0, high = 1): number {
    return oneByOne(this.step, w, k, low, high);
  }
}

/**
 * Any step given as a function of the state; its sign must be that of the direction. What a kernel sees is a table of 1025
 * states with straight lines between.
 */
export function functionStep(step: (w: number) => number): StepShape {
  return new CurvedStep(step);
}

/**
 * A pulse that moves the logit of the state by as much everywhere: ln(w/(1 − w)) ± rate. Trains are S-shaped, and neither end
 * is left. @param rate above 0 potentiates
 */
export function logisticStep(rate: number): StepShape {
  requireFinite('pulse.logistic-step', { rate });
  const factor = Math.exp(rate);
  return new CurvedStep((w) => (w <= 0 || w >= 1 ? 0 : (w * factor) / (1 - w + w * factor) - w));
}

/**
 * Exponential step: step·max(0, 1 − A·e^(γ·z)), z = 2a·(w − centre) + b (Gong et al., Nat. Commun. 9:2102 (2018), in the
 * form of aihwkit's ExpStep; there z falls with the state for depression).
 * @param options.step signed step without the exponential; γ's sign is that of the direction already
 */
export function exponentialStep(options: {
  step: number;
  amplitude: number;
  gamma: number;
  a: number;
  b: number;
  /** State that is 0 in the paper's units; ½ where they are symmetric. */
  centre: number;
}): StepShape {
  const { step, amplitude, gamma, a, b, centre } = options;
  requireFinite('pulse.exponential-step', options);
  return new CurvedStep(
    (w) => step * Math.max(0, 1 - amplitude * Math.exp(gamma * (2 * a * (w - centre) + b))),
  );
}

/** Power step: step·(way left to the bound)^γ (aihwkit's PowStep); potentiation if step > 0. */
export function powerStep(options: { step: number; gamma: number }): StepShape {
  const { step, gamma } = options;
  requireFinite('pulse.power-step', options);
  if (gamma < 0) throw inputError('pulse.power-step', `gamma must not be negative, got ${gamma}`);
  return new CurvedStep((w) => step * Math.max(0, step > 0 ? 1 - w : w) ** gamma);
}

function requireFinite(code: string, parameters: Record<string, number>): void {
  for (const [field, value] of Object.entries(parameters)) {
    if (!Number.isFinite(value)) throw inputError(code, `${field} must be a finite number, got ${value}`);
  }
}
