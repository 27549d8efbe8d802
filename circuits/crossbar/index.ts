export { type CrossbarCells, requireCells, stateRange } from './cells.js';
export { lineConventions, segmentsOf } from './conventions.js';
export {
  type CrossbarCircuit,
  type CrossbarDescription,
  type CrossbarWires,
  describeCrossbar,
  requireConductances,
  requireWires,
  type SenseEnds,
  senseEnds,
} from './description.js';
export { type FloatingLines, findFloatingLines, requireGrounded } from './floating.js';
export { type LineConverters, requireConverters } from './line-converters.js';
export { type ProductErrors, productErrors } from './product-errors.js';
export {
  applyScheme,
  type CrossbarDrive,
  driveSchemes,
  formerSchemeNames,
  requireInputs,
  type SchemeBias,
  type SchemeDrive,
  type SchemeTarget,
  schemeBiases,
} from './schemes.js';
export {
  finishProduct,
  type PlannedProduct,
  planProduct,
  type SignedProduct,
} from './signed-product.js';
export {
  exactProducts,
  mapWeights,
  type SignedArray,
  type SignedWeights,
  type WeightPairs,
  weightPairs,
} from './signed-weights.js';
export { type TurnedCrossbar, turnCells, turnCrossbar, turnedBack } from './turned.js';
export type { WeightDigits } from './weight-digits.js';
export { type TiledWeights, type TileSize, tileWeights, type WeightTile } from './weight-tiles.js';
