import type { DeviceState } from '../../core/index.js';
import type { PulseReport } from '../contract/index.js';
import type { PulseModel } from './pulse/index.js';

/** Pulses and their energy, E = V²·G·t a pulse with G midway through the train; NaN where no pulse shape is published. */
export class PulseEnergy {
  potentiationPulses = 0;
  depressionPulses = 0;
  energy_J = 0;

  constructor(private readonly model: PulseModel) {}

  /** Adds and clears the kernel's sums: pulses up, pulses down, Σ pulses × state up, down. Returns the share. */
  take(sums: Float64Array): Omit<PulseReport, 'applied'> {
    const [up, down, stateUp, stateDown] = sums;
    sums.fill(0);
    const { pulse, g_min_S, g_max_S } = this.model;
    const energyOf = (shape: { amplitude_V: number; width_s: number }, pulses: number, state: number) =>
      shape.amplitude_V ** 2 * shape.width_s * (pulses * g_min_S + state * (g_max_S - g_min_S));
    const energy_J =
      pulse === undefined
        ? Number.NaN
        : energyOf(pulse.potentiation, up, stateUp) + energyOf(pulse.depression, down, stateDown);
    const share = { potentiationPulses: up, depressionPulses: down, energy_J };
    this.add(share);
    return share;
  }

  add(share: Omit<PulseReport, 'applied'>): void {
    this.potentiationPulses += share.potentiationPulses;
    this.depressionPulses += share.depressionPulses;
    this.energy_J += share.energy_J;
  }

  values(): Record<string, number> {
    return {
      potentiationPulses: this.potentiationPulses,
      depressionPulses: this.depressionPulses,
      // NaN does not survive JSON
      energy_J: Number.isNaN(this.energy_J) ? -1 : this.energy_J,
    };
  }

  restore(values: DeviceState['values']): void {
    this.potentiationPulses = Number(values.potentiationPulses);
    this.depressionPulses = Number(values.depressionPulses);
    this.energy_J = Number(values.energy_J) < 0 ? Number.NaN : Number(values.energy_J);
  }
}
