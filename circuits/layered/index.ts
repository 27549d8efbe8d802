export { checkLayers } from './check-layers.js';
export { drawConductances } from './initial-conductances.js';
export {
  type ConductanceWindow,
  describeLayers,
  excitatoryNodes,
  type HiddenDiode,
  type LayeredNetwork,
  type LayeredNetworkOptions,
  layeredNetwork,
  type NetworkUnits,
  nodesBefore,
} from './layered-network.js';
export { type LayeredTraining, type PublishedTraining, publishedTraining } from './published-training.js';
