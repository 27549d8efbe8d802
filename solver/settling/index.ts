export { type CircuitSettlingOptions, type SettledCircuit, settleCircuit } from './circuit-settling.js';
export { type Flow, type PowerName, powerNames, type Supply } from './flow.js';
export {
  type HopfieldSettlingOptions,
  type SettledIntegrators,
  settleHopfield,
} from './hopfield-settling.js';
export { layeredFlow, type NodeLoad } from './layered-flow.js';
export { restOf } from './rest.js';
export {
  type PhaseEnergy,
  type SettledPhase,
  type SettleFlowOptions,
  settleFlow,
} from './settle-flow.js';
export type { Within } from './within.js';
