export {
  CircuitEquations,
  type NumberedControl,
  type StoredRelation,
  type TwoTerminalRelation,
} from './circuit-equations.js';
export { CircuitNames } from './circuit-names.js';
export {
  CircuitSystem,
  type Continuation,
  type EquationPart,
  type EquationParts,
  fullCircuit,
} from './circuit-system.js';
export type { LinearSystem } from './linear-system.js';
export type { MatrixEntries, ValueIndexOf } from './matrix-entries.js';
export { type ControlPlaces, controlPlaces, someKnown } from './placed-law.js';
export { sourceHeld } from './source-held.js';
export { floatingNodes, refuseUnsolvable, voltageLoops } from './structure-check.js';
export type { Switches } from './switches.js';
export { chooseUnknowns, type Unknowns } from './unknowns.js';
