/** What stands between the source that drives a loop and the element, and what the instrument makes of the current. */
export interface MeasuringCircuit {
  /** Between source and element, Ω; 0 where the voltage is that of the element. */
  readonly series_ohm: number;
  /** The instrument holds the current at this where more would flow, A. */
  readonly compliance_A?: number;
  /** The current is read through a filter of first order with this corner, Hz. */
  readonly bandwidth_Hz?: number;
}

/** Source and element alone. */
export const noCircuit: MeasuringCircuit = { series_ohm: 0 };
