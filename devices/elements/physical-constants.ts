/** CODATA 2014, the values ngspice computes with, so that operating points agree to the last digits. */
export const boltzmann_J_per_K = 1.38064852e-23;
/** Charge of the electron [C] (CODATA 2014). */
export const elementaryCharge_C = 1.6021766208e-19;
/** 0 °C, K. */
export const celsiusZero_K = 273.15;

/** kT/q, V. */
export function thermalVoltage_V(temperature_K: number): number {
  return (boltzmann_J_per_K * temperature_K) / elementaryCharge_C;
}
