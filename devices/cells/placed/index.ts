export { type PartOnArray, PlacedCells, type PlacedOptions } from './placed-cells.js';
export {
  type ArraySize,
  checkPlacement,
  type NeededGroup,
  type PlacedPart,
  placeGroups,
} from './placement.js';
export { type ArrayWork, SharedArray, type SharedArrayOptions } from './shared-array.js';
