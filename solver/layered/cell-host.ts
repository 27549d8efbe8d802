import type { WantedChanges } from '../../devices/cells/index.js';
import type {
  AnalogDevice,
  Contrast,
  Drive,
  Equilibrium,
  Floats,
  HeldEquilibrium,
  OwnContrast,
  ParameterValues,
  SettleOptions,
  Update,
  UpdateId,
} from '../../devices/contract/index.js';

/**
 * A simulated network that can take its conductances from elsewhere: a device in its own right, and what `LayeredInCells` needs
 * besides to keep them in cells.
 */
export interface CellHost<E extends HeldEquilibrium<unknown>> extends AnalogDevice {
  settle(drive: Drive, options?: SettleOptions): Promise<E>;
  /** The estimated gradient, nodes read as for the update `event`. */
  gradientAs(contrast: Contrast, event: UpdateId): Promise<ParameterValues>;
  exactGradient: NonNullable<AnalogDevice['exactGradient']>;
  /** Of its snapshots. */
  readonly format: string;
  /** Whether a phase was settled by this network. */
  owns(phase: Equilibrium): phase is E;
  /** Unit of the conductances that it takes, S. */
  readonly conductanceUnit_S: number;
  /** In how many updates it is worth looking at every cell once, to count those at an end of their range. */
  readonly countEvery: number;
  /** Takes the conductances into layer l, row-major, copied; they count once `conductancesLoaded` or `conclude` was called. */
  loadConductances(l: number, values: Floats): void;
  conductancesLoaded(): void;
  /** Takes the bias currents into layer l, A, copied; they count as loaded conductances do. */
  loadBiases(l: number, currents_A: Floats): void;
  /** Takes a contrast, read for the update `event`, for as long as nothing else is done with the network but loading conductances. */
  contrastForCells(pair: OwnContrast<E>, event: UpdateId): CellContrast;
}

/** What two phases tell cells. */
export interface CellContrast {
  /** The changes −rate·∂C/∂g of the conductances into layer l. @param rate S²/V² */
  changes(l: number, rate: number): WantedChanges;
  /** ∂C/∂b of layer l, V²/A, [nodes of the layer]. */
  biasGradient(l: number): Float64Array;
  /** Moves the bias currents by their rates, where they stay with the network, and brings up to date what depends on conductances loaded meanwhile. */
  conclude(update: Update): void;
}
