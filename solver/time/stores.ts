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
  /** 1 for what is looked at as a rate: its errors count against the largest rate so far times the step. */
  asRate = new Uint8Array(0);
  largestRate = new Float64Array(0);
  /** 1 for integrals of any unit: errors count against the largest size so far, for no smallest size is known. */
  unitless = new Uint8Array(0);
  /** That size; 0 for all else. */
  largest = new Float64Array(0);
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
    this.largest = new Float64Array(length);
    this.asRate = new Uint8Array(length);
    this.largestRate = new Float64Array(length);
    this.unitless = new Uint8Array(length);
    this.ceiling = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
  }

  /** A step has come to these values, and to these rates. */
  remember(values: Float64Array, rates: Float64Array): void {
    const { unitless, largest, asRate, largestRate } = this;
    for (let k = 0; k < unitless.length; k++) {
      if (unitless[k]) largest[k] = Math.max(largest[k], Math.abs(values[k]));
      if (asRate[k]) largestRate[k] = Math.max(largestRate[k], Math.abs(rates[k]));
    }
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
