/**
 * Everything that a circuit stores, one number each: charges, C, fluxes, Wb, states of elements. An implicit method asks
 * for d(value)/dt = alpha·(value − predicted) at its present stage.
 */
export class Stores {
  readonly names: string[] = [];
  /** As last evaluated. */
  value = new Float64Array(0);
  /** What the values would be if nothing moved any more at this stage. */
  predicted = new Float64Array(0);
  /** Change of each for a change of its voltage by 1 V, F; of its current by 1 A, H; a state's own span. */
  scale = new Float64Array(0);
  /** Smallest change of what `scale` is against that counts, V, A or a share. */
  floor = new Float64Array(0);
  /** Change that counts however large `scale` is, C or Wb; infinite where nobody says. */
  ceiling = new Float64Array(0);
  /** 1/s; infinite steps have 0: nothing moves. */
  alpha = 0;

  /** A place for one more. */
  add(name: string): number {
    this.names.push(name);
    return this.names.length - 1;
  }

  /** All places are known. */
  allocate(): void {
    const { length } = this.names;
    this.value = new Float64Array(length);
    this.predicted = new Float64Array(length);
    this.scale = new Float64Array(length);
    this.floor = new Float64Array(length);
    this.ceiling = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
  }
}

/** The absolute tolerances of a transient: voltages in V, currents in A; and of states as a share of their span. */
export interface AbsoluteTolerances {
  readonly voltage_V: number;
  readonly current_A: number;
  readonly state: number;
  /** Charges and fluxes below it are let be, C; where nobody says, a voltage's worth of each. */
  readonly charge_C?: number;
}
