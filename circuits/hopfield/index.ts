export {
  type ActivationName,
  activationNames,
  describeHopfield,
  type HopfieldActivation,
  type HopfieldNetwork,
  type HopfieldNetworkOptions,
  hopfieldNetwork,
  unitsBefore,
} from './hopfield-network.js';
export { drawWeights } from './initial-weights.js';
