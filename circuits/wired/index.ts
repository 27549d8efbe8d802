export {
  type CrossbarSize,
  crossbarSizes,
  describeWires,
  isWireless,
  type WiredNetwork,
  wiredNetwork,
} from './wired-network.js';
