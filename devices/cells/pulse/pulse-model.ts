import { inputError } from '../../../core/index.js';
import type { PulseShape } from '../../contract/index.js';
import { AffineStep } from './affine-step.js';
import type { StepShape } from './step-shape.js';

/**
 * Spreads and noise that a paper gives with its cell. All are standard deviations; what is left out is 0.
 * Of what each is a share is part of its name: see devices/cells/nonidealities.
 */
export interface ReportedSpreads {
  /** Device to device: of a cell's mean step, relative; `logNormal` draws e^(σξ) instead of 1 + σξ. */
  readonly d2dStep?: number;
  readonly d2dLogNormal?: boolean;
  /** Device to device: of half the difference between a cell's up and down steps, relative to the step. */
  readonly d2dAsymmetry?: number;
  /** Device to device: of the upper and of the lower bound of the state, of the range. */
  readonly d2dHigh?: number;
  readonly d2dLow?: number;
  /** Cycle to cycle: of one pulse's step, relative to that step; or of the range. */
  readonly c2c?: number;
  readonly c2cRange?: number;
  /** What a write leaves on top of the state, redrawn at each write, of the range. */
  readonly write?: number;
  /** Share of cells that never move. */
  readonly stuck?: number;
}

/** A cell that moves in pulses: its two step shapes over w = (G − G_min)/(G_max − G_min), and what is known of it. */
export interface PulseModel {
  /** `material-author`, or what a user called it. */
  readonly name: string;
  /** Paper, and the public source its numbers were taken from. */
  readonly source: string;
  readonly potentiation: StepShape;
  readonly depression: StepShape;
  readonly g_min_S: number;
  readonly g_max_S: number;
  /** False where the source gives states without siemens and a range had to be assumed. */
  readonly rangeMeasured: boolean;
  /** True where the source gives g_max/g_min, though no siemens. */
  readonly windowPublished?: boolean;
  /** Shape of the nominal pulse either way, where published. */
  readonly pulse?: { readonly potentiation: PulseShape; readonly depression: PulseShape };
  readonly spreads: ReportedSpreads;
}

/** Checks a model. Throws `pulse.model`, exit code 2, naming the field. */
export function pulseModel(model: PulseModel): PulseModel {
  const { name, g_min_S, g_max_S, spreads, potentiation, depression } = model;
  if (!(g_min_S >= 0 && g_max_S > g_min_S && Number.isFinite(g_max_S))) {
    throw inputError(
      'pulse.model',
      `${name}: 0 ≤ g_min_S < g_max_S is needed, got g_min_S ${g_min_S} and g_max_S ${g_max_S}`,
    );
  }
  for (const [field, value] of Object.entries(spreads)) {
    if (typeof value === 'number' && !(value >= 0 && Number.isFinite(value))) {
      throw inputError('pulse.model', `${name}: ${field} must not be negative, got ${value}`);
    }
  }
  for (let i = 0; i <= 16; i++) {
    const w = i / 16;
    if (potentiation.step(w) < 0 || depression.step(w) > 0) {
      throw inputError('pulse.model', `${name}: at state ${w} a step points the wrong way`);
    }
  }
  return model;
}

/** Even steps both ways: `states` pulses from end to end, g_max/g_min = `window`. Every spread 0. */
export function linearCells(states = 1000, window = 100, g_max_S = 100e-6): PulseModel {
  if (!(states >= 1 && Number.isFinite(states))) {
    throw inputError('pulse.states', `states must be a number ≥ 1, got ${states}`);
  }
  if (!(window > 1)) throw inputError('pulse.window', `window (g_max/g_min) must be above 1, got ${window}`);
  return pulseModel({
    name: `linear-${states}`,
    source: 'even steps, no paper',
    potentiation: new AffineStep(1 / states, 0),
    depression: new AffineStep(-1 / states, 0),
    g_min_S: g_max_S / window,
    g_max_S,
    rangeMeasured: false,
    spreads: {},
  });
}

/** The same cell over another conductance range: for assumed ranges, or to ask "what if". */
export function withRange(model: PulseModel, g_min_S: number, g_max_S: number): PulseModel {
  return pulseModel({ ...model, g_min_S, g_max_S, rangeMeasured: false, windowPublished: false });
}

/** Largest nominal step either way, of the range. */
export function largestStep({ potentiation, depression }: PulseModel): number {
  const most = (table: Float64Array) => table.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return Math.max(most(potentiation.table), most(depression.table));
}
