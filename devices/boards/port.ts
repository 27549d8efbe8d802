/**
 * The port through which a circuit answers an emulated board: resistances and source voltages in, node voltages out.
 * Whoever emulates the board owns the converters and potentiometers; whoever implements this owns the physics.
 */
export interface BoardCircuit {
  /** Potentiometers: entries of `resistance_ohm`; Infinity is an open one. */
  readonly pots: number;
  /** Sources, then nudges, V above the middle potential. */
  readonly sources: number;
  /** Hidden nodes, then outputs, V above the middle potential. */
  readonly nodes: number;
  /** Settles the network. @throws OhmpropError if it finds no operating point */
  solve(resistance_ohm: Float64Array, source_V: Float64Array, node_V: Float64Array): void;
}
