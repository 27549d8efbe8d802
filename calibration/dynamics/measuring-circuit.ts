/** What stands between the source that drives a loop and the element, and what the instrument makes of the current. */
export interface MeasuringCircuit {
  /** Between source and element, Ω; 0 where the voltage is that of the element. */
  readonly series_ohm: number;
  /** The instrument holds the current at this where more would flow, A; in both directions where `complianceNegative_A` says no other. */
  readonly compliance_A?: number;
  /** The same of negative currents, A; either is Infinity where the limit holds in the other direction alone. */
  readonly complianceNegative_A?: number;
  /** The current is read through a filter of first order with this corner, Hz. */
  readonly bandwidth_Hz?: number;
}

/** Source and element alone. */
export const noCircuit: MeasuringCircuit = { series_ohm: 0 };

/** Largest amount that the instrument lets flow in the direction of a current, A; Infinity where nothing holds it. */
export function limitOf({ compliance_A, complianceNegative_A }: MeasuringCircuit, current_A: number): number {
  const positive = compliance_A ?? Number.POSITIVE_INFINITY;
  return current_A < 0 ? (complianceNegative_A ?? positive) : positive;
}

/** Whether the instrument holds the current in any direction. */
export const isLimited = (circuit: MeasuringCircuit): boolean =>
  Number.isFinite(limitOf(circuit, 1)) || Number.isFinite(limitOf(circuit, -1));

/** The circuit seen from the other side: limits change places. */
export function turnedCircuit(circuit: MeasuringCircuit): MeasuringCircuit {
  if (circuit.complianceNegative_A === undefined) return circuit;
  return {
    ...circuit,
    compliance_A: circuit.complianceNegative_A,
    complianceNegative_A: limitOf(circuit, 1),
  };
}
