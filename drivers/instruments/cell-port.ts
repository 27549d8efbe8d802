/** What flows through a cell at the end of a stretch of time. */
export interface CellResponse {
  /** Across the cell, V: less than was asked for where the current is limited. */
  readonly voltage_V: number;
  /** From the first terminal to the second, A. */
  readonly current_A: number;
  /** The current stands at its limit. */
  readonly limited: boolean;
}

/**
 * A physical cell, as an emulated instrument sees it between two terminals. Who makes one has its physics (elements, noise,
 * relaxation); emulators know voltages, currents and times alone.
 */
export interface CellPort {
  /**
   * Holds a voltage across it for so long, the current kept within ± limit_A. Time passes only by this.
   * @param seconds 0 asks what flows at once
   */
  hold(voltage_V: number, limit_A: number, seconds: number): CellResponse;
}

/** A resistor, ohm: what is bought to try an instrument with. */
export function resistorPort(ohm: number): CellPort {
  return {
    hold: (voltage_V, limit_A) => {
      const current_A = voltage_V / ohm;
      if (Math.abs(current_A) <= limit_A) return { voltage_V, current_A, limited: false };
      const kept_A = Math.sign(current_A) * limit_A;
      return { voltage_V: kept_A * ohm, current_A: kept_A, limited: true };
    },
  };
}
